import type { ChallengeRules } from "../../src/domain/challenge.ts";
import { noChallenges } from "../../src/domain/challenge.ts";
import type { ChallengeCommand } from "../../src/domain/command.ts";
import { emptyFields } from "../../src/domain/context.ts";
import { createShiftCalendar, weekdays } from "../../src/domain/shift-calendar.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { aLine, pass, type TestLine } from "../support/line.ts";

const hour = 3_600_000;
const everywhere = { station: "LINE-01", by: "anna@urn:hmi", source: "opcua" } as const;
const torn: Verdict = { kind: "fail", confidence: 0.9, defects: [{ class: "SEAL_TORN", confidence: 0.9 }] };
const rules: ChallengeRules = {
  ...noChallenges,
  pieces: [{ id: "TEST-1", class: "SEAL_TORN" }],
  defectClasses: ["SEAL_TORN", "OTHER"],
};
const code = {
  kind: "armChallenge",
  pieceId: "TEST-1",
  expectedClass: "",
  recognition: "code",
  validSeconds: 0,
} as const;
const emptyLine = { ...code, recognition: "emptyLine" } as const;

type Intent = ChallengeCommand extends infer C
  ? C extends ChallengeCommand
    ? Omit<C, keyof typeof everywhere>
    : never
  : never;
async function command(t: TestLine, intent: Intent) {
  const answered = t.line.command({ ...everywhere, ...intent } as ChallengeCommand);
  await t.settle();
  return answered;
}
/** One unit; `codes`: what was read on it. */
async function unit(
  t: TestLine,
  verdict: Verdict,
  codes: { unitId?: string; texts?: Record<string, string> } = {},
  unitKind: "production" | "absent" = "production",
) {
  t.judge(t.unit(), verdict, "CAM-01", { unitKind, ...codes });
  await t.settle();
}
/** Time passes, second by second. */
async function wait(t: TestLine, seconds: number) {
  for (let s = 0; s < seconds; s++) {
    t.clock.advance(1_000);
    t.line.tick();
    await t.settle();
  }
}
const kinds = (t: TestLine) => t.ledger.of("unit").map(({ body }) => body.unitKind);
const told = (t: TestLine) => t.ledger.of("challenge").map(({ body }) => body.event);
const last = (t: TestLine) => t.ledger.of("challenge").at(-1)!.body.challenge;

describe("a piece with a code", () => {
  test.each([
    ["its UnitId", { unitId: "TEST-1" }],
    ["a text that was read", { texts: { code: "TEST-1" } }],
  ])(
    "is known by %s among the product; only it is kept out of the counts, and it passes when its defect is found",
    async (_name, codes) => {
      const t = aLine({ challenges: rules });
      void t.line.command({
        ...everywhere,
        kind: "setContext",
        fields: { ...emptyFields, lot: "L1" },
        expectedRevision: 0,
        effective: { mode: "nextUnit" },
      });
      await t.settle();
      expect(await command(t, code)).toEqual({ outcome: "armed", challengeId: "TEST-1/1" });
      await unit(t, torn, { unitId: "00001" });
      await unit(t, torn, codes);
      await unit(t, pass);
      expect(kinds(t)).toEqual(["production", "challenge", "production"]);
      expect(told(t)).toEqual(["armed", "passed"]);
      expect(last(t)).toMatchObject({ unit: { sequence: 2 }, found: ["SEAL_TORN"], ejected: "notConfirmed" });
      // It leaves the line as the product would: the way out is part of the proof.
      expect(
        t.ledger.of("unit").map(({ body: { rejectRequested, lotSequence } }) => [rejectRequested, lotSequence]),
      ).toEqual([
        [true, 1],
        [true, 0],
        [false, 2],
      ]);
      const { total, lot, rolling } = t.line.state;
      for (const counts of [total, lot!.counts]) expect(counts).toMatchObject({ units: 2, fail: 1, challenge: 1 });
      expect(rolling.reduce((sum, bucket) => sum + bucket.fail, 0)).toBe(1);
    },
  );

  test.each([
    ["it passes the inspection", pass, /SEAL_TORN was not found on the piece: pass/],
    [
      "something else is found",
      { ...torn, defects: [{ class: "OTHER", confidence: 1 }] } as Verdict,
      /not found on the piece: OTHER/,
    ],
    [
      "it cannot be judged",
      { kind: "invalid", reason: "blurred" } as Verdict,
      /not found on the piece: invalid \(blurred\)/,
    ],
  ])("fails when %s", async (_name, verdict, reason) => {
    const t = aLine({ challenges: rules });
    await command(t, code);
    await unit(t, verdict, { unitId: "TEST-1" });
    expect(kinds(t)).toEqual(["challenge"]);
    expect(told(t)).toEqual(["armed", "failed"]);
    expect(last(t).reason).toMatch(reason);
  });

  test("that does not come in time fails, and what comes later is product", async () => {
    const t = aLine({ challenges: rules });
    await command(t, { ...code, validSeconds: 10 });
    await wait(t, 11);
    await unit(t, torn, { unitId: "TEST-1" });
    expect(told(t)).toEqual(["armed", "failed"]);
    expect(last(t)).toMatchObject({ reason: expect.stringMatching(/^expired/) });
    expect(last(t)).not.toHaveProperty("unit");
    expect(kinds(t)).toEqual(["production"]);
  });

  test("is waited for across a restart", async () => {
    const t = aLine({ challenges: rules });
    await command(t, code);
    const next = aLine({ challenges: rules }, t);
    await unit(next, torn, { unitId: "TEST-1" });
    expect(kinds(next)).toEqual(["challenge"]);
    expect(told(next)).toEqual(["armed", "passed"]);
  });

  test("cancelled, it is product again", async () => {
    const t = aLine({ challenges: rules });
    await command(t, code);
    expect(await command(t, { kind: "cancelChallenge" })).toEqual({ outcome: "done" });
    await unit(t, torn, { unitId: "TEST-1" });
    expect(kinds(t)).toEqual(["production"]);
    expect(last(t).reason).toBe("by anna@urn:hmi");
    expect(await command(t, { kind: "cancelChallenge" })).toMatchObject({ code: "wrongState" });
  });
});

