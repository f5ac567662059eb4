import path from "node:path";
import { listImages } from "../../cameras/folder/image-list.ts";
import { noExpectation } from "../../domain/expectation.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { errorText } from "../../platform/errors.ts";
import { frameGuard } from "../guard/frame-guard.ts";
import { guardOf } from "../guard/guard-of.ts";
import type { Inspection } from "../judge.ts";
import type { InspectionSetup } from "../messages.ts";
import { isGrey, readPicture } from "../model/read-picture.ts";
import type { Picture } from "../picture.ts";
import { openPipeline } from "../pipeline.ts";
import type { Mark, StepDefinition } from "../step.ts";

/** What a recipe says of one picture of a folder. */
export interface InspectedFile {
  /** Relative to the folder. */
  readonly file: string;
  readonly verdict: Verdict;
  readonly picture: Picture;
  /** What can be drawn over it. */
  readonly marks: readonly Mark[];
  /** What the steps said; absent when the guard refused the picture. */
  readonly inspection?: Inspection;
  /** Guard and steps, ms; without reading the file. */
  readonly ms: number;
}

/**
 * Runs a camera's recipe on the pictures of a folder and its subfolders, in order of their names, as the line would:
 * what a trigger's context would expect of the unit is not known here.
 * @throws AppError when the recipe cannot be opened or the folder holds no picture.
 */
export async function* inspectFolder(
  setup: InspectionSetup,
  cameraId: string,
  definitions: ReadonlyMap<string, StepDefinition>,
  folder: string,
): AsyncGenerator<InspectedFile, void, undefined> {
  const files = await listImages({ path: folder, recursive: true });
  const looks = await guardOf(setup, cameraId, definitions);
  const guard = frameGuard(looks);
  await using pipeline = await openPipeline(setup, cameraId, definitions);
  const context = { signal: new AbortController().signal, now: () => performance.now() };
  for (const full of files) {
    const file = path.relative(path.resolve(folder), full);
    const picture = await readPicture(full, looks.input?.channels ?? ((await isGrey(full)) ? 1 : 3));
    const start = performance.now();
    const guarded = guard.run(picture);
    if (!guarded.usable) {
      const verdict: Verdict = { kind: "invalid", reason: guarded.reason, detail: guarded.detail };
      yield { file, verdict, picture, marks: [], ms: performance.now() - start };
      continue;
    }
    try {
      const { inspection, marks } = await pipeline.inspect({ picture, expected: noExpectation }, context);
      yield { file, verdict: inspection.verdict, inspection, picture, marks, ms: performance.now() - start };
    } catch (error) {
      const verdict: Verdict = { kind: "notInspected", reason: "inferenceFault", detail: errorText(error) };
      yield { file, verdict, picture, marks: [], ms: performance.now() - start };
    }
  }
}
