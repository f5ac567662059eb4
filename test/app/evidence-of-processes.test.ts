import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultEvidencePolicy } from "../../src/domain/recipe.ts";
import { aRecipe, type FleetRun, startFleet } from "../support/fleet.ts";
import { type TemporaryFolder, teachSmallModel, temporaryFolder } from "../support/taught-model.ts";

let temporary: TemporaryFolder;
let evidenceFolder: string;
let modelFolder: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  evidenceFolder = join(temporary.folder, "evidence");
  modelFolder = (await teachSmallModel(temporary.folder)).folder;
}, 30_000);
afterAll(() => temporary[Symbol.asyncDispose]());

const every = { evidence: { ...defaultEvidencePolicy, passes: 1, overlay: true } };
const named = (judgements: readonly { readonly imageRef?: string }[]): string[] =>
  judgements.flatMap(({ imageRef }) => imageRef ?? []);
const spokenOf = (pictures: readonly { readonly file?: string }[]): string[] =>
  pictures.flatMap(({ file }) => file ?? []);

/** Triggers, each after the answer to the one before: a busy machine must not change what there is to see. */
async function inspect(t: FleetRun, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const before = t.judgements.length;
    t.trigger();
    await t.until(() => t.judgements.length > before);
  }
}

// Whatever happens to the process, a name in a record is either a file on disk or known to be none.
test("every picture that a judgement names is told once: on disk, or dropped with a process that was killed", async () => {
  await using t = startFleet([aRecipe(modelFolder, 1, every)], { evidenceFolder });
  await t.until(() => t.events.includes("ready 1"));
  await inspect(t, 5);
  await t.until(() => t.pictures.length === 5);
  expect(t.pictures.every((p) => p.event === "kept" && p.marked !== undefined)).toBe(true);
  for (const file of spokenOf(t.pictures)) expect(existsSync(join(evidenceFolder, file))).toBe(true);

  await inspect(t, 1);
  process.kill(t.pid()!, "SIGKILL");
  await t.until(() => t.events.filter((e) => e === "ready 1").length === 2);
  await inspect(t, 2);
  await t.until(() => t.pictures.length === 8);
  expect(spokenOf(t.pictures).toSorted()).toEqual(named(t.judgements).toSorted());
}, 40_000);

test("a stop waits for the pictures under way", async () => {
  const t = startFleet([aRecipe(modelFolder, 1, every)], { evidenceFolder });
  await t.until(() => t.events.includes("ready 1"));
  await inspect(t, 3);
  await t.fleet.stop();
  expect(t.pictures.map(({ event }) => event)).toEqual(["kept", "kept", "kept"]);
}, 40_000);

test("switched off, no picture is named, also by a process that starts later", async () => {
  await using t = startFleet([aRecipe(modelFolder, 1, every)], { evidenceFolder });
  t.fleet.keepEvidence(false);
  await t.until(() => t.events.includes("ready 1"));
  await inspect(t, 2);
  t.fleet.keepEvidence(true);
  await inspect(t, 2);
  expect(named(t.judgements)).toHaveLength(2);
}, 40_000);
