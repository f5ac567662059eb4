import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadSharp } from "../../cameras/source/load-sharp.ts";

/** Letters of one size, drawn once into one row. */
export interface Face {
  readonly height: number;
  /** Width of a text, px. */
  widthOf(text: string): number;
  /** Calls back with every pixel of the text that has ink: `cover` 1..255. */
  draw(text: string, visit: (x: number, y: number, cover: number) => void): void;
}
export type Faces = Readonly<Record<"small" | "large", Face>>;

interface FaceTable {
  readonly height: number;
  readonly margin: number;
  /** Advance per letter, px. */
  readonly widths: readonly number[];
}
const sizes = { small: "18", large: "36" } as const;

/** What the font cannot show becomes a question mark: a legend must not hide that there was something. */
const substitute = "?";

/** Reads the letters that the repository keeps (scripts/build-evidence-font.ts draws them). */
export async function loadFaces(): Promise<Faces> {
  const sharp = await loadSharp();
  const { letters, faces } = JSON.parse(readFileSync(new URL("font/letters.json", import.meta.url), "utf8")) as {
    readonly letters: string;
    readonly faces: Readonly<Record<string, FaceTable>>;
  };
  const indexes = new Map([...letters].map((letter, n) => [letter, n]));
  const load = async (size: string): Promise<Face> => {
    const { height, margin, widths } = faces[size]!;
    const image = sharp(fileURLToPath(new URL(`font/letters-${size}.png`, import.meta.url)));
    const { data, info } = await image.toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
    const starts: number[] = [];
    let at = 0;
    for (const width of widths) {
      starts.push(at);
      at += width + 2 * margin;
    }
    const indexesOf = (text: string): number[] =>
      [...text].map((letter) => indexes.get(letter) ?? indexes.get(substitute)!);
    return {
      height,
      widthOf: (text) => indexesOf(text).reduce((sum, n) => sum + widths[n]!, 0),
      draw(text, visit) {
        let left = 0;
        for (const n of indexesOf(text)) {
          for (let y = 0; y < height; y++)
            for (let x = 0; x < widths[n]! + 2 * margin; x++) {
              const cover = data[y * info.width + starts[n]! + x]!;
              if (cover > 0) visit(left + x - margin, y, cover);
            }
          left += widths[n]!;
        }
      },
    };
  };
  return { small: await load(sizes.small), large: await load(sizes.large) };
}
