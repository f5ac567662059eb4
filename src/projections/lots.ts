import type { ContextFields } from "../domain/context.ts";
import { type Counts, countUnit, noCounts, triggersOf } from "../domain/counts.ts";
import type { LotBody, LotTally } from "../domain/ledger-entry.ts";
import type { UnitRecord } from "../domain/unit-record.ts";
import { countDefect } from "./minutes.ts";

/** A lot as the fold keeps it; after its end the last one, until another starts. */
export interface LotState extends Omit<LotBody, "event" | "headHash" | "reconciled"> {
  readonly open: boolean;
  /** The first sequence of its present run; the lot before it may have had other runs. */
  readonly runFrom: number;
}

/** The first entry of a lot that nobody started before. */
export const newLot = ({ lot, orderId, sku }: ContextFields, now: number): LotBody => ({
  event: "started",
  lot,
  orderId,
  sku,
  counts: noCounts,
  defects: {},
  startedAt: now,
  firstSequence: 0,
  lastSequence: 0,
  tally: { sequences: 0, lotSequence: 0 },
});

/** The entry with which an ended lot goes on. */
export function resumedLot({ headHash: _, reconciled: __, ...ended }: LotBody): LotBody {
  return { ...ended, event: "started" };
}

/** What a lot entry makes of the state. @param sequence the last one before the entry */
export function foldLot({ event, headHash: _, reconciled: __, ...lot }: LotBody, sequence: number): LotState {
  return { ...lot, open: event === "started", runFrom: sequence + 1 };
}

/** The lot with one more of its units. */
export const countInLot = (lot: LotState, unit: UnitRecord): LotState => ({
  ...lot,
  counts: countUnit(lot.counts, unit.unitKind, unit.verdict.kind),
  defects: countDefect(lot.defects, unit),
  firstSequence: lot.firstSequence || unit.sequence,
  lastSequence: unit.sequence,
  ...(lot.tally && { tally: { ...lot.tally, lotSequence: Math.max(lot.tally.lotSequence, unit.lotSequence) } }),
});

/**
 * The last entry of a lot's run, reconciled: the counts, made unit by unit, against the tally, made from numbers alone.
 *
 * @param at where the station stands: its last sequence, and the hash of its last entry
 */
export function endedLot(
  { open: _, runFrom, tally: before, ...lot }: LotState,
  at: { readonly sequence: number; readonly hash: string },
): LotBody {
  // A lot begun before tallies were kept has units that only its counts know of.
  const tally = before && { ...before, sequences: before.sequences + at.sequence - runFrom + 1 };
  return {
    event: "ended",
    ...lot,
    ...(tally && { tally, reconciled: isReconciled(lot.counts, tally) }),
    headHash: at.hash,
  };
}

/** Every sequence of the lot's runs is one of its units, the last lot sequence is their number, and each has one verdict. */
export const isReconciled = (counts: Counts, { sequences, lotSequence }: LotTally): boolean =>
  triggersOf(counts) === sequences &&
  counts.units === lotSequence &&
  counts.units === counts.pass + counts.fail + counts.invalid + counts.notInspected;
