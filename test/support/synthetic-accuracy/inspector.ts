import path from "node:path";
import { findModel } from "../../../src/app/paths.ts";
import { discoverPlugins } from "../../../src/app/plugins.ts";
import { loadRecipe } from "../../../src/config/load-recipe.ts";
import { noExpectation } from "../../../src/domain/expectation.ts";
import type { Recipe } from "../../../src/domain/recipe.ts";
import type { InvalidReason } from "../../../src/domain/verdict.ts";
import { frameGuard } from "../../../src/vision/guard/frame-guard.ts";
import { guardOf } from "../../../src/vision/guard/guard-of.ts";
import type { Inspection } from "../../../src/vision/judge.ts";
import type { Picture } from "../../../src/vision/picture.ts";
import { openPipeline } from "../../../src/vision/pipeline.ts";
import type { StepDefinition } from "../../../src/vision/step.ts";

/** What a recipe says of one picture, the frame guard included. */
export type Answer = { readonly refused: InvalidReason } | { readonly inspection: Inspection };

/** A recipe at work on one camera's pictures, as in an inference thread. */
export interface Inspector extends AsyncDisposable {
  readonly recipe: Recipe;
  inspect(picture: Picture): Promise<Answer>;
  /** Step → ms of each picture that it was run on; `guard` is the first. */
  readonly times: ReadonlyMap<string, number[]>;
}

/**
 * Opens a recipe of a file, or one made from it. `now`: ms, by which times are taken.
 * @throws AppError naming the model package or the file that is missing.
 */
export async function openInspector(
  file: string,
  change: (recipe: Recipe) => Recipe = (recipe) => recipe,
  now: () => number = () => performance.now(),
): Promise<Inspector> {
  const { steps: plugins, step: definitions } = await discoverPlugins();
  const recipe = change(loadRecipe(file, plugins).recipe);
  const [cameraId, camera] = Object.entries(recipe.cameras)[0]!;
  const models = [
    ...(camera.baseline === undefined ? [] : [camera.baseline]),
    ...camera.steps.flatMap(({ step, options }) => definitions.get(step)?.models?.(options) ?? []),
  ];
  const modelFolders = Object.fromEntries(models.map((id) => [id, findModel(id, "data")]));
  const setup = { recipe, recipeFolder: path.dirname(file), modelFolders };
  const times = new Map<string, number[]>([["guard", []]]);
  const timed = new Map([...definitions].map(([type, definition]) => [type, timedStep(definition, times, now)]));
  const guard = frameGuard(await guardOf(setup, cameraId, definitions));
  const pipeline = await openPipeline(setup, cameraId, timed);
  const context = { signal: new AbortController().signal, now: () => performance.now() };
  return {
    recipe,
    times,
    async inspect(picture) {
      const start = now();
      const usable = guard.run(picture);
      times.get("guard")!.push(now() - start);
      if (!usable.usable) return { refused: usable.reason };
      return { inspection: (await pipeline.inspect({ picture, expected: noExpectation }, context)).inspection };
    },
    [Symbol.asyncDispose]: () => pipeline[Symbol.asyncDispose](),
  };
}

/** The same step, with a note of how long each picture took it. */
const timedStep = (definition: StepDefinition, times: Map<string, number[]>, now: () => number): StepDefinition => ({
  ...definition,
  async open(options, site) {
    const step = await definition.open(options, site);
    const spent = times.get(definition.type) ?? [];
    times.set(definition.type, spent);
    return {
      ...step,
      async run(scene, context) {
        const start = now();
        const finding = await step.run(scene, context);
        spent.push(now() - start);
        return finding;
      },
      [Symbol.asyncDispose]: () => step[Symbol.asyncDispose](),
    };
  },
});
