import { type AlarmName, alarmSettings } from "../../src/domain/alarm.ts";
import type { AlarmCommand, Answer, Command } from "../../src/domain/command.ts";
import { isAnnounced, isRetained } from "../../src/domain/condition.ts";
import { emptyFields } from "../../src/domain/context.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { conditionOf } from "../../src/projections/alarms.ts";
import { aLine, fail, pass, type TestLine } from "../support/line.ts";

const covered: Verdict = { kind: "invalid", reason: "covered" };
const origin = { station: "LINE-01", by: "anna@urn:hmi", source: "opcua" } as const;
const ask = async (t: TestLine, command: Command): Promise<Answer> => {
  const answer = t.line.command(command);
  await t.settle();
  return answer;
};
const setLot = (t: TestLine, lot: string, over: object = {}) =>
  ask(t, {
    ...origin,
    kind: "setContext",
    fields: { ...emptyFields, lot, ...over },
    expectedRevision: 0,
    effective: { mode: "nextUnit" },
  });
const operate = (t: TestLine, alarm: AlarmName, command: object) =>
  ask(t, { ...origin, alarm, comment: { text: "", locale: "" }, ...command } as AlarmCommand);

/** So many seconds of a line at 240 per minute, with the second's tick. */
async function run(t: TestLine, seconds: number, look: (n: number) => Verdict | undefined = () => pass): Promise<void> {
  for (let s = 0; s < seconds; s++) {
    for (let n = 0; n < 4; n++) {
      const verdict = look(s * 4 + n);
      if (verdict) t.unit(verdict);
      t.clock.advance(250);
    }
    t.line.tick();
    await t.settle();
  }
}
const events = (t: TestLine, alarm: AlarmName) =>
  t.ledger
    .of("alarm")
    .filter((e) => e.body.alarm === alarm)
    .map((e) => e.body.event);
const condition = (t: TestLine, alarm: AlarmName) => conditionOf(t.line.state.alarms, alarm, 0);
const newest = (t: TestLine, alarm: AlarmName) =>
  t.ledger.of("alarm").findLast((e) => e.body.alarm === alarm)?.offset ?? 0;

/** A line in production under a lot. */
async function producing(): Promise<TestLine> {
  const t = aLine({ alarms: alarmSettings({ DefectRateHigh: { offDelayMs: 10_000, classLimit: 100 } }) });
  await setLot(t, "L1");
  await run(t, 30);
  return t;
}
const everyFifth = (n: number) => (n % 5 === 0 ? fail : pass);

describe("DefectRateHigh", () => {
  test("begins after its delay over the limit, names the worst class, and ends below limit minus deadband", async () => {
    const t = await producing();
    await run(t, 60, everyFifth);
    expect(events(t, "DefectRateHigh")).toEqual(["active"]);
    const { value, limit, reason, severity, acked } = condition(t, "DefectRateHigh");
    expect([limit, severity, acked]).toEqual([10, 700, false]);
    expect(value).toBeGreaterThan(10);
    expect(reason).toMatch(/units failed in 60 s, most of them ANOMALY \(\d+\)/);
    await run(t, 100);
    expect(events(t, "DefectRateHigh")).toEqual(["active", "inactive"]);
  });

  test("a single class has a limit of its own, which a site may set; the text says which", async () => {
    const t = aLine({ alarms: alarmSettings({ DefectRateHigh: { classLimits: { ANOMALY: 3 }, classLimit: 100 } }) });
    await setLot(t, "L1");
    await run(t, 90, (n) => (n % 20 === 0 ? fail : pass));
    expect(condition(t, "DefectRateHigh")).toMatchObject({
      active: true,
      limit: 3,
      reason: expect.stringMatching(/^\d+ of \d+ units with ANOMALY in 60 s$/),
    });
    await run(t, 120);
    expect(events(t, "DefectRateHigh")).toEqual(["active", "inactive"]);
  });

  // Three units, one of them bad, are no rate of 33 %.
  test("says nothing of a handful of units", async () => {
    const t = aLine();
    await setLot(t, "L1");
    await run(t, 10, everyFifth);
    expect(events(t, "DefectRateHigh")).toEqual([]);
  });

  // The window still reaches into the trial when production begins: its units are meant to fail.
  test.each(["trial", "cleaning", "rework"])("says nothing of a %s, nor of its units afterwards", async (runType) => {
    const t = aLine();
    await setLot(t, "L1", { runType });
    await run(t, 60, everyFifth);
    await setLot(t, "L1", { runType: "production" });
    await run(t, 70);
    expect(events(t, "DefectRateHigh")).toEqual([]);
    await run(t, 60, everyFifth);
    expect(events(t, "DefectRateHigh")).toEqual(["active"]);
  });

  test("is suppressed while a camera is lost, and cannot begin then", async () => {
    const t = await producing();
    await run(t, 20, () => covered);
    expect(events(t, "CameraLost")).toEqual(["active"]);
    expect(condition(t, "CameraLost").reason).toBe("camera: CAM-01 covered");
    expect(events(t, "DefectRateHigh")).toEqual(["suppressed"]);
    await run(t, 20);
    expect(events(t, "CameraLost")).toEqual(["active", "inactive"]);
    expect(events(t, "DefectRateHigh")).toEqual(["suppressed", "unsuppressed"]);
  });
});

