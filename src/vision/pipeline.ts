import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { CameraRecipe, Zone } from "../domain/recipe.ts";
import type { ModelRef } from "../domain/unit-record.ts";
import { AppError, errorText } from "../platform/errors.ts";
import type { Inspection } from "./judge.ts";
import { judge } from "./judge.ts";
import type { InspectionSetup } from "./messages.ts";
import { inPlace } from "./placement.ts";
import type { Finding, Mark, OpenStep, Scene, StepDefinition, StepSite } from "./step.ts";
import type { TaskContext } from "./task.ts";

/** A recipe cannot be run as it is written. */
export class RecipeError extends AppError {
  readonly code = "RECIPE_UNFIT";
}

/** What one picture came to, and what can be drawn over it. */
export interface Inspected {
  readonly inspection: Inspection;
  readonly marks: readonly Mark[];
}

/** The steps of one camera, opened for one thread. */
export interface Pipeline extends AsyncDisposable {
  /** Every model that a step loaded, in the order of the steps; the first is the one that a record names. */
  readonly models: readonly ModelRef[];
  /** Runs the steps in their order. @throws what a step throws: the unit is notInspected(inferenceFault). */
  inspect(task: Omit<Scene, "place">, context: TaskContext): Promise<Inspected>;
}

/**
 * Opens the steps of one camera.
 * @throws AppError of the first that cannot work with this recipe; nothing is left open.
 */
export async function openPipeline(
  { recipe, recipeFolder, modelFolders }: InspectionSetup,
  cameraId: string,
  definitions: ReadonlyMap<string, StepDefinition>,
): Promise<Pipeline> {
  const camera = recipe.cameras[cameraId];
  if (!camera) throw new RecipeError(`The recipe says nothing of camera ${cameraId}: add it under "cameras".`);
  const site = siteOf(camera, cameraId, recipeFolder, modelFolders);
  await using stack = new AsyncDisposableStack();
  const steps: OpenStep[] = [];
  for (const { step, options } of camera.steps) {
    const definition = definitions.get(step);
    if (!definition)
      throw new RecipeError(
        `Camera ${cameraId}: there is no step "${step}"; there are ${[...definitions.keys()].join(", ")}.`,
      );
    const parsed = definition.options.safeParse(options);
    if (!parsed.success) throw new RecipeError(`Camera ${cameraId}, step ${step}: ${z.prettifyError(parsed.error)}.`);
    steps.push(stack.use(await definition.open(parsed.data, site)));
  }
  const everything = stack.move();
  return {
    models: steps.flatMap((s) => s.models),
    async inspect({ picture, expected }, context) {
      const findings: Finding[] = [];
      let place = inPlace;
      for (const step of steps) {
        const finding = await step.run({ picture, expected, place }, context);
        findings.push(finding);
        place = finding.place ?? place;
        if (finding.absent || finding.invalid?.ends) break;
        context.signal.throwIfAborted();
      }
      return { inspection: judge(findings, recipe.classes), marks: findings.flatMap((f) => f.marks ?? []) };
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

function siteOf(
  camera: CameraRecipe,
  cameraId: string,
  recipeFolder: string,
  modelFolders: Readonly<Record<string, string>>,
): StepSite {
  const zoneOf = (name: string): Zone => {
    const zone = camera.zones[name];
    if (zone) return zone;
    throw new RecipeError(
      `Camera ${cameraId}: there is no zone "${name}"; zones: ${Object.keys(camera.zones).join(", ") || "none"}.`,
    );
  };
  return {
    cameraId,
    zone: zoneOf,
    picture: camera.picture,
    mmPerPx() {
      if (camera.mmPerPx !== undefined) return camera.mmPerPx;
      throw new RecipeError(
        `Camera ${cameraId}: give "mmPerPx", or calibrate the camera; nothing can be measured without.`,
      );
    },
    modelFolder(id) {
      const folder = modelFolders[id];
      if (folder !== undefined) return folder;
      throw new RecipeError(`Camera ${cameraId}: model package ${id} is not there.`);
    },
    readFile: (name) =>
      readFile(path.join(recipeFolder, name)).catch((cause: unknown) => {
        throw new RecipeError(
          `${path.join(recipeFolder, name)} cannot be read: ${errorText(cause)}. Put it beside the recipe.`,
          {
            cause,
          },
        );
      }),
  };
}
