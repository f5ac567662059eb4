import type { Expectation } from "../../../src/domain/expectation.ts";
import type { CameraRecipe } from "../../../src/domain/recipe.ts";
import type { Picture } from "../../../src/vision/picture.ts";
import type { Finding } from "../../../src/vision/step.ts";

/** What a step is tried on: a recipe that it can work with, and pictures. */
export interface StepSample {
  /** As a recipe writes them: complete, and worth copying. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly camera: CameraRecipe;
  /** Package → folder. */
  readonly modelFolders?: Readonly<Record<string, string>>;
  /** Where the files that the options name lie; the sample's own folder when left out. */
  readonly recipeFolder?: string;
  readonly expected?: Expectation;
  /** Pictures of the recipe's size, each with what the step has to see in it. */
  readonly pictures: readonly { readonly shows: string; readonly picture: Picture; readonly finds: FindingCheck }[];
}

/** Expects something of a finding: a step that sees nothing at all must not conform. */
export type FindingCheck = (finding: Finding) => void;

/** `steps/<type>.ts` here belongs to the step of that type; its default export says how the step is tried. */
export interface StepFixture {
  /** Refused by the schema, each with a message. */
  readonly misfits: readonly unknown[];
  /** Opened with options that fit the schema and a recipe that they do not fit; each must be refused in words. */
  readonly unfit?: readonly (Partial<Pick<StepSample, "options" | "camera">> & { readonly because: RegExp })[];
  /** Writes what the sample needs below `folder`, which goes away with the test. */
  prepare(folder: string): Promise<StepSample>;
}
