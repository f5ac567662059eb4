import { noChallenges } from "../../../src/domain/challenge.ts";
import { pictureName } from "../../../src/domain/evidence.ts";
import type { JobAction } from "../../../src/domain/job.ts";
import type { EntryDraft } from "../../../src/domain/ledger-entry.ts";
import { createShiftCalendar, weekdays } from "../../../src/domain/shift-calendar.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { openLedgerWriter } from "../../../src/ledger/writer.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { aLine, aRecipe, pass, type TestLine } from "../../support/line.ts";

/** Cameras and defect classes of the station whose ledger this is. */
export const cameras = ["CAM-01", "CAM-02"] as const;
export const defectClasses = ["OTHER", "LABEL_OFFSET", "SEAL_OPEN"] as const;

const secondRecipe = aRecipe({ id: "NUTS" });
const failed = (defectClass: string, offset?: number): Verdict => ({
  kind: "fail",
  confidence: 0.9,
  defects: [{ class: defectClass, confidence: 0.9, ...(offset !== undefined && { measures: { offset_mm: offset } }) }],
});
const pictured = { station: "LINE-01", cameraId: "CAM-01", format: "webp" } as const;
/** What the units look like, over and over; `undefined` is never answered. */
const pattern: readonly (Verdict | undefined)[] = [
  pass,
  pass,
  failed("LABEL_OFFSET", 3.2),
  pass,
  { kind: "invalid", reason: "blurred" },
  pass,
  failed("SEAL_OPEN"),
  pass,
  undefined,
  pass,
];
const everywhere = { station: "LINE-01", by: "somebody@urn:test", source: "opcua", expectedRevision: 0 } as const;
const fields = {
  orderId: "PO-1",
  lot: "L-A",
  sku: "SNK-350G",
  recipeId: "",
  shift: "early",
  operator: "op",
  targetQuantity: 500,
  runType: "production",
} as const;

/**
 * Some minutes of a real line on a clock of its own: two lots, two recipes, every kind of verdict, a pending context that took effect
 * and one that expired, a late verdict, a run of defects, challenges, a camera that went away, missed triggers, a step of the wall clock, a pause of the
 * program. Every number in it agrees with every other, because the line itself wrote them.
 */
