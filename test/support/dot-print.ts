import type { Point, Quad } from "../../src/vision/dates/rectify.ts";
import { blur, type Grey } from "../../src/vision/grey.ts";

/** Characters of a 5 × 7 print head, seven rows of five dots each. */
const font: Readonly<Record<string, string>> = {
  "0": "01110 10001 10011 10101 11001 10001 01110",
  "1": "00100 01100 00100 00100 00100 00100 01110",
  "2": "01110 10001 00001 00110 01000 10000 11111",
  "3": "01110 10001 00001 00110 00001 10001 01110",
  "4": "00010 00110 01010 10010 11111 00010 00010",
  "5": "11111 10000 11110 00001 00001 10001 01110",
  "6": "01110 10000 10000 11110 10001 10001 01110",
  "7": "11111 00001 00010 00100 01000 01000 01000",
  "8": "01110 10001 10001 01110 10001 10001 01110",
  "9": "01110 10001 10001 01111 00001 00001 01110",
  A: "01110 10001 10001 11111 10001 10001 10001",
  B: "11110 10001 10001 11110 10001 10001 11110",
  C: "01110 10001 10000 10000 10000 10001 01110",
  E: "11111 10000 10000 11110 10000 10000 11111",
  L: "10000 10000 10000 10000 10000 10000 11111",
  P: "11110 10001 10001 11110 10000 10000 10000",
  X: "10001 10001 01010 00100 01010 10001 10001",
  ":": "00000 00100 00100 00000 00100 00100 00000",
  ".": "00000 00000 00000 00000 00000 01100 01100",
  " ": "00000 00000 00000 00000 00000 00000 00000",
};

export interface DotPrint {
  readonly picture: Grey;
  /** Corners of the print. */
  readonly print: Quad;
}

export interface DotPrintOptions {
  /** 0..255 */
  readonly ground?: number;
  readonly ink?: number;
  /** A nozzle that is dead, row 0..6. */
  readonly deadRow?: number;
  /** How far the product moved while it was exposed or the ink was wet, px. */
  readonly smear?: number;
}

const pitch = 4;
const lineRows = 10;
/** Where the lines of a print lie, share of its height. */
export const linesOf = (count: number): readonly { readonly top: number; readonly bottom: number }[] =>
  Array.from({ length: count }, (_, i) => ({
    top: (i * lineRows) / (count * lineRows - 3),
    bottom: (i * lineRows + 7) / (count * lineRows - 3),
  }));

/** Lines printed with round dots of ink on an even ground with a soft shade, slightly out of focus, with a wide border. */
export function aDotPrint(lines: readonly string[], options: DotPrintOptions = {}): DotPrint {
  const { ground = 190, ink = 60, deadRow, smear = 0 } = options;
  const columns = Math.max(...lines.map((l) => l.length)) * 6 - 1;
  const rows = lines.length * lineRows - 3;
  const border = 60;
  const [width, height] = [columns * pitch + 2 * border, rows * pitch + 2 * border];
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data[y * width + x] = ground - (15 * x) / width + ((x * 7 + y * 13) % 5);
  for (const [l, line] of lines.entries())
    for (const [c, character] of [...line].entries())
      for (const [r, row] of font[character]!.split(" ").entries()) {
        if (r === deadRow) continue;
        for (const [d, dot] of [...row].entries()) {
          if (dot === "0") continue;
          const [cx, cy] = [border + (c * 6 + d + 0.5) * pitch, border + (l * lineRows + r + 0.5) * pitch];
          for (let y = Math.floor(cy - 2); y <= cy + 2; y++)
            for (let x = Math.floor(cx - 2); x <= cx + 2; x++)
              if (Math.hypot(x + 0.5 - cx, y + 0.5 - cy) <= 2) data[y * width + x] = ink;
        }
      }
  const at = (x: number, y: number): Point => [border + x * columns * pitch, border + y * rows * pitch];
  const moved = data.map((v, i) => {
    let sum = v;
    for (let k = 1; k < smear; k++) sum += data[Math.max(0, i - k)]!;
    return sum / Math.max(1, smear);
  });
  return { picture: blur({ data: moved, width, height }, 0.8), print: [at(0, 0), at(1, 0), at(1, 1), at(0, 1)] };
}

/** The same print seen from the side: a shear and a shrinking towards the right. */
export function askew({ picture: { data, width, height }, print }: DotPrint): DotPrint {
  const there = ([x, y]: Point): Point => [x * 0.95 + 10, y * (1 - 0.0003 * x) + 0.08 * x];
  const result = new Uint8Array(width * (height + 60)).fill(150);
  for (let v = 0; v < height + 60; v++)
    for (let u = 0; u < width; u++) {
      const x = Math.round((u - 10) / 0.95);
      const y = Math.round((v - 0.08 * x) / (1 - 0.0003 * x));
      if (x >= 0 && x < width && y >= 0 && y < height) result[v * width + u] = data[y * width + x]!;
    }
  return { picture: { data: result, width, height: height + 60 }, print: print.map(there) as unknown as Quad };
}
