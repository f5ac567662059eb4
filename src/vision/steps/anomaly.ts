import type { AnomalyModel, AnomalyResult } from "../model/anomaly-model.ts";
import type { Picture } from "../picture.ts";
import type { Step } from "../step.ts";

/** What the model found, with the size of the picture that it found it in. */
export interface AnomalyFinding extends AnomalyResult {
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
}

/** Runs the model: resize, features, distances and score happen inside its graph. */
export const anomaly = (model: AnomalyModel): Step<Picture, AnomalyFinding> => ({
  name: "anomaly",
  run: async (picture) => ({ ...(await model.inspect(picture)), width: picture.width, height: picture.height }),
});
