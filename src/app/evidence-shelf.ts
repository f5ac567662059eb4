import { Worker } from "node:worker_threads";
import type { AlarmRow } from "../domain/alarm.ts";
import type { EvidenceBudget, ShelfChange } from "../domain/evidence.ts";
import type { Log } from "../platform/log.ts";
import type { EvidenceState } from "../projections/evidence.ts";
import type { SweepPlan, SweepSetup } from "./evidence-sweep.ts";

/** Keeps a station's pictures within their budget, and away from the last of the disk. */
export interface EvidenceShelf extends AsyncDisposable {
  /** To be called about once a minute. */
  check(known: {
    readonly now: number;
    /** While false no picture is too old: a clock that has jumped would have all of them removed. */
    readonly clockSynchronized: boolean;
    readonly freeDiskMb?: number | undefined;
  }): void;
  /** False while no picture is to be kept. */
  readonly isOpen: boolean;
}

export interface ShelfOptions {
  /** The station's own folder. */
  readonly folder: string;
  readonly budget: EvidenceBudget;
  /** Pictures stop where this alarm begins: what is left then is for the ledger. */
  readonly storageLow: Pick<AlarmRow, "limit" | "deadband">;
}
export interface ShelfDeps {
  readonly log: Log;
  state(): EvidenceState;
  /** Writes the entry; calls back when it is on disk. */
  tell(change: ShelfChange, committed?: () => void): void;
  /** Lets the vision process keep pictures, or not. */
  enable(isEnabled: boolean): void;
}

/** Pictures may be older than allowed by so much before it is worth looking for them, ms. */
const patienceMs = 3_600_000;
/** A sweep leaves so much of the budget free, so that the next is not due at once. */
const sweptShare = 0.95;

/** Whether pictures have to go. @param now UTC ms; undefined while nobody can tell how old they are */
export const isSweepDue = (
  { bytes, oldest }: EvidenceState,
  { maximumBytes, maximumAgeMs }: EvidenceBudget,
  now: number | undefined,
): boolean =>
  bytes > maximumBytes || (now !== undefined && oldest !== undefined && oldest < now - maximumAgeMs - patienceMs);

export function createEvidenceShelf({ folder, budget, storageLow }: ShelfOptions, deps: ShelfDeps): EvidenceShelf {
  const { log, state, tell, enable } = deps;
  let isOpen = state().stopped === "";
  let sweeper: Worker | undefined;

  const turn = (change: ShelfChange & { readonly reason: string }): void => {
    isOpen = change.event === "resumed";
    enable(isOpen);
    tell(change);
    if (isOpen) log.info("evidence pictures are kept again", { reason: change.reason });
    else log.warn("no evidence pictures are kept; make room on the disk of the data folder", { reason: change.reason });
  };
  const sweep = (now: number, clockSynchronized: boolean): void => {
    const setup: SweepSetup = {
      folder,
      now,
      before: clockSynchronized ? now - budget.maximumAgeMs : 0,
      maximumBytes: budget.maximumBytes * sweptShare,
    };
    const worker = new Worker(new URL("./evidence-sweep-thread.ts", import.meta.url), { workerData: setup });
    sweeper = worker;
    // The entry first: a picture that is gone without a word would look like one that somebody took away.
    worker.once("message", (plan: SweepPlan) => {
      const reason = state().bytes > budget.maximumBytes ? "budget" : "age";
      tell({ event: "expired", ...plan, reason }, () => worker.postMessage("go"));
      log.info("old evidence pictures are removed", { ...plan, reason });
    });
    worker.once("error", (error) =>
      log.warn("old evidence pictures could not be removed; check the rights in the evidence folder", {
        folder,
        reason: String(error),
      }),
    );
    worker.once("exit", () => {
      sweeper = undefined;
    });
  };

  return {
    get isOpen() {
      return isOpen;
    },
    check({ now, clockSynchronized, freeDiskMb }) {
      const { limit = 0, deadband = 0 } = storageLow;
      if (freeDiskMb !== undefined) {
        const free = `${Math.floor(freeDiskMb)} MB are free`;
        if (isOpen && freeDiskMb < limit) turn({ event: "stopped", reason: `only ${free}` });
        else if (!isOpen && freeDiskMb >= limit + deadband) turn({ event: "resumed", reason: free });
      }
      if (!sweeper && isSweepDue(state(), budget, clockSynchronized ? now : undefined)) sweep(now, clockSynchronized);
    },
    async [Symbol.asyncDispose]() {
      await sweeper?.terminate();
    },
  };
}
