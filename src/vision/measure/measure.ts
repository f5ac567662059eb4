import type { Picture } from "../picture.ts";
import type { Finding, Scene, StepSite } from "../step.ts";

/** Takes one measure of located units. */
export interface Measure extends Disposable {
  take(scene: Scene): Pick<Finding, "invalid" | "measures" | "defects" | "marks">;
}

/** What a measure is opened with. */
export interface MeasureSite {
  readonly site: StepSite;
  readonly reference: Picture;
}

/** @param name of the measure in the recipe: what it reports begins with it @throws RecipeError when it cannot be taken here */
export type OpenMeasure<Options> = (name: string, options: Options, at: MeasureSite) => Promise<Measure> | Measure;
