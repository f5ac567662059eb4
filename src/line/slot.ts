import type { EntryDraft } from "../domain/ledger-entry.ts";
import type { StationState } from "../projections/station-state.ts";

/**
 * A place in the line's one order. Whatever becomes an entry (a unit, the end of a minute, a change of context or state)
 * takes its place when it happens and is written when everything before it is; so the order of the ledger is the order of
 * the line, whoever answers late.
 */
export interface Slot {
  /** False while it waits for something, e.g. a unit for its verdict. `state`: everything before it, once it is the first. */
  ready(state: StationState): boolean;
  /** What to write, given everything before it; may be nothing. Called again when the storage failed meanwhile. */
  produce(state: StationState): readonly EntryDraft[] | Promise<readonly EntryDraft[]>;
  /** Goes to disk in a batch of its own, so that `produce` may ask the ledger. */
  readonly alone?: boolean;
  /** Called once, after what it produced is on disk. */
  committed?(): void;
}
