import { errorText } from "../../platform/errors.ts";
import { guardNote, guardOf } from "../guard/guard-of.ts";
import type { InspectionSetup } from "../messages.ts";
import { openStep } from "../open-step.ts";
import type { StepDefinition } from "../step.ts";
import { siteOf } from "../step-site.ts";

/** What came of opening the steps of one camera. */
export interface StepsTried {
  /** Models whose golden samples gave what they must, `name@version`. */
  readonly models: readonly string[];
  /** Of every step that cannot be opened, not only the first. */
  readonly problems: readonly string[];
  /** What works and a person should know all the same. */
  readonly notes: readonly string[];
}

/** Opens every step of one camera by itself and closes it again; steps whose models are missing are left out. */
export async function trySteps(
  { recipe, recipeFolder, modelFolders }: InspectionSetup,
  cameraId: string,
  definitions: ReadonlyMap<string, StepDefinition>,
): Promise<StepsTried> {
  const camera = recipe.cameras[cameraId]!;
  const site = siteOf(camera, cameraId, recipeFolder, modelFolders, recipe.classes);
  const models: string[] = [];
  const problems: string[] = [];
  for (const setup of camera.steps) {
    const named = definitions.get(setup.step)?.models?.(setup.options as never) ?? [];
    if (named.some((name) => !(name in modelFolders))) continue;
    try {
      await using step = await openStep(setup, site, definitions);
      models.push(...step.models.map((m) => m.id));
    } catch (error) {
      problems.push(`cameras.${cameraId}, step ${setup.step}: ${errorText(error)}`);
    }
  }
  // Without its model there is no guard to speak of; that the model is missing is a problem already.
  const note = await guardOf({ recipe, recipeFolder, modelFolders }, cameraId, definitions).then(
    (guard) => guardNote(cameraId, guard),
    () => undefined,
  );
  return { models, problems, notes: note === undefined ? [] : [note] };
}
