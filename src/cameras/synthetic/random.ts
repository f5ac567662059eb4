/** A repeatable stream of numbers; whole numbers and exact arithmetic only, so that every machine draws the same. */
export interface Draws {
  /** 0..2³²-1 */
  next(): number;
  /** low..high, both inclusive */
  int(low: number, high: number): number;
  /** True with probability p (0..1). */
  chance(p: number): boolean;
  pick<T>(from: readonly T[]): T;
}

// Looked up once: inside a test's sandbox a global costs more than the multiplication.
const { imul } = Math;

function mix(value: number): number {
  let h = imul(value ^ (value >>> 16), 0x7feb352d);
  h = imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}

/**
 * The draws for one purpose of one unit. Nothing is carried from unit to unit, so unit n is the same whether or not the
 * units before it were asked for, and a new purpose changes none of the others.
 */
export function drawsFor(seed: number, unit: number, purpose: number): Draws {
  let state = mix(mix(mix(seed | 0) + (unit | 0)) + purpose);
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), state | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const int = (low: number, high: number): number => low + (next() % (high - low + 1));
  return { next, int, chance: (p) => next() < p * 4_294_967_296, pick: (from) => from[int(0, from.length - 1)]! };
}