async function lineHistory(): Promise<readonly EntryDraft[]> {
  const shifts = createShiftCalendar({ timeZone: "UTC", shifts: [{ id: "MORNING", start: "06:00", days: weekdays }] });
  const consumers = [{ id: "MES-1", from: "oldest" }] as const;
  const recipes = { own: aRecipe(), all: [aRecipe(), secondRecipe] };
  const challenges = { ...noChallenges, defectClasses };
  const t = aLine({ cameras, consumers, shifts, recipes, challenges, starvedAfterMs: 5_000, pendingExpiryMs: 30_000 });
  const { line, clock } = t;
  const command = async (intent: object) => {
    const answered = line.command({ ...everywhere, ...intent } as never);
    await t.settle();
    await answered;
  };
  const judge = (triggerId: number, cameraId: string, verdict: Verdict): void =>
    t.judge(triggerId, verdict, cameraId, { exposedAt: clock.wall() - 18, inferenceMs: 12, score: 0.4 });
  /** A judgement with its picture, which is on disk a moment later. */
  const judgeAndKeep = async (triggerId: number, verdict: Verdict): Promise<void> => {
    const file = pictureName({ ...pictured, at: clock.wall(), triggerId, verdict: verdict.kind });
    t.judge(triggerId, verdict, "CAM-01", { imageRef: file });
    judge(triggerId, "CAM-02", pass);
    clock.advance(40);
    const kept = {
      event: "kept",
      triggerId,
      cameraId: "CAM-01",
      file,
      bytes: 31_000,
      sha256: "ab".repeat(32),
    } as const;
    line.evidence(kept);
    await t.settle();
  };
  /** Units at 60 per minute, with the second's tick. */
  const run = async (count: number, looks = pattern): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const verdict = looks[n % looks.length];
      const id = t.unit();
      if (verdict) {
        clock.advance(20);
        judge(id, "CAM-01", verdict);
        judge(id, "CAM-02", pass);
      }
      clock.advance(verdict ? 980 : 1_000);
      line.tick();
      await t.settle();
    }
  };
  /** A test piece that is found and signed off, and one that does not come. */
  const challenge = async (): Promise<void> => {
    const arm = { kind: "armChallenge", pieceId: "TEST-1", expectedClass: "SEAL_OPEN", recognition: "emptyLine" };
    clock.advance(5_000);
    await command({ ...arm, validSeconds: 60 });
    await run(1, [failed("SEAL_OPEN")]);
    clock.advance(5_000);
    line.tick();
    await t.settle();
    await command({ kind: "signOffChallenge", challengeId: "TEST-1/1", comment: "seen" });
    await command({ ...arm, recognition: "code", validSeconds: 10 });
    await run(15);
  };
  const selfTest = () => command({ kind: "runSelfTest", trigger: "method" });
  const health = (state: "ok" | "gone") =>
    line.cameras(cameras.map((cameraId) => ({ cameraId, state, reason: "", fps: 10, droppedFrames: 0 })));

  health("ok");
  await run(5);
  for (let n = 0; n < 3; n++) await judgeAndKeep(t.unit(), failed("OTHER"));
  line.evidence({ event: "dropped", triggerId: t.looked.at(-1)!.triggerId, cameraId: "CAM-02", reason: "overload" });
  line.evidence({ event: "stopped", reason: "only 900 MB are free" });
  line.evidence({ event: "resumed", reason: "1300 MB are free" });
  const left = { files: 2, bytes: 62_000 };
  line.evidence({ event: "expired", until: clock.wall(), files: 1, bytes: 31_000, left, reason: "budget" });
  await command({ kind: "setContext", fields, effective: { mode: "nextUnit" } });
  await run(130);
  judge(t.looked.at(-1)!.triggerId, "CAM-01", pass); // the one that nobody answered in time
  await command({
    kind: "acknowledgeResults",
    consumer: "MES-1",
    ranges: [
      [1, 10],
      [21, 30],
    ],
  });
  await command({ kind: "startLot", lot: "L-B", effective: { mode: "atTrigger", triggerId: 140 } });
  await run(30);
  await run(8, [failed("OTHER")]);
  await run(30, [pass]);
  await command({ kind: "startLot", lot: "L-C", effective: { mode: "atTrigger", triggerId: 9_000 } });
  await run(45);
  health("gone");
  clock.stepWall(-2_500);
  await run(3);
  health("ok");
  line.missed(5_000, clock.monotonic() - 900, clock.monotonic() - 100);
  await command({ kind: "endLot", effective: { mode: "nextUnit" } });
  await run(20);
  await challenge();
  await selfTest();
  await command({ kind: "selectRecipe", recipeId: secondRecipe.id, effective: { mode: "nextUnit" } });
  await run(6);
  t.recipes.answer();
  await run(6);
  line.recipeFailed("NUTS@1 failed after it took over: 6 % of its units ended in a fault");
  await t.settle();
  t.recipes.answer();
  await run(6);
  await command({ kind: "selectRecipe", recipeId: secondRecipe.id, effective: { mode: "nextUnit" } });
  t.recipes.answer("nuts@1 is not there");
  await run(2);
  clock.stall(150_000);
  line.tick();
  await run(40);
  await line.stop();
  await ordersOf(t);
  return t.ledger.committed.map(({ entry: { v, offset, committedAt, ...draft } }) => draft as EntryDraft);
}

/** The same station, started again with job orders as the owner of its context: one ended, one aborted, one waiting. */
async function ordersOf(before: TestLine): Promise<void> {
  const t = aLine({ cameras, context: { owner: "jobs", lotMarkers: false } }, before);
  const base = { station: "LINE-01", by: "mes@urn:test", source: "jobs", comment: "" } as const;
  const { shift: _, operator: __, ...made } = fields;
  const store = async (jobOrderId: string): Promise<void> => {
    const order = { ...made, jobOrderId, lot: `L-${jobOrderId}`, description: "", priority: 0 };
    void t.line.command({ ...base, kind: "storeJob", order, start: true });
    await t.settle();
  };
  const control = async (action: JobAction, jobOrderId: string): Promise<void> => {
    void t.line.command({ ...base, kind: "controlJob", action, jobOrderId });
    await t.settle();
  };
  const run = async (): Promise<void> => {
    for (let n = 0; n < 6; n++) {
      const id = t.unit();
      for (const cameraId of cameras) t.judge(id, pass, cameraId);
      t.clock.advance(1_000);
      t.line.tick();
      await t.settle();
    }
  };
  await store("JOB-1");
  await run();
  await control("pause", "JOB-1");
  await run();
  await control("resume", "JOB-1");
  await run();
  await control("stop", "JOB-1");
  await store("JOB-2");
  await run();
  await control("abort", "JOB-2");
  await store("JOB-3");
  await t.settle();
}

/** Writes that history into a folder by the real writer. Returns its entries, as drafts. */
export async function writeLedger(folder: string): Promise<readonly EntryDraft[]> {
  const drafts = await lineHistory();
  await using writer = await openLedgerWriter(folder, { clock: systemClock });
  for (let from = 0; from < drafts.length; from += 64) await writer.append(drafts.slice(from, from + 64));
  return drafts;
}