test("a single bad picture is no lost camera: the delay", async () => {
  const t = await producing();
  await run(t, 1, () => covered);
  await run(t, 10);
  expect(events(t, "CameraLost")).toEqual([]);
});

describe("ContextMissing", () => {
  test("units run without a lot, until there is one", async () => {
    const t = aLine();
    await run(t, 15);
    expect(events(t, "ContextMissing")).toEqual(["active"]);
    await setLot(t, "L1");
    await run(t, 10);
    expect(events(t, "ContextMissing")).toEqual(["active", "inactive"]);
  });

  // The MES believes that its lot runs; the units say otherwise.
  test("a promised context whose trigger never came", async () => {
    const t = aLine({ pendingExpiryMs: 5_000 });
    await setLot(t, "L1");
    await ask(t, {
      ...origin,
      kind: "setContext",
      fields: { ...emptyFields, lot: "L2" },
      expectedRevision: 0,
      effective: { mode: "atTrigger", triggerId: 9_000 },
    });
    await run(t, 20);
    expect(events(t, "ContextMissing")).toEqual(["active"]);
    expect(condition(t, "ContextMissing").reason).toMatch(/lot "L2" was dropped.*9000.*lot "L1" goes on/);
    await setLot(t, "L2");
    await run(t, 10);
    expect(events(t, "ContextMissing")).toEqual(["active", "inactive"]);
  });

  test("a line that stands needs none", async () => {
    const t = aLine({ starvedAfterMs: 1_000 });
    await run(t, 30, () => undefined);
    expect(events(t, "ContextMissing")).toEqual([]);
  });

  // The operator who looked and found that the old lot is right must be able to say so.
  test("a dropped context is not missed any more when somebody confirms what runs", async () => {
    const t = await producing();
    await ask(t, {
      ...origin,
      kind: "startLot",
      lot: "L2",
      expectedRevision: 0,
      effective: { mode: "atTrigger", triggerId: 9_000 },
    });
    await run(t, 80);
    expect(events(t, "ContextMissing")).toEqual(["active"]);
    const { revision } = t.line.state.context;
    expect(await setLot(t, "L1")).toMatchObject({ state: "unchanged", revision });
    await run(t, 30);
    expect(events(t, "ContextMissing")).toEqual(["active", "inactive"]);
    const { length } = t.ledger.of("pending");
    await setLot(t, "L1");
    expect(t.ledger.of("pending")).toHaveLength(length);
  });
});

test("ModelFault: the vision process is down; while it starts for the first time nothing is wrong", async () => {
  const t = aLine({}, { vision: false });
  await run(t, 10, () => undefined);
  expect(events(t, "ModelFault")).toEqual([]);
  t.line.vision({ up: false, reason: "killed" });
  await run(t, 10, () => undefined);
  expect(condition(t, "ModelFault")).toMatchObject({ active: true, reason: "vision: killed" });
});

