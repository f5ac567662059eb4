import { type AlarmName, type AlarmSettings, alarmNames } from "../domain/alarm.ts";
import { type AlarmCommand, type Done, type Refused, refuseForStorage } from "../domain/command.ts";
import { begun, type Condition, ended, suppressed, unshelved } from "../domain/condition.ts";
import type { EntryDraft } from "../domain/ledger-entry.ts";
import type { Log } from "../platform/log.ts";
import { conditionOf } from "../projections/alarms.ts";
import type { StationState } from "../projections/station-state.ts";
import { type AlarmChange, changeOf, isSuppressed } from "./alarm-changes.ts";
import { type AlarmFacts, type Reading, readAlarm } from "./alarm-readings.ts";
import type { Sequencer } from "./sequencer.ts";

/** Watches the alarms of a station and takes what operators do about them; each change is one entry. */
export interface AlarmDesk {
  /** To be called about once a second. `at`: monotonic ms. */
  watch(facts: AlarmFacts, at: number): void;
  /** Resolves when the answer is on disk. */
  command(command: AlarmCommand): Promise<Done | Refused>;
}

/** A change that is due; `undefined` when meanwhile it is not any more. Decided where it takes its place. */
type Due = (condition: Condition) => AlarmChange | undefined;

export function createAlarmDesk(
  options: { readonly alarms: AlarmSettings; readonly maximumShelvingMs: number },
  deps: { readonly sequencer: Sequencer; readonly now: () => number; readonly log: Log },
): AlarmDesk {
  const { alarms: settings, maximumShelvingMs } = options;
  const { sequencer, log } = deps;
  /** Since when (monotonic ms) the facts say another thing than the condition. Forgotten by a restart: a delay begins anew. */
  const differsSince = new Map<AlarmName, number>();
  let outstanding = false;

  const conditionIn = (state: StationState, alarm: AlarmName): Condition =>
    conditionOf(state.alarms, alarm, settings[alarm].severity);
  const draft = (alarm: AlarmName, change: AlarmChange, time: number, by: string): EntryDraft => {
    const { onDelayMs, offDelayMs } = settings[alarm];
    const times = { onDelayMs, offDelayMs, maximumShelvingMs };
    return { station: sequencer.state.station, kind: "alarm", time, by, body: { alarm, ...change, times } };
  };

  /** True once the facts have differed for as long as the alarm's delay asks. */
  const hasLasted = (alarm: AlarmName, differs: boolean, delayMs: number, at: number): boolean => {
    if (!differs) differsSince.delete(alarm);
    else if (!differsSince.has(alarm)) differsSince.set(alarm, at);
    return differs && at - differsSince.get(alarm)! >= delayMs;
  };

  const begin =
    (alarm: AlarmName, reading: Reading, now: number): Due =>
    (c) => {
      if (!c.enabled || c.suppressed || (c.active && !reading.isNews)) return undefined;
      const { present: _present, isNews: _isNews, ...finding } = reading;
      return { event: "active", condition: begun(c, { ...finding, severity: settings[alarm].severity }, now) };
    };
  const end =
    (reason: string, now: number): Due =>
    (c) =>
      c.active ? { event: "inactive", condition: ended(c, reason, now) } : undefined;

  /** What is due for one alarm, in the order of the entries. */
  const dueFor = (alarm: AlarmName, facts: AlarmFacts, at: number): Due[] => {
    const { state, now } = facts;
    const condition = conditionIn(state, alarm);
    const due: Due[] = [];
    if (condition.shelvedUntil !== undefined && now >= condition.shelvedUntil)
      due.push((c) => (c.shelving === "unshelved" ? undefined : { event: "unshelved", condition: unshelved(c, now) }));
    if (!condition.enabled) {
      differsSince.delete(alarm);
      return due;
    }
    const suppressor = isSuppressed(alarm, settings, state.alarms);
    if ((suppressor !== undefined) !== condition.suppressed) {
      const event = suppressor ? "suppressed" : "unsuppressed";
      const reason = suppressor ? `${suppressor} is active` : `${settings[alarm].suppressedBy.join(", ")} is over`;
      due.push((c) =>
        c.suppressed === (suppressor !== undefined)
          ? undefined
          : { event, condition: suppressed(c, suppressor !== undefined, reason, now) },
      );
    }
    const reading = readAlarm(alarm, facts, settings, condition.active);
    if (!reading || (suppressor && reading.present)) {
      differsSince.delete(alarm);
      return due;
    }
    const { onDelayMs, offDelayMs } = settings[alarm];
    const differs = reading.present !== condition.active;
    if (hasLasted(alarm, differs, reading.present ? onDelayMs : offDelayMs, at) || (reading.present && reading.isNews))
      due.push(reading.present ? begin(alarm, reading, now) : end(reading.reason, now));
    return due;
  };

  return {
    watch(facts, at) {
      // While the disk takes nothing, one change per alarm waits, not one per second.
      if (outstanding) return;
      const due = alarmNames.flatMap((alarm) => dueFor(alarm, facts, at).map((change) => [alarm, change] as const));
      if (due.length === 0) return;
      outstanding = true;
      const told: EntryDraft[] = [];
      sequencer.push({
        ready: () => true,
        produce(state) {
          told.length = 0;
          const conditions = new Map<AlarmName, Condition>();
          for (const [alarm, decide] of due) {
            const change = decide(conditions.get(alarm) ?? conditionIn(state, alarm));
            if (!change) continue;
            conditions.set(alarm, change.condition);
            told.push(draft(alarm, change, facts.now, "line"));
          }
          return told;
        },
        committed() {
          outstanding = false;
          for (const { kind, body } of told)
            if (kind === "alarm" && body.event === "active")
              log.warn("alarm", {
                alarm: body.alarm,
                reason: body.condition.reason,
                remedy: settings[body.alarm].operatorAction,
              });
            else if (kind === "alarm" && body.event === "inactive") log.info("alarm is over", { alarm: body.alarm });
        },
      });
    },

    command: (command) =>
      new Promise((resolve) => {
        if (sequencer.storageFault !== "") {
          resolve(refuseForStorage(sequencer.storageFault));
          return;
        }
        const now = deps.now();
        let answer: Done | Refused = { outcome: "done" };
        sequencer.push({
          ready: () => true,
          produce(state) {
            const { alarm } = command;
            const condition = conditionIn(state, alarm);
            const cycle = state.alarms.cycle[alarm] ?? [];
            const change = changeOf(command, { condition, cycle, now, maximumShelvingMs });
            if ("outcome" in change) {
              answer = change;
              return [];
            }
            return [draft(alarm, change, now, command.by)];
          },
          committed: () => resolve(answer),
        });
      }),
  };
}
