import fc from "fast-check";
import type { Judgement } from "../../src/domain/judgement.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { AppError } from "../../src/platform/errors.ts";
import { emptyStation, foldEntry } from "../../src/projections/station-state.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { aLine, fail, pass, type TestLine } from "../support/line.ts";

describe("every trigger yields one unit entry, in trigger order", () => {
  // The promise of the product: whoever answers late or never, the record of the line is complete and in order.
  test("whatever the vision process answers, and in whatever order", async () => {
    type Step = "pass" | "fail" | "silent" | "late";
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Step>("pass", "fail", "silent", "late"), { maxLength: 40 }),
        async (steps) => {
          const t = aLine();
          const late: number[] = [];
          for (const step of steps) {
            const id = t.unit();
            if (step === "pass") t.judge(id, pass);
            if (step === "fail") t.judge(id, fail);
            if (step === "late") late.push(id);
            t.clock.advance(20);
          }
          for (const id of late.reverse()) t.judge(id, pass);
          t.clock.advance(1_000);
          await t.settle();
          const units = t.ledger.of("unit").map((e) => e.body);
          expect(units.map((u) => u.sequence)).toEqual(steps.map((_, n) => n + 1));
          expect(units.map((u) => u.triggerId)).toEqual(steps.map((_, n) => n + 1));
          expect(units.every((u, n) => u.previousSequence === n)).toBe(true);
          expect(units.filter((u) => u.verdict.kind === "notInspected").length).toBeGreaterThanOrEqual(
            steps.filter((s) => s === "silent").length,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a unit without an answer by its deadline is notInspected(deadline); the late verdict is kept as a note", async () => {
    const t = aLine();
    const id = t.unit();
    t.clock.advance(249);
    await t.settle();
    expect(t.ledger.of("unit")).toHaveLength(0);
    t.clock.advance(1);
    await t.settle();
    expect(t.ledger.of("unit")[0]?.body.verdict).toEqual({ kind: "notInspected", reason: "deadline" });
    t.clock.advance(30);
    t.judge(id, fail);
    await t.settle();
    expect(t.ledger.of("late")[0]?.body).toMatchObject({ sequence: 1, triggerId: id, lateByMs: 30, verdict: fail });
    expect(t.ledger.of("unit")).toHaveLength(1);
  });

  // Whoever was asked answers, dead or alive: a recipe that takes over and is not there yet must not cost the units
  // that the one before it is still judging.
  test("when inspection is down the line says faulted and the next unit is notInspected(visionDown); open ones wait", async () => {
    const t = aLine();
    const [asked, lost] = [t.unit(), t.unit()];
    t.line.vision({ up: false, reason: "killed by SIGKILL" });
    t.unit();
    t.judge(lost, { kind: "notInspected", reason: "visionDown" });
    t.judge(asked, pass);
    await t.settle();
    expect(t.ledger.of("unit").map((e) => e.body.verdict)).toEqual([
      pass,
      { kind: "notInspected", reason: "visionDown" },
      { kind: "notInspected", reason: "visionDown" },
    ]);
    expect(t.line.state.status).toEqual({ state: "faulted", reason: "vision: killed by SIGKILL" });
  });

  test("two cameras: the worst verdict decides, and both are in the record", async () => {
    const t = aLine({ cameras: ["CAM-01", "CAM-02"] });
    const id = t.unit();
    t.judge(id, pass, "CAM-01");
    t.judge(id, fail, "CAM-02");
    await t.settle();
    const [unit] = t.ledger.of("unit").map((e) => e.body);
    expect(unit).toMatchObject({ cameraId: "CAM-02", verdict: { kind: "fail" }, rejectRequested: true });
    expect(unit?.cameras.map((c) => c.cameraId)).toEqual(["CAM-01", "CAM-02"]);
  });

  // A machine that was stopped for a moment must not turn units into nothing.
  test("missed triggers are units too", async () => {
    const t = aLine();
    t.unit(pass);
    t.clock.stall(3_000);
    t.line.missed(5, t.clock.monotonic() - 2_500, t.clock.monotonic() - 500);
    t.unit(pass);
    await t.settle();
    expect(t.ledger.of("unit").map((e) => [e.body.sequence, e.body.verdict.kind])).toEqual([
      [1, "pass"],
      ...[2, 3, 4, 5, 6].map((n) => [n, "notInspected"]),
      [7, "pass"],
    ]);
  });
});

describe("minutes", () => {
  test("each minute is closed once, behind its units, also when it was empty", async () => {
    const t = aLine();
    t.unit(pass);
    t.unit(fail);
    for (let s = 0; s < 180; s++) {
      t.clock.advance(1_000);
      t.line.tick();
    }
    await t.settle();
    const minutes = t.ledger.of("minute").map((e) => e.body);
    expect(minutes.map((m) => m.counts.units)).toEqual([2, 0, 0]);
    expect(minutes.map((m) => m.minuteNumber - minutes[0]!.minuteNumber)).toEqual([0, 1, 2]);
    expect(minutes[0]!.defects).toEqual({ ANOMALY: 1 });
  });

  // The unit at 59.9 s is decided in the next minute; it still belongs to its own, and the minute waits for it.
  test("a minute waits for the verdict of its last unit", async () => {
    const t = aLine();
    t.clock.advance(59_900);
    const id = t.unit();
    t.clock.advance(150);
    t.line.tick();
    await t.settle();
    expect(t.ledger.of("minute")).toHaveLength(0);
    t.judge(id, pass);
    await t.settle();
    expect(t.ledger.of("minute")[0]?.body.counts).toMatchObject({ units: 1, pass: 1 });
  });

  test("the sum of minutes is the total, whatever happens when", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ gapMs: fc.nat(40_000), verdict: fc.constantFrom(pass, fail, undefined) }), {
          maxLength: 30,
        }),
        async (units) => {
          const t = aLine();
          for (const { gapMs, verdict } of units) {
            t.clock.advance(gapMs);
            if (gapMs % 3 === 0) t.line.tick();
            t.unit(verdict);
          }
          t.clock.advance(60_000);
          t.line.tick();
          await t.settle();
          const sum = t.ledger.of("minute").reduce((n, e) => n + e.body.counts.units, 0);
          expect([sum, t.line.state.total.units]).toEqual([units.length, units.length]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** The same station, started anew after `downMs`; the old one's timers are dead with its process. */
const restarted = ({ ledger, clock }: TestLine, downMs: number): TestLine =>
  aLine({}, { ledger, clock: fakeClock({ wall: clock.wall() + downMs }) });

describe("restart", () => {
  test("the sequence goes on without gap, down time and the unknown are entries, the interrupted minute is closed", async () => {
    const before = aLine();
    before.unit(pass);
    before.unit(); // open when the process dies: never committed
    await before.settle();
    const after = restarted(before, 150_000);
    after.unit(pass);
    await after.settle();
    expect(after.ledger.of("unit").map((e) => e.body.sequence)).toEqual([1, 2]);
    expect(after.ledger.of("down")[0]?.body.clean).toBe(false);
    expect(after.ledger.of("gap")[0]?.body).toMatchObject({ reason: "restart" });
    expect(after.ledger.of("gap")[0]?.body.count).toBeUndefined();
    const [minute] = after.ledger.of("minute").map((e) => e.body);
    expect(minute?.counts.units).toBe(1);
    expect(minute?.downMs).toBeGreaterThan(50_000);
    expect(after.line.state.lastMinute?.outOfService).toBe(true);
  });

  // OPC 10000-100 §5.5.7: PowerOnDuration and OperationDuration are time under power. A machine that is killed daily must not gain
  // a minute each time.
  test("time under power ends with the last entry before a crash, not with the minute that it interrupted", async () => {
    const before = aLine();
    for (let s = 0; s < 65; s++) {
      before.unit(pass);
      before.clock.advance(1_000);
      before.line.tick();
    }
    await before.settle();
    const { onMs, operatingMs } = before.line.state.duty;
    const after = restarted(before, 600_000);
    await after.settle();
    expect(after.line.state.duty).toMatchObject({ onMs, operatingMs });
    after.clock.advance(30_000);
    after.line.tick();
    after.unit(pass);
    await after.settle();
    expect(after.line.state.duty.onMs).toBe(onMs + 30_000);
  });

  test("after a clean stop there is down time but no gap", async () => {
    const before = aLine();
    before.unit(pass);
    await before.line.stop();
    const after = restarted(before, 5_000);
    await after.settle();
    expect(after.ledger.of("down")[0]?.body).toMatchObject({ clean: true });
    expect(after.ledger.of("gap")).toHaveLength(0);
  });

  test("whatever a line ever showed can be recomputed from its entries", async () => {
    const t = aLine();
    for (let n = 0; n < 50; n++) {
      t.unit(([pass, fail, undefined] as const)[n % 3]);
      t.clock.advance(700);
      t.line.tick();
    }
    t.clock.advance(1_000);
    await t.settle();
    expect(t.ledger.committed.reduce(foldEntry, emptyStation("LINE-01"))).toEqual(t.line.state);
  });
});

describe("nothing is lost without a record", () => {
  class DiskFull extends AppError {
    readonly code = "TEST_DISK_FULL";
    override readonly retryable = true;
  }

  test("triggers that were only counted become a gap entry, also when no other trigger comes before the stop", async () => {
    const t = aLine({ maximumWaiting: 5 });
    t.unit(pass);
    await t.settle();
    t.ledger.fail = new DiskFull("no space");
    for (let n = 0; n < 10; n++) t.unit(pass);
    t.ledger.fail = undefined;
    await new Promise((resolve) => setTimeout(resolve, 600));
    await t.line.stop();
    const [gap] = t.ledger.of("gap").map((e) => e.body);
    expect(t.ledger.of("unit").length + (gap?.count ?? 0)).toBe(11);
  });

  // Whoever runs first after a pause (a tick or the trigger source), the record is the same.
  test.each(["tick first", "trigger first"])("a pause is one down entry and a counted gap: %s", async (order) => {
    const t = aLine();
    t.unit(pass);
    t.line.tick();
    await t.settle();
    const from = t.clock.monotonic();
    t.clock.stall(90_000);
    if (order === "tick first") t.line.tick();
    t.line.missed(500, from + 150, t.clock.monotonic() - 2_000);
    t.line.tick();
    t.unit(pass);
    for (let second = 0; second < 60; second++) {
      t.clock.advance(1_000);
      t.line.tick();
    }
    await t.settle();
    expect(t.ledger.of("down")).toHaveLength(1);
    expect(t.ledger.of("gap").map((e) => e.body)).toMatchObject([{ count: 500, reason: "missed" }]);
    expect(t.ledger.of("unit").map((e) => e.body.sequence)).toEqual([1, 2]);
    expect(t.ledger.of("minute").reduce((n, e) => n + e.body.counts.units, 0)).toBe(2);
  });

  test("two cameras: one that saw nothing and one that is silent do not make an absent unit", async () => {
    const t = aLine({ cameras: ["CAM-01", "CAM-02"] });
    const triggerId = t.unit();
    t.judge(triggerId, pass, "CAM-01", { unitKind: "absent" });
    t.clock.advance(250);
    await t.settle();
    expect(t.ledger.of("unit")[0]?.body).toMatchObject({
      unitKind: "production",
      verdict: { kind: "notInspected" },
      rejectRequested: true,
    });
  });
});

// As many units as may wait for the disk: a note on the first of them must still find it.
test("a late verdict of a unit that waits long for the disk names its sequence", async () => {
  const t = aLine({ maximumWaiting: 2_000 });
  t.stall(true);
  t.unit(pass);
  await t.settle();
  const late = t.unit();
  t.clock.advance(250);
  t.judge(late, fail);
  for (let n = 0; n < 1_100; n++) t.unit(pass);
  t.stall(false);
  for (let n = 0; n < 20; n++) await t.settle();
  expect(t.ledger.of("unit")).toHaveLength(1_102);
  expect(t.ledger.of("late").map((e) => e.body)).toMatchObject([{ triggerId: late, sequence: 2 }]);
});

describe("two cameras of which one saw nothing", () => {
  const two = async (first: Partial<Judgement>, second: Partial<Judgement>) => {
    const t = aLine({ cameras: ["CAM-01", "CAM-02"] });
    const triggerId = t.unit();
    t.judge(triggerId, first.verdict, "CAM-01", first);
    t.judge(triggerId, second.verdict, "CAM-02", second);
    await t.settle();
    return t.ledger.of("unit")[0]!.body;
  };
  const absent = { unitKind: "absent", verdict: pass, score: 9 } as const;

  // A unit that one side saw was there: the side that nobody inspected must not pass.
  test("while the other saw a unit: it is invalid, and the score of the empty place is not the unit's", async () => {
    const unit = await two(absent, { verdict: pass, score: 1 });
    expect(unit).toMatchObject({
      unitKind: "production",
      cameraId: "CAM-01",
      verdict: { kind: "invalid", reason: "mislocated", detail: "nothing seen here, another camera saw a unit" },
      rejectRequested: true,
    });
    expect(unit.cameras.map(({ score }) => score)).toEqual([undefined, 1]);
    expect(await two({ verdict: fail }, absent)).toMatchObject({ cameraId: "CAM-01", verdict: fail });
  });

  // A dark picture is the camera's trouble, which somebody can mend: the record says that.
  test("while the other could not see: that is the verdict", async () => {
    const dark = { kind: "invalid", reason: "dark" } as const;
    expect(await two(absent, { verdict: dark })).toMatchObject({ unitKind: "production", verdict: dark });
  });

  test("and the other saw nothing either: it is absent", async () => {
    expect(await two(absent, absent)).toMatchObject({ unitKind: "absent", verdict: pass, rejectRequested: false });
  });
});

describe("line status", () => {
  const covered: Verdict = { kind: "invalid", reason: "covered" };

  test("a camera whose pictures stay unusable faults the line within 1 s, and one good picture mends it", async () => {
    const t = aLine();
    t.unit(pass);
    await t.settle();
    expect(t.line.state.status.state).toBe("running");
    // 400 units/min.
    for (let n = 0; n < 6; n++) {
      t.unit(covered);
      t.clock.advance(150);
    }
    await t.settle();
    expect(t.line.state.status).toEqual({ state: "faulted", reason: "camera: CAM-01 covered" });
    t.unit(pass);
    await t.settle();
    expect(t.line.state.status.state).toBe("running");
  });

  // However long no other comes: a slow line must not be called faulted for the picture of one unit, nor one that then stops.
  test.each<[string, Verdict | undefined]>([
    ["a blurred picture", { kind: "invalid", reason: "blurred" }],
    ["a unit beyond its deadline", undefined],
  ])("%s before a pause does not either, and the line is starved", async (_, last) => {
    const t = aLine();
    t.unit(pass);
    t.clock.advance(5_000);
    t.unit(last);
    for (let s = 0; s < 15; s++) {
      t.clock.advance(1_000);
      t.line.tick();
    }
    await t.settle();
    expect(t.ledger.of("state").map((e) => e.body.state)).toEqual(["starting", "starting", "running", "starved"]);
  });

  // Of a line that stands nobody knows whether it could inspect; at the first bad unit after the pause it is told again.
  test("trouble that units told of is over when they stop coming; a camera that says itself that it is gone stays gone", async () => {
    const t = aLine();
    t.unit(covered);
    t.clock.advance(600);
    t.unit(covered);
    t.clock.advance(10_001);
    t.line.tick();
    t.unit(covered);
    await t.settle();
    expect(t.ledger.of("state").map((e) => e.body.state)).toEqual([
      "starting",
      "starting",
      "running",
      "faulted",
      "starved",
      "faulted",
    ]);
    t.unit(pass);
    t.line.cameras([{ cameraId: "CAM-01", state: "gone", reason: "unplugged" }] as never);
    t.clock.advance(60_000);
    t.line.tick();
    await t.settle();
    expect(t.line.state.status).toEqual({ state: "faulted", reason: "camera: CAM-01 gone" });
  });

  // One torn frame in a shift is a unit's matter: an operator who is called for it stops looking.
  test("one bad picture between good ones does not", async () => {
    const t = aLine();
    t.unit(pass);
    t.unit(covered);
    t.clock.advance(150);
    t.unit(pass);
    t.clock.advance(2_000);
    await t.settle();
    expect(t.ledger.of("state").map((e) => e.body.state)).toEqual(["starting", "starting", "running"]);
  });

  test("without triggers it is starved, and running again with the next", async () => {
    const t = aLine();
    t.unit(pass);
    t.clock.advance(11_000);
    t.line.tick();
    t.unit(pass);
    await t.settle();
    expect(
      t.ledger
        .of("state")
        .map((e) => e.body.state)
        .slice(-3),
    ).toEqual(["running", "starved", "running"]);
  });
});

describe("storage", () => {
  class DiskFull extends AppError {
    readonly code = "TEST_DISK_FULL";
    override readonly retryable = true;
  }

  // §6 of the design: the line goes on, units wait, and what cannot wait any more is counted.
  test("a full disk delays units, then counts lost triggers, and a gap entry says so", async () => {
    const t = aLine({ maximumWaiting: 10 });
    t.unit(pass);
    await t.settle();
    t.ledger.fail = new DiskFull("no space");
    for (let n = 0; n < 15; n++) t.unit(pass);
    await t.settle();
    expect(t.line.storageFault).toBe("no space");
    t.ledger.fail = undefined;
    await new Promise((resolve) => setTimeout(resolve, 600));
    await t.settle();
    t.unit(pass);
    await t.settle();
    const [gap] = t.ledger.of("gap").map((e) => e.body);
    const units = t.ledger.of("unit").map((e) => e.body.sequence);
    expect(gap?.reason).toBe("storage");
    expect(units).toEqual(units.map((_, n) => n + 1));
    expect(units.length + gap!.count!).toBe(17);
    expect(t.line.storageFault).toBe("");
  });
});
