import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { carryOutSweep, planSweep, type SweepSetup } from "../../src/app/evidence-sweep.ts";
import { markedName, pictureName } from "../../src/domain/evidence.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/taught-model.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 23, 12);
let temporary: TemporaryFolder;
let folder: string;
beforeEach(async () => {
  temporary = await temporaryFolder();
  folder = join(temporary.folder, "LINE-01");
});
afterEach(() => temporary[Symbol.asyncDispose]());

/** Writes pictures of 1,000 bytes, taken so many hours ago. */
function take(...hoursAgo: readonly number[]): void {
  for (const [n, hours] of hoursAgo.entries()) {
    const at = now - hours * hour;
    const about = { station: "LINE-01", cameraId: "CAM-01", verdict: "fail", format: "webp" } as const;
    write(pictureName({ ...about, at, triggerId: n + 1 }));
  }
}
function write(file: string): void {
  mkdirSync(dirname(join(temporary.folder, file)), { recursive: true });
  writeFileSync(join(temporary.folder, file), Buffer.alloc(1_000));
}
const left = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => e.name);
const setup = (over: Partial<SweepSetup> = {}): SweepSetup => ({
  folder,
  now,
  before: now - 72 * hour,
  maximumBytes: 1e9,
  ...over,
});

test("what is too old goes, and a day's folder that it leaves empty", async () => {
  take(100, 73, 71, 1);
  const plan = await planSweep(setup());
  expect(plan).toEqual({ until: now - 71 * hour, files: 2, bytes: 2_000, left: { files: 2, bytes: 2_000 } });
  expect(left()).toHaveLength(4); // a plan changes nothing
  await carryOutSweep(setup(), plan);
  expect(left()).toHaveLength(2);
  expect(readdirSync(folder)).toEqual(["2026-11-20", "2026-11-23"]);
});

test("beyond the budget the oldest go, until the rest fits", async () => {
  take(5, 4, 3, 2, 1);
  const plan = await planSweep(setup({ maximumBytes: 2_500 }));
  expect(plan).toMatchObject({ until: now - 2 * hour, files: 3, left: { files: 2, bytes: 2_000 } });
  await carryOutSweep(setup(), plan);
  expect(left()).toHaveLength(2);
});

// The entry says "everything before this instant": a picture and its marked twin cannot part.
test("pictures of one instant go together", async () => {
  take(5, 1);
  write(
    markedName(
      pictureName({
        station: "LINE-01",
        cameraId: "CAM-01",
        verdict: "fail",
        format: "webp",
        at: now - 5 * hour,
        triggerId: 1,
      }),
    ),
  );
  const plan = await planSweep(setup({ maximumBytes: 2_500 }));
  expect(plan).toMatchObject({ until: now - hour, files: 2, left: { files: 1, bytes: 1_000 } });
});

// One that is being written now must stay: its entry comes after the plan's, and verify would call it missing.
test("when everything goes, it is up to the last of them and not up to now", async () => {
  take(100);
  expect(await planSweep(setup())).toEqual({
    until: now - 100 * hour + 1,
    files: 1,
    bytes: 1_000,
    left: { files: 0, bytes: 0 },
  });
});

// A picture that is being written must not lose its folder, and other people's files are not ours to remove.
test("files of others stay, so do those of today that are half written; older halves go", async () => {
  take(100);
  write("LINE-01/2026-11-19/notes.txt");
  write("LINE-01/2026-11-18/x.webp.part");
  write("LINE-01/2026-11-23/y.webp.part");
  const plan = await planSweep(setup());
  await carryOutSweep(setup(), plan);
  expect(left().toSorted()).toEqual(["notes.txt", "y.webp.part"]);
  expect(readdirSync(folder)).toEqual(["2026-11-19", "2026-11-23"]);
});

test("a station without any picture has nothing to remove", async () => {
  const plan = await planSweep(setup());
  expect(plan).toEqual({ until: now - 72 * hour, files: 0, bytes: 0, left: { files: 0, bytes: 0 } });
  await carryOutSweep(setup(), plan);
});
