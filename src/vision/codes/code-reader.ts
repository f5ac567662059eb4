import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Box, Grey } from "../grey.ts";
import type { Point } from "../placement.ts";

/** Symbologies that a recipe may name, and what the library calls them. */
export const symbologies = {
  "EAN-13": "EAN13",
  "EAN-8": "EAN8",
  "UPC-A": "UPCA",
  "UPC-E": "UPCE",
  "Code 128": "Code128",
  "Code 39": "Code39",
  ITF: "ITF",
  "GS1 DataBar": "DataBar",
  "QR Code": "QRCode",
  "Data Matrix": "DataMatrix",
} as const;
export type Symbology = keyof typeof symbologies;

/** One symbol as one attempt read it. */
export interface SymbolRead {
  /** The content as it stands in the symbol; GS1 separators are the character GS (29). */
  readonly text: string;
  readonly symbology: Symbology;
  /** The content follows the GS1 General Specifications. */
  readonly isGs1: boolean;
  /** Scan lines with this content; only linear symbols have them. */
  readonly lines: number;
  /** Around the symbol, in px of the picture that was read. */
  readonly box: Box;
  /** Its corners as it is turned, clockwise from its own top left. */
  readonly corners: readonly Point[];
}

/** How one attempt looks at its picture. */
export interface ReadOptions {
  readonly symbologies: readonly Symbology[];
  /** One threshold per line instead of one per neighbourhood. */
  readonly isGlobal?: boolean;
}

/** The decoder, opened once per thread. */
export interface CodeReader {
  /** Blocks its thread while it reads; only handing over is asynchronous. */
  read(grey: Grey, options: ReadOptions): Promise<readonly SymbolRead[]>;
}

/** Two-dimensional symbols carry Reed-Solomon error correction: what decodes is what was printed. */
export const isMatrix = (symbology: Symbology): boolean => symbology === "QR Code" || symbology === "Data Matrix";

/** Symbology identifiers (ISO/IEC 15424) whose content is GS1 element strings. */
const gs1Identifiers = new Set(["]C1", "]d2", "]Q3", "]e0", "]e1", "]e2", "]J1"]);
const maximumSymbols = 8;
const dataBar = ["DataBar", "DataBarExp", "DataBarLtd"] as const;

/** A grey picture as a file (portable graymap): the library takes it as it is, without a detour over four channels. */
function portableGraymap({ data, width, height }: Grey): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}

const names = new Map<string, Symbology>(
  Object.entries(symbologies).map(([ours, theirs]) => [theirs, ours as Symbology]),
);
/** The library names the variant that it found; a recipe names the family. */
const familyOf = (format: string): Symbology | undefined =>
  names.get(format) ??
  (format.startsWith("DataBar") ? "GS1 DataBar" : format.startsWith("QRCode") ? "QR Code" : undefined);

/** Loads the decoder from the installed package: nothing is fetched. */
export async function openCodeReader(): Promise<CodeReader> {
  const { prepareZXingModule, readBarcodes } = await import("zxing-wasm/reader");
  const binary = await readFile(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  await prepareZXingModule({
    overrides: { wasmBinary: new Uint8Array(binary).buffer },
    fireImmediately: true,
  });
  return {
    async read(grey, { symbologies: wanted, isGlobal = false }) {
      const found = await readBarcodes(portableGraymap(grey), {
        formats: wanted.flatMap((s) => (s === "GS1 DataBar" ? dataBar : [symbologies[s]])),
        binarizer: isGlobal ? "GlobalHistogram" : "LocalAverage",
        maxNumberOfSymbols: maximumSymbols,
        textMode: "Plain",
      });
      return found.flatMap(({ isValid, text, format, symbologyIdentifier, lineCount, position }) => {
        const symbology = familyOf(format);
        if (!isValid || symbology === undefined) return [];
        const corners = [position.topLeft, position.topRight, position.bottomRight, position.bottomLeft];
        const [xs, ys] = [corners.map((c) => c.x), corners.map((c) => c.y)];
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        return {
          text,
          symbology,
          isGs1: gs1Identifiers.has(symbologyIdentifier),
          lines: isMatrix(symbology) ? 0 : lineCount,
          box: [x, y, Math.max(...xs) - x, Math.max(...ys) - y] as const,
          corners: corners.map((c) => ({ x: c.x, y: c.y })),
        };
      });
    },
  };
}
