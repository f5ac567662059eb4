import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createEvidenceShelf } from "../../src/app/evidence-shelf.ts";
import { pictureName, type ShelfChange } from "../../src/domain/evidence.ts";
import { silentLog } from "../../src/platform/log.ts";
import { type EvidenceState, foldEvidence, noEvidence } from "../../src/projections/evidence.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/taught-model.ts";

const now = Date.UTC(2026, 10, 23, 12);
const hour = 3_600_000;
let temporary: TemporaryFolder;
beforeEach(async () => {
  temporary = await temporaryFolder();
});
afterEach(() => temporary[Symbol.asyncDispose]());

/** A shelf over real files; `commit` lets the ledger write what it was told. */
function aShelf(state: EvidenceState = noEvidence) {
  const told: ShelfChange[] = [];
  const switched: boolean[] = [];
  const waiting: (() => void)[] = [];
  let known = state;
  const shelf = createEvidenceShelf(
    {
      folder: join(temporary.folder, "LINE-01"),
      budget: { maximumBytes: 10_000, maximumAgeMs: 24 * hour },
      storageLow: { limit: 1_000, deadband: 200 },
    },
    {
      log: silentLog,
      state: () => known,
      tell(change, committed) {
        told.push(change);
        waiting.push(() => {
          known = foldEvidence(known, change, now);
          committed?.();
        });
      },
      enable: (isEnabled) => switched.push(isEnabled),
    },
  );
  const commit = (): void => {
    for (const write of waiting.splice(0)) write();
  };
  return { shelf, told, switched, commit };
}
async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) throw new Error("waited too long");
}

// What is left of a disk that is nearly full is for the ledger: a unit without a picture is a unit, one without a record is none.
test("pictures stop where StorageLow begins, and come back with some room to spare; each change is told once", () => {
  const { shelf, told, switched, commit } = aShelf();
  for (const freeDiskMb of [5_000, 999, 500, 1_100, 1_199]) {
    shelf.check({ clockSynchronized: true, now, freeDiskMb });
    commit();
  }
  expect(switched).toEqual([false]);
  expect(shelf.isOpen).toBe(false);
  shelf.check({ clockSynchronized: true, now, freeDiskMb: 1_200 });
  commit();
  expect(switched).toEqual([false, true]);
  expect(told).toEqual([
    { event: "stopped", reason: "only 999 MB are free" },
    { event: "resumed", reason: "1200 MB are free" },
  ]);
});

test("a shelf that was closed before a restart stays closed, and nobody knowing the disk changes nothing", () => {
  const { shelf, told } = aShelf({ ...noEvidence, stopped: "only 999 MB are free" });
  shelf.check({ clockSynchronized: true, now });
  expect([shelf.isOpen, told]).toEqual([false, []]);
});

// Gone without a word would look as if somebody had taken the picture away.
test("what is removed is in the ledger first", async () => {
  const files = [3, 2, 1].map((hours) =>
    pictureName({
      station: "LINE-01",
      cameraId: "CAM-01",
      at: now - hours * hour,
      triggerId: hours,
      verdict: "fail",
      format: "webp",
    }),
  );
  for (const file of files) {
    mkdirSync(dirname(join(temporary.folder, file)), { recursive: true });
    writeFileSync(join(temporary.folder, file), Buffer.alloc(4_000));
  }
  const { shelf, told, commit } = aShelf({ ...noEvidence, files: 3, bytes: 12_000, oldest: now - 3 * hour });
  shelf.check({ clockSynchronized: true, now });
  await until(() => told.length === 1);
  expect(told).toEqual([
    {
      event: "expired",
      until: now - 2 * hour,
      files: 1,
      bytes: 4_000,
      left: { files: 2, bytes: 8_000 },
      reason: "budget",
    },
  ]);
  expect(files.map((file) => existsSync(join(temporary.folder, file)))).toEqual([true, true, true]);
  commit();
  await until(() => !existsSync(join(temporary.folder, files[0]!)));
  expect(files.map((file) => existsSync(join(temporary.folder, file)))).toEqual([false, true, true]);
  shelf.check({ clockSynchronized: true, now });
  expect(told).toHaveLength(1);
  await shelf[Symbol.asyncDispose]();
}, 30_000);
