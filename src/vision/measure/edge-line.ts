/** What an edge is like against the same edge of the reference picture, in the unit of its readings. */
export interface EdgeLine {
  /** Where it lies; undefined where fewer than half of the readings found an edge: there is none that could lie anywhere. */
  readonly course:
    | {
        /** Middle of the deviations, towards the inside positive. */
        readonly shift: number;
        /** Root of the mean square of the deviations from a straight line through them; a tilt is not counted. */
        readonly straightness: number;
      }
    | undefined;
  /** Longest run without an edge near its place, and where it begins. */
  readonly gap: { readonly first: number; readonly count: number };
}

/**
 * @param readings of calipers along the edge, in order; undefined = no edge within reach
 * @param near an edge within this distance of its place is there
 */
export function edgeLine(readings: readonly (number | undefined)[], near: number): EdgeLine {
  const found = readings.flatMap((t, i) => (t === undefined ? [] : [{ i, t }]));
  const isThere = found.length > 0 && 2 * found.length >= readings.length;
  return {
    course: isThere ? { shift: middle(found.map((f) => f.t)), straightness: straightness(found) } : undefined,
    gap: longestGap(readings, near),
  };
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function straightness(found: readonly { readonly i: number; readonly t: number }[]): number {
  const n = found.length;
  if (n < 3) return 0;
  const sum = (of: (f: (typeof found)[number]) => number): number => found.reduce((total, f) => total + of(f), 0);
  const [mi, mt] = [sum((f) => f.i) / n, sum((f) => f.t) / n];
  const slope = sum((f) => (f.i - mi) * (f.t - mt)) / sum((f) => (f.i - mi) ** 2);
  return Math.sqrt(sum((f) => (f.t - mt - slope * (f.i - mi)) ** 2) / n);
}

function longestGap(readings: readonly (number | undefined)[], near: number): EdgeLine["gap"] {
  let longest = { first: 0, count: 0 };
  let first = 0;
  for (const [i, t] of readings.entries()) {
    if (t !== undefined && Math.abs(t) <= near) first = i + 1;
    else if (i + 1 - first > longest.count) longest = { first, count: i + 1 - first };
  }
  return longest;
}
