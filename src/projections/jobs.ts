import { countUnit, noCounts } from "../domain/counts.ts";
import { isFinished, isPrepared, type JobOrder, type JobState } from "../domain/job.ts";
import type { JobBody, JobTotals, LedgerEntry } from "../domain/ledger-entry.ts";
import type { UnitRecord } from "../domain/unit-record.ts";
import { countDefect } from "./minutes.ts";

/** A job order on the station's list. */
export interface Job {
  readonly order: JobOrder;
  readonly state: JobState;
  /** Given with its last change; "" = none. */
  readonly comment: string;
  /** Offset of the entry that stored it: tells two orders of one id apart. */
  readonly storedAt: number;
  /** Who stored it. */
  readonly by: string;
  /** UTC ms; absent until its first unit. */
  readonly startedAt?: number;
  /** UTC ms; absent until it is ended or aborted. */
  readonly endedAt?: number;
  readonly totals: JobTotals;
}
const noTotals: JobTotals = { counts: noCounts, defects: {}, firstSequence: 0, lastSequence: 0 };

/** In the order in which they were stored; at most one of them is running or interrupted. */
export type Jobs = readonly Job[];

export const findJob = (jobs: Jobs, jobOrderId: string): Job | undefined =>
  jobs.find(({ order }) => order.jobOrderId === jobOrderId);
/** The one that has the station: nothing else begins before it is ended or aborted. */
export const activeJob = (jobs: Jobs): Job | undefined =>
  jobs.find(({ state }) => !isPrepared(state) && !isFinished(state));
/** Those whose response can be asked for (OPC 10031-4 §6.2.7.1). */
export const startedJobs = (jobs: Jobs): Jobs => jobs.filter(({ state }) => !isPrepared(state));

/** The one whose turn it is when the next unit comes: highest priority, then earliest proposed start, then first stored. */
export function nextJob(jobs: Jobs): Job | undefined {
  if (activeJob(jobs)) return undefined;
  return jobs
    .filter(({ state }) => state === "allowedToStart")
    .sort(
      (a, b) =>
        b.order.priority - a.order.priority ||
        (a.order.startTime ?? Number.MAX_SAFE_INTEGER) - (b.order.startTime ?? Number.MAX_SAFE_INTEGER),
    )[0];
}

/** The list after one more job entry. */
export function foldJob(jobs: Jobs, { order, state, comment, event }: JobBody, entry: LedgerEntry): Jobs {
  const { jobOrderId } = order;
  if (state === "removed") return jobs.filter((job) => job.order.jobOrderId !== jobOrderId);
  if (event === "stored")
    return [...jobs, { order, state, comment, storedAt: entry.offset, by: entry.by, totals: noTotals }];
  return jobs.map((job) =>
    job.order.jobOrderId !== jobOrderId
      ? job
      : {
          ...job,
          order,
          state,
          comment,
          ...(event === "began" && { startedAt: entry.time }),
          ...(isFinished(state) && { endedAt: entry.time }),
        },
  );
}

/** The list after one more unit: it belongs to the running order, if it carries its lot. */
export function countInJob(jobs: Jobs, unit: UnitRecord): Jobs {
  const running = activeJob(jobs);
  if (running?.state !== "running" || running.order.lot !== unit.context.lot) return jobs;
  const { counts, defects, firstSequence } = running.totals;
  const totals = {
    counts: countUnit(counts, unit.unitKind, unit.verdict.kind),
    defects: countDefect(defects, unit),
    firstSequence: firstSequence || unit.sequence,
    lastSequence: unit.sequence,
  };
  return jobs.map((job) => (job === running ? { ...job, totals } : job));
}
