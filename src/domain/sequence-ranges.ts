/** Unit sequences from first to last, both included. */
export type SequenceRange = readonly [first: number, last: number];

/** Ranges in ascending order that neither overlap nor touch: one set of sequences has one such form. */
export type SequenceSet = readonly SequenceRange[];

/** The set of everything in `ranges`, which may come in any order and overlap; a range that ends before it begins is empty. */
export function sequenceSet(ranges: readonly SequenceRange[]): SequenceSet {
  const merged: [number, number][] = [];
  const ordered = ranges.filter(([first, last]) => first <= last).toSorted((a, b) => a[0] - b[0]);
  for (const [first, last] of ordered) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** What `set` has and `other` has not. */
export function withoutSequences(set: SequenceSet, other: SequenceSet): SequenceSet {
  const rest: SequenceRange[] = [];
  let next = 0;
  for (const [first, last] of set) {
    let from = first;
    while (next < other.length && other[next]![1] < first) next++;
    for (let n = next; n < other.length && other[n]![0] <= last; n++) {
      const [begins, ends] = other[n]!;
      if (begins > from) rest.push([from, begins - 1]);
      from = Math.max(from, ends + 1);
    }
    if (from <= last) rest.push([from, last]);
  }
  return rest;
}

/** How many sequences there are in it. */
export const countSequences = (set: SequenceSet): number =>
  set.reduce((sum, [first, last]) => sum + last - first + 1, 0);
