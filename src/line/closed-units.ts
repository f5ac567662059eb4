/** A unit whose outcome is fixed; its sequence is 0 until it has taken its place in the ledger. */
export interface ClosedUnit {
  /** Monotonic ms. */
  readonly at: number;
  sequence: number;
}

/** Remembers the units closed last, by trigger id: a late verdict is a note on one of them. */
export interface ClosedUnits {
  add(triggerId: number, at: number): void;
  find(triggerId: number): ClosedUnit | undefined;
}

/** So many whose record is on disk are remembered: minutes on the fastest line, far longer than any verdict takes. */
const rememberedWritten = 1_024;

/** @param maximumWaiting units that may wait for the disk: none of them is forgotten before it has its sequence */
export function createClosedUnits(maximumWaiting: number): ClosedUnits {
  const remembered = maximumWaiting + rememberedWritten;
  const units = new Map<number, ClosedUnit>();
  return {
    add(triggerId, at) {
      units.delete(triggerId); // an id that came round again is the youngest
      units.set(triggerId, { at, sequence: 0 });
      if (units.size > remembered) units.delete(units.keys().next().value!);
    },
    find: (triggerId) => units.get(triggerId),
  };
}