test("clock, disk and certificate", async () => {
  const t = await producing();
  t.clock.stepWall(-5_000);
  t.line.surroundings({ freeDiskMb: 900, certificateEndsAt: t.clock.wall() + 10.5 * 86_400_000 });
  await run(t, 8);
  expect(condition(t, "ClockUnsynchronized").active).toBe(true);
  expect(condition(t, "StorageLow")).toMatchObject({ active: true, value: 900, limit: 1_000 });
  expect(condition(t, "CertificateExpiring")).toMatchObject({ active: true, value: 10, limit: 30 });
  t.line.surroundings({ freeDiskMb: 1_100 });
  await run(t, 2);
  expect(condition(t, "StorageLow").active).toBe(true); // within the deadband
  t.line.surroundings({ freeDiskMb: 1_300 });
  await run(t, 2);
  expect(condition(t, "StorageLow").active).toBe(false);
});

describe("what operators do (OPC 10000-9 §5.5, §5.7, §5.8)", () => {
  async function alarmed(): Promise<TestLine> {
    const t = await producing();
    await run(t, 10, () => covered);
    return t;
  }

  test("acknowledge, confirm: the alarm is kept until all of it is said", async () => {
    const t = await alarmed();
    expect(condition(t, "CameraLost")).toMatchObject({ active: true, acked: false, confirmed: true });
    const comment = { text: "wiping it", locale: "en" };
    expect(
      await operate(t, "CameraLost", { kind: "acknowledgeAlarm", seen: newest(t, "CameraLost"), comment }),
    ).toEqual({
      outcome: "done",
    });
    expect(condition(t, "CameraLost")).toMatchObject({
      acked: true,
      confirmed: false,
      comment: { text: "wiping it", locale: "en", by: "anna@urn:hmi" },
    });
    await run(t, 10);
    expect(isRetained(condition(t, "CameraLost"))).toBe(true);
    await operate(t, "CameraLost", { kind: "confirmAlarm", seen: newest(t, "CameraLost") });
    expect(isRetained(condition(t, "CameraLost"))).toBe(false);
    expect(events(t, "CameraLost")).toEqual(["active", "acknowledged", "inactive", "confirmed"]);
    expect(t.ledger.of("alarm").map((e) => e.by)).toContain("anna@urn:hmi");
  });

  test("shelving has a maximum, ends by itself, and one-shot ends with the alarm", async () => {
    const t = await alarmed();
    const shelve = (how: object | "oneShot") => operate(t, "CameraLost", { kind: "shelveAlarm", how });
    expect(await shelve({ forMs: 3_600_001 })).toMatchObject({ outcome: "refused", code: "shelvingTime" });
    expect(await shelve({ forMs: Number.NaN })).toMatchObject({ outcome: "refused", code: "shelvingTime" });
    await shelve({ forMs: 5_000 });
    expect(isAnnounced(condition(t, "CameraLost"))).toBe(false);
    expect(await shelve({ forMs: 5_000 })).toMatchObject({ outcome: "refused", code: "alreadyShelved" });
    await run(t, 8, () => covered);
    expect(condition(t, "CameraLost").shelving).toBe("unshelved");
    await shelve("oneShot");
    await run(t, 10);
    expect(condition(t, "CameraLost")).toMatchObject({ active: false, shelving: "unshelved" });
    expect(await operate(t, "CameraLost", { kind: "unshelveAlarm" })).toMatchObject({ code: "notShelved" });
  });

  test("a disabled alarm is not watched; enabled again it begins anew", async () => {
    const t = await alarmed();
    await operate(t, "CameraLost", { kind: "disableAlarm" });
    expect(isRetained(condition(t, "CameraLost"))).toBe(false);
    await run(t, 10, () => covered);
    expect(events(t, "CameraLost")).toEqual(["active", "disabled"]);
    await operate(t, "CameraLost", { kind: "enableAlarm" });
    await run(t, 5, () => covered);
    expect(events(t, "CameraLost")).toEqual(["active", "disabled", "enabled", "active"]);
  });

  const refusals: [string, AlarmName, object, string][] = [
    ["an event of another alarm", "CameraLost", { kind: "acknowledgeAlarm", seen: 1 }, "unknownEvent"],
    ["an alarm that never was", "StorageLow", { kind: "acknowledgeAlarm", seen: 1 }, "unknownEvent"],
    ["nothing to unshelve", "CameraLost", { kind: "unshelveAlarm" }, "notShelved"],
    ["enabled already", "CameraLost", { kind: "enableAlarm" }, "alreadyEnabled"],
  ];
  test.each(refusals)("refused, and nothing changes: %s", async (_, alarm, command, code) => {
    const t = await alarmed();
    const entries = t.ledger.committed.length;
    expect(await operate(t, alarm, command)).toMatchObject({ outcome: "refused", code });
    expect(t.ledger.committed).toHaveLength(entries);
  });

  test("acknowledged or confirmed twice; confirmed before it was acknowledged", async () => {
    const t = await alarmed();
    const seen = newest(t, "CameraLost");
    expect(await operate(t, "CameraLost", { kind: "confirmAlarm", seen })).toMatchObject({ code: "alreadyConfirmed" });
    await operate(t, "CameraLost", { kind: "acknowledgeAlarm", seen });
    expect(await operate(t, "CameraLost", { kind: "acknowledgeAlarm", seen })).toMatchObject({
      code: "alreadyAcknowledged",
    });
  });

  // The record is kept for years, in columns of historians: also the locale of a comment is a client's text.
  test.each([
    ["a control character", { text: "a\u0000b", locale: "" }],
    ["a long text", { text: "x".repeat(255), locale: "" }],
    ["a control character in the locale", { text: "wiped", locale: "en\u0000" }],
    ["a locale that is none", { text: "wiped", locale: "x".repeat(36) }],
  ])("a comment that no record takes: %s", async (_, comment) => {
    const t = await alarmed();
    const refused = await operate(t, "CameraLost", {
      kind: "commentAlarm",
      seen: newest(t, "CameraLost"),
      comment,
    });
    expect(refused).toMatchObject({ code: "invalidArgument", problems: [{ argument: "comment" }] });
    expect(events(t, "CameraLost")).toEqual(["active"]);
  });

  // Nobody has seen an entry that is about to be written: an EventId of something else must not count as one.
  test("an event of nothing stays unknown beside a command of the same moment", async () => {
    const t = await alarmed();
    const about = { ...origin, alarm: "CameraLost", comment: { text: "", locale: "" } } as const;
    const answers = [
      t.line.command({ ...about, kind: "commentAlarm", seen: newest(t, "CameraLost") }),
      t.line.command({ ...about, kind: "acknowledgeAlarm", seen: 0 }),
    ];
    await t.settle();
    expect(await Promise.all(answers)).toMatchObject([{ outcome: "done" }, { code: "unknownEvent" }]);
    expect(condition(t, "CameraLost").acked).toBe(false);
  });

  // An operator who acknowledges yesterday's alarm has not seen today's.
  test("an event from before the alarm's last begin is not known any more", async () => {
    const t = await alarmed();
    const old = newest(t, "CameraLost");
    await run(t, 10);
    await run(t, 10, () => covered);
    expect(await operate(t, "CameraLost", { kind: "acknowledgeAlarm", seen: old })).toMatchObject({
      code: "unknownEvent",
    });
  });

  // The entries are the state: what a restarted program shows is what it showed before.
  test("everything survives a restart; the same event can be acknowledged", async () => {
    const before = await alarmed();
    await operate(before, "DefectRateHigh", { kind: "shelveAlarm", how: { forMs: 600_000 } });
    const seen = newest(before, "CameraLost");
    const states = (["CameraLost", "DefectRateHigh"] as const).map((alarm) => condition(before, alarm));
    const after = aLine({}, before);
    await after.settle();
    expect((["CameraLost", "DefectRateHigh"] as const).map((alarm) => condition(after, alarm))).toEqual(states);
    expect(await operate(after, "CameraLost", { kind: "acknowledgeAlarm", seen })).toEqual({ outcome: "done" });
  });
});

