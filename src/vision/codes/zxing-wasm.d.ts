// What this program uses of the package, so that types do not depend on its many variants (and its many names per format).
declare module "zxing-wasm/reader" {
  interface Point {
    readonly x: number;
    readonly y: number;
  }
  interface ReadResult {
    readonly isValid: boolean;
    readonly text: string;
    readonly format: string;
    /** ISO/IEC 15424, e.g. `]d2` */
    readonly symbologyIdentifier: string;
    readonly lineCount: number;
    readonly position: Readonly<Record<"topLeft" | "topRight" | "bottomRight" | "bottomLeft", Point>>;
  }
  interface ReaderOptions {
    readonly formats: readonly string[];
    readonly binarizer: "LocalAverage" | "GlobalHistogram";
    readonly maxNumberOfSymbols: number;
    readonly textMode: "Plain";
  }
  export function prepareZXingModule(options: {
    readonly overrides: { readonly wasmBinary: ArrayBuffer };
    readonly fireImmediately: true;
  }): Promise<unknown>;
  /** @param file an image file */
  export function readBarcodes(file: Uint8Array, options: ReaderOptions): Promise<readonly ReadResult[]>;
}
declare module "zxing-wasm/writer" {
  export function prepareZXingModule(options: {
    readonly overrides: { readonly wasmBinary: ArrayBuffer };
    readonly fireImmediately: true;
  }): Promise<unknown>;
  export function writeBarcode(
    text: string,
    options: { readonly format: string; readonly scale: number; readonly options: string },
  ): Promise<{ readonly image: Blob | null; readonly error: string }>;
}
