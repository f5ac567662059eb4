import type { Clock } from "../platform/clock.ts";
import { since, type Tally } from "./tally.ts";

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
/** A process is slow with its first pictures; that they are late says nothing of its recipe. */
const settlingPictures = 20;

/**
 * Why a recipe has to go; undefined while it is fit. A machine that is short of time makes every recipe late: what
 * came before is the measure.
 */
function unfitness(now: Tally, before: Tally, deadlineMs: number): string | undefined {
  const { judged, faults, late } = now;
  if (faults > faultShare * Math.max(judged, faultsOf)) return `${faults} of ${judged} inspections failed`;
  const usual = before.judged >= latesOf ? (2 * before.late) / before.judged : 0;
  if (late > Math.max(lateShare, usual) * Math.max(judged, latesOf))
    return `${late} of ${judged} verdicts came after the deadline of ${deadlineMs} ms, or never, because too much waited`;
  return undefined;
}

/** Whether it has been watched for long enough. `units`: judged so far; `forMs`: since it took over. */
const isOver = (rules: ProbationRules, units: number, forMs: number): boolean =>
  forMs >= rules.atMostMs || (forMs >= rules.atLeastMs && units >= rules.units);

/** What of a process is watched. */
export interface Watched {
  readonly tally: Readonly<Tally>;
  readonly setup: { readonly cameras: readonly unknown[]; readonly deadlineMs: number };
}

/** The time in which a recipe that took over is watched. */
export interface Probation {
  /** It judged something. */
  judged(): void;
  /** Nobody is to be told any more. */
  end(): void;
}

/**
 * @param own what took over just now; `before` what it took over from
 * @param unfit called with the reason, again at each judgement until `end`
 * @param over called once it has been watched for long enough, also without a unit
 */
export function startProbation(
  rules: ProbationRules,
  { own, before }: { readonly own: Watched; readonly before: Pick<Watched, "tally"> },
  { unfit, over }: { unfit(reason: string): void; over(): void },
  clock: Clock,
): Probation {
  const startedAt = clock.monotonic();
  const usual: Tally = { ...before.tally };
  const atFirst: Tally = { ...own.tally };
  let lateAtFirst = 0;
  const { cameras, deadlineMs } = own.setup;
  /** @param forMs at least so long; a timer may run a moment before its time */
  const judged = (forMs = 0): void => {
    const all = since(own.tally, atFirst);
    if (all.judged <= settlingPictures) lateAtFirst = all.late;
    const now = { ...all, late: all.late - lateAtFirst };
    const reason = unfitness(now, usual, deadlineMs);
    if (reason !== undefined) unfit(reason);
    else if (isOver(rules, now.judged / cameras.length, Math.max(forMs, clock.monotonic() - startedAt))) over();
  };
  const timers = [rules.atLeastMs, rules.atMostMs].map((ms) => clock.after(ms, () => judged(ms)));
  return {
    judged: () => judged(),
    end() {
      for (const cancel of timers) cancel();
    },
  };
}