describe("ClusterUndisposed and SetDisposition", () => {
  const dispose = (t: TestLine, clusterId: string, disposition: string, comment = "") =>
    ask(t, { ...origin, kind: "setDisposition", clusterId, disposition, comment } as Command);

  test("seen is not decided: it stays until the cluster has its disposition; hold is none yet", async () => {
    const t = await producing();
    await run(t, 3, () => fail);
    await run(t, 15);
    const { clusterId } = t.line.state.clusters.open[0]!;
    const seen = newest(t, "ClusterUndisposed");
    await operate(t, "ClusterUndisposed", { kind: "acknowledgeAlarm", seen });
    await operate(t, "ClusterUndisposed", { kind: "confirmAlarm", seen });
    await run(t, 5);
    expect(condition(t, "ClusterUndisposed").active).toBe(true);
    expect(await dispose(t, clusterId, "hold", "in the cage")).toEqual({ outcome: "done" });
    await run(t, 2);
    expect(condition(t, "ClusterUndisposed").active).toBe(true);
    expect(await dispose(t, clusterId, "scrap")).toEqual({ outcome: "done" });
    await run(t, 2);
    expect(condition(t, "ClusterUndisposed").active).toBe(false);
    expect(t.ledger.of("cluster").map((e) => [e.body.event, e.body.cluster.decision?.disposition])).toEqual([
      ["started", undefined],
      ["ended", undefined],
      ["disposed", "hold"],
      ["disposed", "scrap"],
    ]);
  });

  test("another run after the operator has seen the first calls again", async () => {
    const t = await producing();
    await run(t, 3, () => fail);
    await run(t, 15);
    await operate(t, "ClusterUndisposed", { kind: "acknowledgeAlarm", seen: newest(t, "ClusterUndisposed") });
    await run(t, 4, () => fail);
    await run(t, 15);
    expect(events(t, "ClusterUndisposed")).toEqual(["active", "acknowledged", "active"]);
    expect(condition(t, "ClusterUndisposed")).toMatchObject({ acked: false, reason: expect.stringMatching(/^2 open/) });
  });

  test("unknown, closed, still going on, or not a disposition: refused, and nothing changes", async () => {
    const t = await producing();
    expect(await dispose(t, "NO-1", "burn", "a\u0000")).toMatchObject({
      outcome: "refused",
      code: "invalidArgument",
      problems: [{ argument: "clusterId" }, { argument: "disposition" }, { argument: "comment" }],
    });
    await run(t, 3, () => fail);
    const { clusterId } = t.line.state.clusters.open[0]!;
    expect(await dispose(t, clusterId, "scrap")).toMatchObject({ outcome: "refused", code: "wrongState" });
    await run(t, 15);
    await dispose(t, clusterId, "release");
    const entries = t.ledger.committed.length;
    expect(await dispose(t, clusterId, "scrap")).toMatchObject({ problems: [{ argument: "clusterId" }] });
    expect(t.ledger.committed).toHaveLength(entries);
  });
});

