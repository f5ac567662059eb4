import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Picture } from "../picture.ts";
import { imageInput } from "./anomaly-graph.ts";

/** What the model says about one picture. */
export interface AnomalyResult {
  /** Mean of the highest values of the map; the threshold stands in the card. */
  readonly score: number;
  /** 0 = the empty place, about 1 = like the good units. */
  readonly presence: number;
  /** Distances, row by row; the card's `grid` is its shape. */
  readonly map: Float32Array;
  /** Time inside the model, ms. */
  readonly inferenceMs: number;
}

/** One session, for one thread. Never end the thread while `inspect` runs: that aborts the whole process. */
export interface AnomalyModel extends AsyncDisposable {
  /** @throws whatever the runtime throws for a picture that is not what the graph expects. */
  inspect(picture: Picture): Promise<AnomalyResult>;
}

/** One thread, in order: several sessions in threads of their own scale better than one that splits its operators. */
export const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
};

/** Opens an inspection graph. */
export async function openAnomalyModel(graph: Uint8Array): Promise<AnomalyModel> {
  const session = await InferenceSession.create(graph, sessionOptions);
  return {
    async inspect({ data, width, height, channels }) {
      const start = performance.now();
      const output = await session.run({ [imageInput]: new Tensor("uint8", data, [1, height, width, channels]) });
      const values = (name: string): Float32Array => output[name]!.data as Float32Array;
      return {
        score: values("score")[0]!,
        presence: values("presence")[0]!,
        map: values("map"),
        inferenceMs: performance.now() - start,
      };
    },
    async [Symbol.asyncDispose]() {
      await session.release();
    },
  };
}
