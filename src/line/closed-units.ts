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

/** So many are remembered: minutes on the fastest line, far longer than any verdict takes. */
const remembered = 1_024;

export function createClosedUnits(): ClosedUnits {
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
