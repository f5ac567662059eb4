import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { timeOfPicture } from "../domain/evidence.ts";

/** What may stay. */
export interface SweepSetup {
  /** A station's evidence folder, with one folder per UTC date. */
  readonly folder: string;
  /** UTC ms. */
  readonly now: number;
  /** Pictures from before it go, UTC ms. */
  readonly before: number;
  readonly maximumBytes: number;
}
/** What goes: every picture of an earlier time than `until`. */
export interface SweepPlan {
  /** UTC ms. */
  readonly until: number;
  readonly files: number;
  readonly bytes: number;
  readonly left: { readonly files: number; readonly bytes: number };
}

interface Found {
  readonly path: string;
  readonly time: number;
  readonly bytes: number;
}
const dayMs = 86_400_000;
const datePattern = /^\d{4}-\d\d-\d\d$/;

const ifThere = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return otherwise;
    throw error;
  }
};

/** Every picture of the folder, the oldest first; what is being written, or none of ours, is not looked at. */
async function picturesOf(folder: string): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const date of (await ifThere(readdir(folder), [])).filter((name) => datePattern.test(name)))
    for (const name of await readdir(join(folder, date))) {
      const time = timeOfPicture(name);
      if (time === undefined) continue;
      const path = join(folder, date, name);
      const { size } = await stat(path);
      found.push({ path, time, bytes: size });
    }
  return found.sort((a, b) => a.time - b.time);
}

/** Decides what goes, the oldest first. Pictures of one instant stay or go together. Changes nothing. */
export async function planSweep({ folder, before, maximumBytes }: SweepSetup): Promise<SweepPlan> {
  const pictures = await picturesOf(folder);
  const total = pictures.reduce((sum, { bytes }) => sum + bytes, 0);
  let [files, bytes] = [0, 0];
  let until = Number.NEGATIVE_INFINITY;
  for (const { time, bytes: size } of pictures) {
    if (time >= until && time >= before && total - bytes <= maximumBytes) break;
    until = time + 1;
    files += 1;
    bytes += size;
  }
  return {
    // Not later than it has to be: a picture that is on its way would go too, and its entry come after the one that says so.
    until: pictures[files]?.time ?? (files > 0 ? until : before),
    files,
    bytes,
    left: { files: pictures.length - files, bytes: total - bytes },
  };
}

/** Removes what the plan said, and folders that it leaves empty. */
export async function carryOutSweep({ folder, now }: SweepSetup, { until }: SweepPlan): Promise<void> {
  for (const { path, time } of await picturesOf(folder)) if (time < until) await rm(path, { force: true });
  const lastDays = new Date(now - dayMs).toISOString().slice(0, 10);
  for (const date of await ifThere(readdir(folder), [])) {
    // Into the folders of the last days a picture may be on its way.
    if (!datePattern.test(date) || date >= lastDays) continue;
    const left = await readdir(join(folder, date));
    // What a crash left half written.
    for (const name of left.filter((n) => n.endsWith(".part"))) await rm(join(folder, date, name), { force: true });
    if (left.every((n) => n.endsWith(".part"))) await rmdir(join(folder, date));
  }
}
