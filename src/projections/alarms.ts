import { type AlarmName, alarmNames } from "../domain/alarm.ts";
import { type Condition, quietCondition } from "../domain/condition.ts";
import type { Committed, LedgerEntry, PendingContext } from "../domain/ledger-entry.ts";

type AlarmEntry = Extract<LedgerEntry, { kind: "alarm" }>;
/** An entry about an alarm, as it was committed. */
export type CommittedAlarm = Committed & { readonly entry: AlarmEntry };

/** What the ledger says of a station's alarms. */
export interface AlarmsState {
  /** The newest entry about each; absent while there was none. */
  readonly last: Readonly<Partial<Record<AlarmName, CommittedAlarm>>>;
  /** Offsets of the entries since each last began, oldest first: what an operator may acknowledge or comment. */
  readonly cycle: Readonly<Partial<Record<AlarmName, readonly number[]>>>;
  /** A context that was promised for a trigger that never came; until another context is set. */
  readonly missedContext: PendingContext | undefined;
  /** Why its recipe was refused; absent when it waited too long. */
  readonly missedBecause?: string;
}
export const noAlarms: AlarmsState = { last: {}, cycle: {}, missedContext: undefined };

/** An operator's display holds a few of an alarm's events, not hundreds. */
const longestCycle = 64;

/** The state of one alarm; quiet while nothing was ever said about it. */
export const conditionOf = ({ last }: AlarmsState, alarm: AlarmName, severity: number): Condition =>
  last[alarm]?.entry.body.condition ?? quietCondition(severity);

export const isActive = ({ last }: AlarmsState, alarm: AlarmName): boolean =>
  last[alarm]?.entry.body.condition.active === true;

export const activeAlarms = (alarms: AlarmsState): readonly AlarmName[] =>
  alarmNames.filter((alarm) => isActive(alarms, alarm));

/** No context is missed any more. */
const found = ({ missedBecause: _, ...alarms }: AlarmsState): AlarmsState => ({ ...alarms, missedContext: undefined });

/** The alarms after one more entry. */
export function foldAlarms(alarms: AlarmsState, committed: Committed): AlarmsState {
  const { entry } = committed;
  switch (entry.kind) {
    case "alarm": {
      const { alarm, event } = entry.body;
      const before = event === "active" || event === "disabled" ? [] : (alarms.cycle[alarm] ?? []);
      const cycle = [...before, entry.offset].slice(-longestCycle);
      return {
        ...alarms,
        last: { ...alarms.last, [alarm]: committed as CommittedAlarm },
        cycle: { ...alarms.cycle, [alarm]: cycle },
      };
    }
    case "context":
      return alarms.missedContext ? found(alarms) : alarms;
    case "pending": {
      const { event, pending, reason } = entry.body;
      if (event !== "expired" && event !== "refused") return found(alarms);
      return { ...found(alarms), missedContext: pending, ...(reason !== undefined && { missedBecause: reason }) };
    }
    default:
      return alarms;
  }
}
