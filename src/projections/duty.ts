import type { RunType } from "../domain/context.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import type { LineState } from "../domain/line-state.ts";

/** What a station is at: the facts that the state machines of the standards follow. */
export interface Activity {
  readonly state: LineState;
  readonly runType: RunType;
}
type ActivityKey = `${LineState}/${RunType}`;
const keyOf = ({ state, runType }: Activity): ActivityKey => `${state}/${runType}`;

/** How long a station has been on and at work, and when it last was at what. Durations only grow. */
export interface Duty {
  /** Time that the program ran, ms. */
  readonly onMs: number;
  /** Time in which units were made, ms. */
  readonly operatingMs: number;
  /** Station time (UTC ms) up to which the durations count; 0 = nothing has happened yet. */
  readonly until: number;
  /** When each activity was last left, UTC ms. At most as many as there are activities. */
  readonly leftAt: Readonly<Partial<Record<ActivityKey, number>>>;
}
export const noDuty: Duty = { onMs: 0, operatingMs: 0, until: 0, leftAt: {} };

/** States in which the line makes units. */
const operating: ReadonlySet<LineState> = new Set<LineState>(["running"]);

/** The durations as of a later instant (UTC ms), while nothing has changed; an earlier one changes nothing. */
export function dutyAt(duty: Duty, state: LineState, now: number): Duty {
  const passed = duty.until === 0 ? 0 : now - duty.until;
  if (passed < 0) return duty;
  return {
    ...duty,
    until: now,
    onMs: duty.onMs + passed,
    operatingMs: duty.operatingMs + (operating.has(state) ? passed : 0),
  };
}

/** The duty after an entry that led from one activity to the next, mostly the same. */
export function foldDuty(duty: Duty, entry: LedgerEntry, before: Activity, after: Activity): Duty {
  // The minute that a crash interrupted is written at the restart and dated at its end, which lies in the down time. What a
  // minute would add, the entry behind it adds too.
  if (entry.kind === "minute") return duty;
  // While the program was down, nothing was on.
  const counted =
    entry.kind === "down"
      ? { ...dutyAt(duty, before.state, entry.body.from), until: Math.max(duty.until, entry.body.to) }
      : dutyAt(duty, before.state, entry.time);
  if (keyOf(before) === keyOf(after)) return counted;
  const { [keyOf(before)]: _, ...earlier } = counted.leftAt;
  return { ...counted, leftAt: { ...earlier, [keyOf(before)]: entry.time } };
}

/** A change from one state of some state machine to another, in station time (UTC ms). */
export interface Change<S> {
  readonly from: S;
  readonly at: number;
}

/**
 * The last change of a state machine that follows the station's activity by `stateOf`: from the newest activity that
 * meant another state than now. `undefined` when there was none.
 */
export function lastChange<S>(
  { leftAt }: Duty,
  now: Activity,
  stateOf: (activity: Activity) => S,
): Change<S> | undefined {
  const current = stateOf(now);
  let newest: Change<S> | undefined;
  for (const [key, at] of Object.entries(leftAt)) {
    const [state, runType] = key.split("/") as [LineState, RunType];
    const from = stateOf({ state, runType });
    if (from !== current && at >= (newest?.at ?? 0)) newest = { from, at };
  }
  return newest;
}
