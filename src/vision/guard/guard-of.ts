import type { InspectionSetup } from "../messages.ts";
import { readModelCard } from "../model/package.ts";
import type { StepDefinition } from "../step.ts";
import type { GuardSetup } from "./frame-guard.ts";

/**
 * What the guard of a camera has to know: the size from the recipe, else from the model; what taught pictures are like
 * from the model that the recipe names as `baseline`, else from the first of its steps.
 * @throws ModelError when its card cannot be read.
 */
export async function guardOf(
  { recipe, modelFolders }: InspectionSetup,
  cameraId: string,
  definitions: ReadonlyMap<string, StepDefinition>,
): Promise<GuardSetup> {
  const { picture, baseline, steps } = recipe.cameras[cameraId]!;
  const named = steps.flatMap(({ step, options }) => {
    const definition = definitions.get(step);
    return definition?.models?.(definition.options.parse(options)) ?? [];
  });
  const model = baseline ?? named[0];
  const card = model === undefined ? undefined : await readModelCard(modelFolders[model]!);
  // A network's own input is what pictures are brought to, not what they are.
  const input = picture ?? (card?.kind === "anomaly" ? card.input : undefined);
  return { ...(input && { input }), ...(card?.baseline && { baseline: card.baseline }) };
}

/** What a person has to know of a guard that knows no taught pictures; undefined when it does. */
export const guardNote = (cameraId: string, { baseline }: GuardSetup): string | undefined =>
  baseline
    ? undefined
    : `camera ${cameraId}: nothing tells what a usable picture is, so the frame guard looks at size and frozen pictures only, not for dark, bright, blurred, covered or torn ones; name a taught model package as "baseline" of the camera`;
