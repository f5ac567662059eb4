import { setTimeout as sleep } from "node:timers/promises";
import type { Committed, EntryDraft } from "../domain/ledger-entry.ts";
import { AppError, errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { foldEntry, type StationState } from "../projections/station-state.ts";
import type { Slot } from "./slot.ts";

/** Entries that one call to the ledger takes at most. */
const batchSize = 64;
/** Between tries while the storage refuses, ms. */
const retryMs = 500;

/** Writes slots in their order, each when it and everything before it is ready, and keeps the state that results. */
export interface Sequencer {
  /** What the ledger says of this station, as of its last committed entry. */
  readonly state: StationState;
  /** Slots that wait, ready or not. */
  readonly length: number;
  /** Takes the last place. */
  push(slot: Slot): void;
  /** Looks whether the first slots have become ready. */
  advance(): void;
  /** Why nothing reaches the disk at present; "" when it does. */
  readonly storageFault: string;
  /** Resolves when nothing waits any more, or rejects with what keeps the ledger from being written for good. */
  drained(): Promise<void>;
}

/**
 * @param append the ledger; a `retryable` AppError is tried again until it works, any other ends the line (`onFatal`).
 * @param consequences what else the entries so far prove, asked after each: written behind it, in the same batch.
 * @param onCommitted told in order, before the next batch is made.
 */
export function createSequencer(
  initial: StationState,
  append: (drafts: readonly EntryDraft[]) => Promise<readonly Committed[]>,
  onCommitted: (state: StationState, entries: readonly Committed[]) => void,
  onFatal: (error: unknown) => void,
  log: Log,
  consequences: (planned: StationState) => readonly EntryDraft[] = () => [],
): Sequencer {
  let state = initial;
  const slots: Slot[] = [];
  let running: Promise<void> | undefined;
  let fault = "";
  let dead: unknown;

  /** Tries until the storage lets it; anything that trying again cannot mend is thrown. */
  const insist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        const result = await work();
        if (fault !== "") log.info("ledger works again");
        fault = "";
        return result;
      } catch (error) {
        if (!(error instanceof AppError && error.retryable)) throw error;
        if (fault === "")
          log.error("ledger does not work; units wait in memory until it does: make room on the disk", {
            reason: errorText(error),
          });
        fault = errorText(error);
        await sleep(retryMs);
      }
    }
  };

  /** The slots of the next batch with what they produce, each seeing the ones before it. */
  const nextBatch = async (): Promise<{ taken: Slot[]; drafts: EntryDraft[] }> => {
    const taken: Slot[] = [];
    const drafts: EntryDraft[] = [];
    let planned = state;
    const plan = (draft: EntryDraft): void => {
      drafts.push(draft);
      planned = foldEntry(planned, { entry: { ...draft, v: 0, offset: 0, committedAt: 0 }, hash: "" });
    };
    while (slots.length > 0 && slots[0]!.ready(planned) && drafts.length < batchSize) {
      const slot = slots[0]!;
      if (slot.alone && taken.length > 0) break;
      slots.shift();
      taken.push(slot);
      const before = planned;
      for (const draft of await insist(async () => slot.produce(before))) {
        plan(draft);
        for (const follows of consequences(planned)) plan(follows);
      }
      if (slot.alone) break;
    }
    return { taken, drafts };
  };

  const pump = async (): Promise<void> => {
    while (slots[0]?.ready(state)) {
      const { taken, drafts } = await nextBatch();
      if (drafts.length > 0) {
        const committed = await insist(() => append(drafts));
        state = committed.reduce(foldEntry, state);
        onCommitted(state, committed);
      }
      for (const slot of taken) slot.committed?.();
    }
  };
  const advance = (): void => {
    if (running || dead !== undefined || !slots[0]?.ready(state)) return;
    running = pump()
      .catch((error: unknown) => {
        dead = error;
        onFatal(error);
      })
      .finally(() => {
        running = undefined;
        advance();
      });
  };

  return {
    get state() {
      return state;
    },
    get length() {
      return slots.length;
    },
    get storageFault() {
      return fault;
    },
    push(slot) {
      slots.push(slot);
      advance();
    },
    advance,
    async drained() {
      while (dead === undefined && (running || slots[0]?.ready(state))) await (running ?? sleep(0));
      if (dead !== undefined) throw dead;
    },
  };
}
