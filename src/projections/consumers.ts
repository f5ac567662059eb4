import type { AcknowledgementBody } from "../domain/ledger-entry.ts";
import {
  countSequences,
  type SequenceRange,
  type SequenceSet,
  sequenceSet,
  withoutSequences,
} from "../domain/sequence-ranges.ts";

/** How far a consumer has acknowledged the units of a station. */
export interface Delivery {
  /** Every sequence up to it is acknowledged, the next one is not; 0 before the first. */
  readonly cursor: number;
  /** What is acknowledged beyond, out of order. Never touches the cursor. */
  readonly beyond: SequenceSet;
}
export const nothingAcknowledged: Delivery = { cursor: 0, beyond: [] };

/** Deliveries of one station by consumer; one that has never acknowledged anything is not in it. */
export type Deliveries = Readonly<Record<string, Delivery>>;

const acknowledged = ({ cursor, beyond }: Delivery): SequenceSet => sequenceSet([[1, cursor], ...beyond]);

/** What an acknowledgement newly covers, and where it leads. Acknowledging again covers nothing new. */
export function acknowledge(
  delivery: Delivery,
  ranges: readonly SequenceRange[],
): { readonly covered: SequenceSet; readonly delivery: Delivery } {
  const covered = withoutSequences(sequenceSet(ranges), acknowledged(delivery));
  if (covered.length === 0) return { covered, delivery };
  const [head, ...rest] = sequenceSet([...acknowledged(delivery), ...covered]);
  return {
    covered,
    delivery: head![0] === 1 ? { cursor: head![1], beyond: rest } : { cursor: 0, beyond: [head!, ...rest] },
  };
}

/** The deliveries after one more entry of kind `acknowledgement`. */
export const foldAcknowledgement = (deliveries: Deliveries, { consumer, ranges }: AcknowledgementBody): Deliveries => ({
  ...deliveries,
  [consumer]: acknowledge(deliveries[consumer] ?? nothingAcknowledged, ranges).delivery,
});

/** How many of the units up to `head` are not acknowledged. */
export const unacknowledged = ({ cursor, beyond }: Delivery, head: number): number =>
  head - cursor - countSequences(beyond);

/** The first unit that is not acknowledged; `undefined` when all up to `head` are. */
export const oldestUnacknowledged = ({ cursor }: Delivery, head: number): number | undefined =>
  cursor < head ? cursor + 1 : undefined;