/**
 * Ten minutes in which everything goes wrong that an operator meets in a bad shift. A person can take in about one alarm
 * per minute (EEMUA 191, ISA-18.2); what only follows from another alarm must not call.
 */
test("the fault demo calls the operator at most 10 times in 10 minutes", async () => {
  const t = await producing();
  const from = t.ledger.committed.length;
  const steps: readonly [seconds: number, look: (n: number) => Verdict | undefined, first?: () => unknown][] = [
    [30, () => pass],
    [60, (n) => (n % 10 < 5 ? covered : pass)], // a hand waving before the camera
    [45, () => covered],
    [45, () => pass],
    [30, (n) => (n % 2 ? fail : pass)], // a burst of defects
    [75, () => pass],
    [60, everyFifth],
    [
      45,
      () => pass,
      () => ask(t, { ...origin, kind: "clearContext", expectedRevision: 0, effective: { mode: "nextUnit" } }),
    ],
    [30, () => pass, () => setLot(t, "L2")],
    [60, () => pass, () => t.clock.stepWall(-4_000)],
    [60, () => undefined],
    [60, () => pass],
  ];
  expect(steps.reduce((sum, [seconds]) => sum + seconds, 0)).toBe(600);
  for (const [seconds, look, first] of steps) {
    await first?.();
    await run(t, seconds, look);
  }
  const called = t.ledger
    .of("alarm")
    .filter((e) => e.offset > from && e.body.event === "active" && isAnnounced(e.body.condition));
  const names = called.map((e) => e.body.alarm);
  expect(new Set(names)).toEqual(
    new Set(["CameraLost", "DefectRateHigh", "ContextMissing", "ClusterUndisposed", "ClockUnsynchronized"]),
  );
  expect(names.length).toBeLessThanOrEqual(10);
});