describe("a piece on an empty line", () => {
  test("is the one unit that comes alone; its record waits until that is sure", async () => {
    const t = aLine({ challenges: rules });
    await unit(t, pass);
    await wait(t, 4);
    await command(t, emptyLine);
    await unit(t, pass, {}, "absent");
    await wait(t, 1);
    await unit(t, torn);
    await unit(t, pass, {}, "absent");
    await wait(t, 2);
    expect(kinds(t)).toEqual(["production", "absent"]);
    await wait(t, 2);
    expect(kinds(t)).toEqual(["production", "absent", "challenge", "absent"]);
    expect(told(t)).toEqual(["armed", "passed"]);
  });

  // The one thing that must not happen: product that leaves the counts as a test piece.
  test.each([0.5, 2.9])("another unit %s s later cancels it, and both are product", async (seconds) => {
    const t = aLine({ challenges: rules });
    await command(t, emptyLine);
    await unit(t, torn);
    t.clock.advance(seconds * 1_000);
    await unit(t, pass);
    await wait(t, 5);
    expect(kinds(t)).toEqual(["production", "production"]);
    expect(told(t)).toEqual(["armed", "cancelled"]);
    expect(last(t).reason).toMatch(/another unit came within 3 s/);
  });

  test("a unit whose verdict is still open, or that nobody could look at, is company too", async () => {
    const open = aLine({ challenges: rules, deadlineMs: 5_000 });
    await command(open, emptyLine);
    await unit(open, torn);
    open.clock.advance(2_500);
    const behind = open.unit();
    await wait(open, 2);
    expect(kinds(open)).toEqual([]);
    open.judge(behind, pass);
    await open.settle();
    expect(kinds(open)).toEqual(["production", "production"]);

    const missed = aLine({ challenges: rules });
    await command(missed, emptyLine);
    await unit(missed, torn);
    missed.clock.advance(100);
    missed.line.missed(1, missed.clock.monotonic() - 50, missed.clock.monotonic() - 50);
    await missed.settle();
    expect(kinds(missed)).toEqual(["production", "production"]);
  });

  test("its own verdict may come late: who passed meanwhile is not forgotten", async () => {
    const t = aLine({ challenges: rules, deadlineMs: 20_000 });
    await command(t, emptyLine);
    const piece = t.unit();
    t.clock.advance(500);
    await unit(t, pass);
    for (let n = 0; n < 3; n++) {
      t.clock.advance(4_000);
      await unit(t, pass, {}, "absent");
    }
    t.judge(piece, torn);
    await wait(t, 5);
    expect(kinds(t).slice(0, 2)).toEqual(["production", "production"]);
    expect(told(t)).toEqual(["armed", "cancelled"]);
  });

  test("units that got no record cancel it: the next one may be any", async () => {
    const t = aLine({ challenges: rules });
    await command(t, emptyLine);
    t.clock.advance(1_000);
    t.line.missed(5_000, t.clock.monotonic() - 900, t.clock.monotonic() - 100);
    await wait(t, 5);
    await unit(t, torn);
    await wait(t, 5);
    expect(kinds(t)).toEqual(["production"]);
    expect(told(t)).toEqual(["armed", "cancelled"]);
  });

  test("units without a record cancel it also before it is on disk, once", async () => {
    const t = aLine({ challenges: rules, maximumWaiting: 1 });
    await t.settle();
    t.stall(true);
    t.unit(pass);
    t.clock.advance(4_000);
    await t.settle();
    const armed = command(t, emptyLine);
    await t.settle();
    for (let n = 0; n < 12; n++) t.unit(pass);
    t.stall(false);
    expect(await armed).toMatchObject({ outcome: "armed" });
    await unit(t, torn);
    await wait(t, 5);
    expect(t.ledger.of("gap").at(-1)?.body).toMatchObject({ count: 12 });
    expect(kinds(t)).not.toContain("challenge");
    expect(told(t)).toEqual(["armed", "cancelled"]);
  });

  test("cannot be armed behind units that have no record", async () => {
    const t = aLine({ challenges: rules, maximumWaiting: 1 });
    t.stall(true);
    t.unit(pass);
    t.unit(pass);
    t.clock.advance(4_000);
    t.unit(pass); // lost
    t.clock.advance(1_000);
    t.stall(false);
    await t.settle();
    expect(await command(t, emptyLine)).toMatchObject({
      code: "wrongState",
      message: expect.stringMatching(/1\.0 s ago/),
    });
  });

  test("cannot be armed while units pass", async () => {
    const t = aLine({ challenges: rules });
    await unit(t, pass);
    await wait(t, 2);
    expect(await command(t, emptyLine)).toMatchObject({
      code: "wrongState",
      message: expect.stringMatching(/2\.0 s ago; let the line run empty for 3 s/),
    });
    await unit(t, pass, {}, "absent");
    await wait(t, 2);
    expect(await command(t, emptyLine)).toMatchObject({ outcome: "armed" });
  });

  test("a stop or a restart in between leaves it product", async () => {
    const t = aLine({ challenges: rules });
    await command(t, emptyLine);
    await unit(t, torn);
    await t.line.stop();
    expect(kinds(t)).toEqual(["production"]);
    expect(told(t)).toEqual(["armed", "cancelled"]);

    const crashed = aLine({ challenges: rules });
    await command(crashed, emptyLine);
    const next = aLine({ challenges: rules }, crashed);
    await next.settle();
    expect(told(next)).toEqual(["armed", "cancelled"]);
  });
});

