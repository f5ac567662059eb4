import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { PictureReport } from "../../../src/domain/evidence.ts";
import type { Judgement } from "../../../src/domain/judgement.ts";
import { defaultEvidencePolicy, type EvidencePolicy } from "../../../src/domain/recipe.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createEvidenceKeeper, type EvidenceBounds } from "../../../src/vision/evidence/evidence-keeper.ts";
import { aPicture } from "../../support/pictures.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/taught-model.ts";

let temporary: TemporaryFolder;
beforeEach(async () => {
  temporary = await temporaryFolder();
});
afterEach(() => temporary[Symbol.asyncDispose]());

const failed = (triggerId: number): Judgement => ({
  station: "LINE-01",
  cameraId: "CAM-01",
  triggerId,
  unitKind: "production",
  recipe: { id: "", version: 0, hash: "ab" },
  exposedAt: Date.UTC(2026, 10, 23, 9, 30, 0, 125),
  verdict: { kind: "fail", confidence: 0.9, defects: [{ class: "ANOMALY", confidence: 0.9, box: [24, 40, 24, 12] }] },
});
function aKeeper(
  over: {
    readonly policy?: Partial<EvidencePolicy>;
    readonly bounds?: EvidenceBounds;
    readonly hears?: () => boolean;
    readonly folder?: string;
  } = {},
) {
  const reports: PictureReport[] = [];
  const { policy, bounds, hears = () => true, folder = temporary.folder } = over;
  const keeper = createEvidenceKeeper(
    { folder, ...(bounds && { bounds }) },
    { ...defaultEvidencePolicy, ...policy },
    systemClock,
    (report) => {
      if (!hears()) return false;
      reports.push(report);
      return true;
    },
  );
  return { keeper, reports };
}
const seen = (seed: number) => ({ picture: aPicture(seed, "scratched"), marks: [] });
const hashOf = async (file: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(join(temporary.folder, file)))
    .digest("hex");

// The record names the picture before it exists; what the ledger then says of it must be what is on disk.
test("a wanted picture is on disk under the name that the judgement gives, with the hash that is told", async () => {
  const { keeper, reports } = aKeeper();
  const { judgement, keep } = keeper.consider(failed(7), seen(1));
  const file = "LINE-01/2026-11-23/LINE-01_20261123T093000125Z_t7_CAM-01_fail.webp";
  expect(judgement.imageRef).toBe(file);
  keep();
  await keeper.close();
  const bytes = await readFile(join(temporary.folder, file));
  expect(reports).toEqual([
    { event: "kept", triggerId: 7, cameraId: "CAM-01", file, bytes: bytes.byteLength, sha256: await hashOf(file) },
  ]);
  expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 96, height: 96 });
});

// An auditor needs the picture as the camera saw it; what was drawn is another file, with a hash of its own.
test("marks go into a second picture; the first is the same as without them", async () => {
  const plain = aKeeper();
  plain.keeper.consider(failed(1), seen(1)).keep();
  await plain.keeper.close();
  const marked = aKeeper({ policy: { overlay: true } });
  marked.keeper.consider(failed(1), seen(1)).keep();
  await marked.keeper.close();
  const [before, after] = [plain.reports[0]!, marked.reports[0]!];
  if (before.event !== "kept" || after.event !== "kept" || !after.marked) throw new Error("not kept");
  expect(after.sha256).toBe(before.sha256);
  expect(after.marked.sha256).toBe(await hashOf(after.marked.file));
  expect(after.marked.sha256).not.toBe(after.sha256);
});

test("jpeg when the recipe says so", async () => {
  const { keeper, reports } = aKeeper({ policy: { format: "jpeg" } });
  keeper.consider(failed(1), seen(1)).keep();
  await keeper.close();
  const [report] = reports;
  if (report?.event !== "kept") throw new Error("not kept");
  expect(report.file).toMatch(/\.jpg$/);
  expect(await sharp(join(temporary.folder, report.file)).metadata()).toMatchObject({ format: "jpeg" });
});

// A queue without a bound would hold the line's memory; a silent loss would be worse than none.
test("beyond the queue a picture is not named, is dropped, and is told; the others are kept", async () => {
  const { keeper, reports } = aKeeper({ bounds: { pictures: 2, bytes: 1e9 } });
  const judged = [1, 2, 3].map((id) => keeper.consider(failed(id), seen(id)));
  expect(judged.map(({ judgement }) => judgement.imageRef !== undefined)).toEqual([true, true, false]);
  for (const { keep } of judged) keep();
  await keeper.close();
  expect(reports).toContainEqual({ event: "dropped", triggerId: 3, cameraId: "CAM-01", reason: "overload" });
  expect(reports.filter(({ event }) => event === "kept").map((r) => r.triggerId)).toEqual([1, 2]);
});

test("the queue is bounded in bytes too, but one picture always has room", async () => {
  const { keeper } = aKeeper({ bounds: { pictures: 8, bytes: 10 } });
  const named = [1, 2].map((id) => keeper.consider(failed(id), seen(id)));
  expect(named.map(({ judgement }) => judgement.imageRef !== undefined)).toEqual([true, false]);
  for (const { keep } of named) keep();
  await keeper.close();
});

// A record that names a picture must hear of it, also when it could not be written.
test("a picture that cannot be written is told with its name and why, and leaves nothing half written", async () => {
  const folder = join(temporary.folder, "occupied");
  await writeFile(folder, "a file, no folder");
  const { keeper, reports } = aKeeper({ folder });
  const { judgement, keep } = keeper.consider(failed(1), seen(1));
  keep();
  await keeper.close();
  expect(reports).toEqual([
    {
      event: "dropped",
      triggerId: 1,
      cameraId: "CAM-01",
      file: judgement.imageRef,
      reason: "write",
      detail: expect.stringMatching(/ENOTDIR|EEXIST/),
    },
  ]);
  expect(await readdir(temporary.folder)).toEqual(["occupied"]);
});

// The pipe to the core can be full for a moment; what became of a picture must arrive all the same.
test("a report that the core does not take comes again, in order", async () => {
  let isListening = false;
  const { keeper, reports } = aKeeper({ hears: () => isListening });
  keeper.consider(failed(1), seen(1)).keep();
  keeper.consider(failed(2), seen(2)).keep();
  while ((await readdir(temporary.folder, { recursive: true })).filter((f) => f.endsWith(".webp")).length < 2)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(reports).toEqual([]);
  isListening = true;
  await keeper.close();
  expect(reports.map((r) => [r.event, r.triggerId])).toEqual([
    ["kept", 1],
    ["kept", 2],
  ]);
});

test("nothing is named or written without a picture, against the policy, or while it is switched off", async () => {
  const { keeper, reports } = aKeeper({ policy: { fails: false } });
  expect(keeper.consider(failed(1), seen(1)).judgement).not.toHaveProperty("imageRef");
  await keeper.close();
  const other = aKeeper();
  expect(other.keeper.consider(failed(1), undefined).judgement).not.toHaveProperty("imageRef");
  other.keeper.enable(false);
  const off = other.keeper.consider(failed(2), seen(2));
  expect(off.judgement).not.toHaveProperty("imageRef");
  off.keep();
  other.keeper.enable(true);
  expect(other.keeper.consider(failed(3), seen(3)).judgement).toHaveProperty("imageRef");
  await other.keeper.close();
  expect(reports).toEqual([]);
});
