import type { Judgement } from "../domain/judgement.ts";

/** How long a recipe that took over is watched, with the one before it kept warm. */
export interface ProbationRules {
  /** Units that it must have judged. */
  readonly units: number;
  /** ms that must have passed. */
  readonly atLeastMs: number;
  /** It ends after so many ms, whatever was judged. */
  readonly atMostMs: number;
}

/**
 * 200 units tell a p99 and a share of 5 %; on a fast line they pass within a second, in which a process that leaks or
 * hangs shows nothing of it: hence 30 s. A line that stands still must not keep the memory of two processes: hence 5 min.
 */
export const probationRules: ProbationRules = { units: 200, atLeastMs: 30_000, atMostMs: 300_000 };

/** Share of pictures whose inspection may fail. */
const faultShare = 0.05;
/** As many are meant by it at least: one failure among the first few is no share yet. */
const faultsOf = 60;
/** p99: so much may be later than the deadline, or not be inspected because too much waited. */
const lateShare = 0.01;
const latesOf = 200;

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

/**
 * Why a recipe has to go; undefined while it is fit. A machine that is short of time makes every recipe late: what
 * came before is the measure.
 */
export function unfitness(now: Tally, before: Tally, deadlineMs: number): string | undefined {
  const { judged, faults, late } = now;
  if (faults > faultShare * Math.max(judged, faultsOf)) return `${faults} of ${judged} inspections failed`;
  const usual = before.judged >= latesOf ? (2 * before.late) / before.judged : 0;
  if (late > Math.max(lateShare, usual) * Math.max(judged, latesOf))
    return `${late} of ${judged} verdicts came after the deadline of ${deadlineMs} ms, or never, because too much waited`;
  return undefined;
}

/** Whether it has been watched for long enough. `units`: judged so far; `forMs`: since it took over. */
export const isOver = (rules: ProbationRules, units: number, forMs: number): boolean =>
  forMs >= rules.atMostMs || (forMs >= rules.atLeastMs && units >= rules.units);
