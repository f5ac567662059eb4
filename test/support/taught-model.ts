import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TeachResult, teachModel } from "../../src/vision/teach/teach.ts";
import { writePictures } from "./pictures.ts";
import { aTime } from "./units.ts";

/** A folder that goes away with the test. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly folder: string;
}
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "tallyline-"));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Teaches `unit@1` on 25 good and 4 empty generated pictures, below `folder`. */
export async function teachSmallModel(folder: string): Promise<TeachResult> {
  await writePictures(path.join(folder, "good"), 25);
  await writePictures(path.join(folder, "empty"), 4, "empty", 500);
  return teachModel({
    images: path.join(folder, "good"),
    empty: path.join(folder, "empty"),
    name: "unit",
    out: path.join(folder, "models"),
    program: "test",
    now: aTime,
  });
}
