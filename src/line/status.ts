import { type LineStatus, mayFollow } from "../domain/line-state.ts";
import type { Log } from "../platform/log.ts";

/** What the line's status follows from. Times in monotonic ms. */
export interface StatusFacts {
  readonly now: number;
  /** Why the vision process is not there; `undefined` when it is, "" while it starts for the first time. */
  readonly visionDown: string | undefined;
  /** Why no recipe can inspect the next unit; "" = one can. */
  readonly recipeTrouble: string;
  /** What the cameras complain of; "" = nothing. */
  readonly cameraTrouble: string;
  readonly lastTriggerAt: number | undefined;
  readonly starvedAfterMs: number;
}

/** Before the vision process has said anything. */
export const starting: LineStatus = { state: "starting", reason: "vision is starting" };

/** The first row that applies decides; the last always does. */
const rules: readonly ((facts: StatusFacts) => LineStatus | false)[] = [
  ({ visionDown }) => visionDown === "" && starting,
  ({ visionDown }) => visionDown !== undefined && { state: "faulted", reason: `vision: ${visionDown}` },
  ({ recipeTrouble }) => recipeTrouble !== "" && { state: "faulted", reason: recipeTrouble },
  ({ cameraTrouble }) => cameraTrouble !== "" && { state: "faulted", reason: cameraTrouble },
  ({ lastTriggerAt }) => lastTriggerAt === undefined && { state: "starting", reason: "waiting for the first trigger" },
  ({ now, lastTriggerAt, starvedAfterMs }) =>
    now - (lastTriggerAt ?? now) > starvedAfterMs && { state: "starved", reason: "no trigger" },
  () => ({ state: "running", reason: "" }),
];

export function statusOf(facts: StatusFacts): LineStatus {
  for (const rule of rules) {
    const status = rule(facts);
    if (status) return status;
  }
  throw new Error("no rule applied");
}

/** Follows the status and says each change once. A transition that the table forbids is logged and not made. */
export function createStatusKeeper(
  initial: LineStatus,
  onChange: (next: LineStatus, from: LineStatus["state"]) => void,
  log: Log,
): (next: LineStatus) => void {
  let status = initial;
  return (next) => {
    if (next.state === status.state && next.reason === status.reason) return;
    if (!mayFollow(status.state, next.state)) {
      log.error("line state transition is not in the table; status kept", { from: status.state, to: next.state });
      return;
    }
    const from = status.state;
    status = next;
    log[next.state === "faulted" ? "warn" : "info"]("line status", {
      state: next.state,
      ...(next.reason !== "" && { reason: next.reason }),
    });
    onChange(next, from);
  };
}
