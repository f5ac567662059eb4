import { noExpectation } from "../domain/expectation.ts";
import type { CameraRecipe } from "../domain/recipe.ts";
import { openStep } from "./open-step.ts";
import type { Picture } from "./picture.ts";
import { inPlace, type Placement } from "./placement.ts";
import { RecipeError } from "./recipe-error.ts";
import type { OpenStep, StepDefinition } from "./step.ts";
import { siteOf } from "./step-site.ts";

/** Finds the unit in whole pictures as a recipe does, without inspecting it. */
export interface Locator extends AsyncDisposable {
  /** @throws RecipeError when the unit is not there, or not where it may be. */
  locate(picture: Picture): Promise<Placement>;
}

/** Opens only the steps that locate. @throws AppError of a step that cannot work with this recipe. */
export async function openLocator(
  camera: CameraRecipe,
  cameraId: string,
  recipeFolder: string,
  definitions: ReadonlyMap<string, StepDefinition>,
): Promise<Locator> {
  await using stack = new AsyncDisposableStack();
  const site = siteOf(camera, cameraId, recipeFolder, {});
  const steps: OpenStep[] = [];
  for (const setup of camera.steps)
    if (definitions.get(setup.step)?.locates) steps.push(stack.use(await openStep(setup, site, definitions)));
  const everything = stack.move();
  const context = { signal: new AbortController().signal, now: () => performance.now() };
  return {
    async locate(picture) {
      let place = inPlace;
      for (const step of steps) {
        const found = await step.run({ picture, place, expected: noExpectation }, context);
        if (found.absent) throw new RecipeError("nothing is there");
        if (found.invalid) throw new RecipeError(`${found.invalid.reason}: ${found.invalid.detail}`);
        place = found.place ?? place;
      }
      return place;
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}
