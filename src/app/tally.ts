import type { Judgement } from "../domain/judgement.ts";

/** What a process has done so far, in pictures. */
export interface Tally {
  judged: number;
  /** Later than the deadline, or overloaded. */
  late: number;
  faults: number;
}
export const emptyTally = (): Tally => ({ judged: 0, late: 0, faults: 0 });

/** Counts one judgement that came `latencyMs` after its trigger. */
export function count(
  tally: Tally,
  { verdict }: Pick<Judgement, "verdict">,
  latencyMs: number,
  deadlineMs: number,
): void {
  const reason = verdict.kind === "notInspected" ? verdict.reason : undefined;
  tally.judged += 1;
  if (reason === "inferenceFault") tally.faults += 1;
  if (latencyMs > deadlineMs || reason === "overload") tally.late += 1;
}

/** What came after `before`. */
export const since = (now: Readonly<Tally>, before: Readonly<Tally>): Tally => ({
  judged: now.judged - before.judged,
  late: now.late - before.late,
  faults: now.faults - before.faults,
});