test.each<[string, Partial<typeof code | typeof emptyLine>, string, RegExp]>([
  [
    "a piece that the site does not have",
    { pieceId: "TEST-2" } as never,
    "invalidArgument",
    /pieceId is no test piece of this site; there are TEST-1/,
  ],
  [
    "another class than the piece has",
    { expectedClass: "OTHER" } as never,
    "invalidArgument",
    /expectedClass must be SEAL_TORN/,
  ],
  ["a time that is too short", { validSeconds: 5 } as never, "invalidArgument", /validSeconds must be 10 to 3600/],
  ["no name", { pieceId: "" } as never, "invalidArgument", /pieceId is empty/],
  ["the PLC's word, which there is none of", { recognition: "plc" } as never, "notSupported", /use code or emptyLine/],
])("%s is refused", async (_name, over, refusal, message) => {
  const t = aLine({ challenges: rules });
  expect(await command(t, { ...code, ...over } as Intent)).toMatchObject({
    code: refusal,
    message: expect.stringMatching(message),
  });
  expect(told(t)).toEqual([]);
});

test("without configured pieces any may be armed, of a known class; a second one has to wait", async () => {
  const t = aLine({ challenges: { ...rules, pieces: [] } });
  expect(await command(t, code)).toMatchObject({
    code: "invalidArgument",
    message: expect.stringMatching(/must be one of SEAL_TORN, OTHER/),
  });
  expect(await command(t, { ...code, expectedClass: "OTHER" })).toMatchObject({ outcome: "armed" });
  expect(await command(t, { ...code, expectedClass: "OTHER" })).toMatchObject({
    code: "wrongState",
    message: expect.stringMatching(/TEST-1\/1 still waits/),
  });
});

