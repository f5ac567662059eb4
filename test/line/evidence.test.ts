import type { PictureReport } from "../../src/domain/evidence.ts";
import { emptyStation, foldEntry } from "../../src/projections/station-state.ts";
import { aLine, fail, pass, type TestLine } from "../support/line.ts";

const fileOf = (triggerId: number): string =>
  `LINE-01/2026-11-23/LINE-01_20261123T093000000Z_t${triggerId}_CAM-01_fail.webp`;
const kept = (triggerId: number): PictureReport => ({
  event: "kept",
  triggerId,
  cameraId: "CAM-01",
  file: fileOf(triggerId),
  bytes: 30_000,
  sha256: "ab".repeat(32),
});
const judgeWithPicture = (t: TestLine, triggerId: number): void =>
  t.judge(triggerId, fail, "CAM-01", { imageRef: fileOf(triggerId) });
const bodies = ({ ledger }: TestLine) => ledger.of("evidence").map((e) => e.body);
const stateOf = ({ ledger }: TestLine) => ledger.committed.reduce(foldEntry, emptyStation("LINE-01")).evidence;

// The verdict is recorded before the picture is encoded: its hash is an entry behind the unit's, found by sequence.
test("a kept picture gets its entry behind its unit, with the unit's sequence", async () => {
  const t = aLine();
  t.unit(pass);
  const id = t.unit();
  judgeWithPicture(t, id);
  t.line.evidence(kept(id));
  await t.settle();
  const { triggerId: _, ...rest } = kept(id);
  expect(bodies(t)).toEqual([{ ...rest, sequence: 2 }]);
  expect(t.ledger.of("unit")[1]!.body.imageRef).toBe(fileOf(id));
  expect(stateOf(t)).toMatchObject({ kept: 1, dropped: 0, files: 1, bytes: 30_000, open: [] });
});

test("a picture that is on disk before the other camera has answered waits for its unit", async () => {
  const t = aLine({ cameras: ["CAM-01", "CAM-02"] });
  const id = t.unit();
  judgeWithPicture(t, id);
  t.line.evidence(kept(id));
  await t.settle();
  expect(bodies(t)).toEqual([]);
  t.judge(id, pass, "CAM-02");
  await t.settle();
  expect(bodies(t)).toMatchObject([{ event: "kept", sequence: 1 }]);
});

// A record that names a picture must never be left without a word about it.
test("a dropped picture gets its entry, and the record's name no longer waits", async () => {
  const t = aLine();
  const id = t.unit();
  judgeWithPicture(t, id);
  await t.settle();
  expect(stateOf(t).open).toHaveLength(1);
  const lost = { event: "dropped", cameraId: "CAM-01", file: fileOf(id), reason: "visionDown" } as const;
  t.line.evidence({ ...lost, triggerId: id });
  await t.settle();
  expect(bodies(t)).toEqual([{ ...lost, sequence: 1 }]);
  expect(stateOf(t)).toMatchObject({ dropped: 1, open: [] });
});

test("what the program had not written when it ended is dropped at the next start", async () => {
  const before = aLine();
  const id = before.unit();
  judgeWithPicture(before, id);
  await before.settle();
  const t = aLine({}, { clock: before.clock, ledger: before.ledger });
  await t.settle();
  expect(bodies(t)).toEqual([
    { event: "dropped", sequence: 1, cameraId: "CAM-01", file: fileOf(id), reason: "restart" },
  ]);
});

test("a picture of a trigger that nobody knows makes no entry", async () => {
  const t = aLine();
  t.line.evidence(kept(4_711));
  await t.settle();
  expect(bodies(t)).toEqual([]);
});

test("an expiry takes what went off the account, and says when it is on disk", async () => {
  const t = aLine();
  for (let n = 0; n < 3; n++) {
    const id = t.unit();
    judgeWithPicture(t, id);
    t.line.evidence(kept(id));
  }
  await t.settle();
  const left = { files: 1, bytes: 30_000 };
  let isCommitted = false;
  const expired = { event: "expired", until: t.clock.wall(), files: 2, bytes: 60_000, left, reason: "budget" } as const;
  t.line.evidence(expired, () => {
    isCommitted = true;
  });
  await t.settle();
  expect(isCommitted).toBe(true);
  expect(stateOf(t)).toMatchObject({ kept: 3, files: 1, bytes: 30_000, oldest: expired.until });
  t.line.evidence({ event: "stopped", reason: "only 900 MB are free" });
  await t.settle();
  expect(stateOf(t).stopped).toBe("only 900 MB are free");
  t.line.evidence({ event: "resumed", reason: "1300 MB are free" });
  await t.settle();
  expect(stateOf(t).stopped).toBe("");
});
