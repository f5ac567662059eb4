import fc from "fast-check";
import { type AlarmName, alarmNames, alarmTable } from "../../src/domain/alarm.ts";
import type { AlarmCommand } from "../../src/domain/command.ts";
import { type AlarmEvent, type Condition, type ConditionPart, quietCondition } from "../../src/domain/condition.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { emptyStation, foldEntry } from "../../src/projections/station-state.ts";
import { aLine, fail, pass, type TestLine } from "../support/line.ts";

const covered: Verdict = { kind: "invalid", reason: "covered" };
const looks = { pass, fail, covered, nothing: undefined } as const;
type Step =
  | { readonly look: keyof typeof looks; readonly seconds: number }
  | { readonly operate: AlarmCommand["kind"]; readonly alarm: AlarmName; readonly ms: number }
  | { readonly restart: true };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      look: fc.constantFrom("pass", "fail", "covered", "nothing"),
      seconds: fc.integer({ min: 1, max: 15 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      operate: fc.constantFrom<AlarmCommand["kind"]>(
        "acknowledgeAlarm",
        "confirmAlarm",
        "commentAlarm",
        "shelveAlarm",
        "unshelveAlarm",
        "enableAlarm",
        "disableAlarm",
      ),
      alarm: fc.constantFrom<AlarmName>("CameraLost", "DefectRateHigh", "ContextMissing", "ClusterUndisposed"),
      ms: fc.constantFrom(0, 3_000, 3_600_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ restart: true }) },
) as fc.Arbitrary<Step>;

async function play(steps: readonly Step[]): Promise<TestLine> {
  let t = aLine();
  for (const s of steps) {
    if ("restart" in s) t = aLine({}, t);
    else if ("look" in s)
      for (let n = 0; n < s.seconds; n++) {
        for (let unit = 0; unit < 4; unit++) {
          const verdict = looks[s.look];
          if (verdict) t.unit(verdict);
          t.clock.advance(250);
        }
        t.line.tick();
        await t.settle();
      }
    else {
      const { operate: kind, alarm, ms } = s;
      const seen = t.ledger.of("alarm").findLast((e) => e.body.alarm === alarm)?.offset ?? 0;
      const how = ms === 0 ? "oneShot" : { forMs: ms };
      const rest = { seen, comment: { text: "", locale: "" }, how, station: "LINE-01", by: "anna", source: "opcua" };
      void t.line.command({ kind, alarm, ...rest } as AlarmCommand);
      await t.settle();
    }
  }
  return t;
}

/** What must hold of the condition before and after each kind of change (OPC 10000-9 §5.5.2, §5.7.2, §5.8.2). */
const laws: Readonly<Record<AlarmEvent, (before: Condition, after: Condition, alarm: AlarmName) => boolean>> = {
  active: (b, a, alarm) =>
    a.active &&
    !a.acked &&
    a.confirmed &&
    a.enabled &&
    !a.suppressed &&
    (!b.active || (alarm === "ClusterUndisposed" && b.acked)),
  inactive: (b, a) => b.active && !a.active && a.acked === b.acked && a.shelving !== "oneShot",
  acknowledged: (b, a) => !b.acked && a.acked && !a.confirmed && a.active === b.active,
  confirmed: (b, a) => !b.confirmed && a.confirmed && a.acked,
  commented: (b, a) => a.active === b.active && a.acked === b.acked,
  shelved: (b, a) => a.shelving !== b.shelving && a.shelvedUntil !== undefined && a.enabled,
  unshelved: (b, a) => b.shelving !== "unshelved" && a.shelving === "unshelved" && a.shelvedUntil === undefined,
  suppressed: (b, a) => !b.suppressed && a.suppressed,
  unsuppressed: (b, a) => b.suppressed && !a.suppressed,
  enabled: (b, a) => !b.enabled && a.enabled && !a.active,
  disabled: (b, a) => b.enabled && !a.enabled && !a.active && a.acked && a.confirmed,
};
const parts: readonly ConditionPart[] = ["enabled", "active", "acked", "confirmed", "suppressed", "shelving"];

// Whatever happens, and whatever operators do about it in whatever order, an alarm list must never show what cannot be.
test("every change of an alarm follows from the one before it, and the state is the fold of the entries", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const t = await play(steps);
      const before = new Map<AlarmName, Condition>(alarmNames.map((a) => [a, quietCondition(alarmTable[a].severity)]));
      for (const { body, time } of t.ledger.of("alarm")) {
        const [b, a] = [before.get(body.alarm)!, body.condition];
        expect([body.alarm, body.event, laws[body.event](b, a, body.alarm)]).toEqual([body.alarm, body.event, true]);
        expect(a.lastSeverity).toBe(b.severity);
        for (const part of parts) {
          expect([body.event, part, a.since[part]]).toEqual([
            body.event,
            part,
            a[part] === b[part] ? b.since[part] : time,
          ]);
        }
        before.set(body.alarm, a);
      }
      const folded = t.ledger.committed.reduce(foldEntry, emptyStation("LINE-01"));
      expect(t.line.state.alarms).toEqual(folded.alarms);
      expect(t.line.state.clusters).toEqual(folded.clusters);
    }),
    { numRuns: 100, seed: 5 },
  );
}, 30_000);