describe("signing off", () => {
  test("is a person's word about a result, once", async () => {
    const t = aLine({ challenges: rules });
    await command(t, code);
    const signOff = { kind: "signOffChallenge", challengeId: "TEST-1/1", comment: "seen" } as const;
    expect(await command(t, signOff)).toMatchObject({
      code: "invalidArgument",
      message: expect.stringMatching(/waiting: none/),
    });
    await unit(t, torn, { unitId: "TEST-1" });
    expect(await command(t, signOff)).toEqual({ outcome: "done" });
    expect(last(t)).toMatchObject({ unit: { sequence: 1 }, signOff: { by: "anna@urn:hmi", comment: "seen" } });
    expect(await command(t, signOff)).toMatchObject({ code: "invalidArgument" });
  });
});

describe("ChallengeOverdue", () => {
  const alarm = (t: TestLine) => t.line.state.alarms.last.ChallengeOverdue?.entry.body.condition;
  /** A line in production, one unit a second. */
  async function produce(t: TestLine, seconds: number) {
    for (let s = 0; s < seconds; s++) {
      await unit(t, pass);
      await wait(t, 1);
    }
  }
  async function challenged(t: TestLine, verdict: Verdict) {
    await command(t, code);
    await unit(t, verdict, { unitId: "TEST-1" });
  }

  test("every few hours: stands until the piece was found, and comes again, also after a restart", async () => {
    const challenges: ChallengeRules = { ...rules, schedule: { every: "interval", ms: hour } };
    const t = aLine({ challenges });
    await produce(t, 3);
    expect(alarm(t)).toMatchObject({ active: true, reason: "overdue: TEST-1" });
    await challenged(t, torn);
    await produce(t, 2);
    expect(alarm(t)).toMatchObject({ active: false });
    const next = aLine({ challenges }, t);
    await produce(next, 2);
    expect(alarm(next)).toMatchObject({ active: false });
    next.clock.advance(hour);
    await produce(next, 2);
    expect(alarm(next)).toMatchObject({ active: true });
  });

  test("each shift: due some time after its beginning, once", async () => {
    const shifts = createShiftCalendar({
      timeZone: "UTC",
      shifts: [
        { id: "A", start: "06:00", days: weekdays },
        { id: "B", start: "10:00", days: weekdays },
      ],
    });
    const challenges: ChallengeRules = { ...rules, schedule: { every: "shift", withinMs: 45 * 60_000 } };
    // The clock of the tests begins at 09:32.
    const t = aLine({ challenges, shifts });
    await produce(t, 3);
    expect(alarm(t)).toMatchObject({ active: true });
    await challenged(t, torn);
    await produce(t, 2);
    expect(alarm(t)).toMatchObject({ active: false });
    t.clock.advance(hour); // 10:32, in the next shift
    await produce(t, 2);
    expect(alarm(t)).toMatchObject({ active: false });
    t.clock.advance(20 * 60_000);
    await produce(t, 2);
    expect(alarm(t)).toMatchObject({ active: true });
  });

  test("a piece that was not found is an alarm at once, and says what is in doubt, until it is found or signed off", async () => {
    const t = aLine({ challenges: rules });
    await produce(t, 2);
    await challenged(t, torn);
    const good = t.line.state.sequence;
    await challenged(t, pass);
    await produce(t, 2);
    expect(alarm(t)).toMatchObject({
      active: true,
      reason: expect.stringMatching(new RegExp(`TEST-1/2 failed: .*what was made since unit ${good} is in doubt`)),
    });
    await command(t, { kind: "signOffChallenge", challengeId: "TEST-1/2", comment: "held 12 cases" });
    await produce(t, 2);
    expect(alarm(t)).toMatchObject({ active: false });
  });
});
