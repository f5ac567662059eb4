import { z } from "zod";
import type { StepSetup } from "../domain/recipe.ts";
import { RecipeError } from "./recipe-error.ts";
import type { OpenStep, StepDefinition, StepSite } from "./step.ts";

/** Opens one step of a recipe. @throws AppError when it is unknown, its options do not fit, or it cannot work here. */
export function openStep(
  { step, options }: StepSetup,
  site: StepSite,
  definitions: ReadonlyMap<string, StepDefinition>,
): Promise<OpenStep> {
  const definition = definitions.get(step);
  if (!definition)
    throw new RecipeError(
      `Camera ${site.cameraId}: there is no step "${step}"; there are ${[...definitions.keys()].join(", ")}.`,
    );
  const parsed = definition.options.safeParse(options);
  if (!parsed.success)
    throw new RecipeError(`Camera ${site.cameraId}, step ${step}: ${z.prettifyError(parsed.error)}.`);
  return definition.open(parsed.data, site);
}
