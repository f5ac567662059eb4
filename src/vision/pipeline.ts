import { createHash } from "node:crypto";
import type { ModelRef } from "../domain/unit-record.ts";
import type { Inspection } from "./judge.ts";
import { judge } from "./judge.ts";
import type { InspectionSetup } from "./messages.ts";
import type { GoldenSample } from "./model/golden.ts";
import { openStep } from "./open-step.ts";
import { inPlace } from "./placement.ts";
import { RecipeError } from "./recipe-error.ts";
import type { Finding, Mark, OpenStep, Scene, StepDefinition, StepSite } from "./step.ts";
import { siteOf } from "./step-site.ts";
import type { TaskContext } from "./task.ts";

/** What one picture came to, and what can be drawn over it. */
export interface Inspected {
  readonly inspection: Inspection;
  readonly marks: readonly Mark[];
}

/** The steps of one camera, opened for one thread. */
export interface Pipeline extends AsyncDisposable {
  /** Every model that a step loaded, in the order of the steps; the first is the one that a record names. */
  readonly models: readonly ModelRef[];
  /** SHA-256, hex, of every file that a step read beside the recipe, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Golden samples of all of them. */
  readonly golden: readonly GoldenSample[];
  /** Of the step whose score a record has. */
  readonly taughtScore: number | undefined;
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
  await using stack = new AsyncDisposableStack();
  const whole = siteOf(camera, cameraId, recipeFolder, modelFolders, recipe.classes);
  const files: Record<string, string> = {};
  const site: StepSite = {
    ...whole,
    async readFile(name) {
      const bytes = await whole.readFile(name);
      files[name] = createHash("sha256").update(bytes).digest("hex");
      return bytes;
    },
  };
  const steps: OpenStep[] = [];
  for (const setup of camera.steps) steps.push(stack.use(await openStep(setup, site, definitions)));
  const everything = stack.move();
  return {
    models: steps.flatMap((s) => s.models),
    files,
    taughtScore: steps.find((s) => s.scores)?.scores?.taught,
    golden: steps.flatMap((s) => s.golden ?? []),
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
