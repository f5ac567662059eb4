// What the camera uses of the package beyond what the code reader's tests do.
declare module "zxing-wasm/writer" {
  export const defaultWriterOptions: Readonly<Record<string, unknown>>;
  /** The number that the library has for a format. */
  export function encodeFormat(format: "DataMatrix"): number;
}
