import type { Place, PrintField, PrintGrammar } from "./print-grammar.ts";

/** What a recogniser says per column of the picture. */
export interface Lattice {
  /** [columns, classes] probabilities. */
  readonly probabilities: Float32Array;
  readonly columns: number;
  readonly classes: number;
  /** Class of a character; 0 is "no character here" (blank). Undefined: the recogniser does not know it. */
  classOf(character: string): number | undefined;
}

/** The best reading of a line that its grammar allows. */
export interface LineReading {
  /** As printed, blanks included. */
  readonly text: string;
  /** The characters of each field, e.g. `dd` → `09`. */
  readonly fields: ReadonlyMap<PrintField, string>;
  /** Smallest share that a chosen character has among those allowed at its place, 0..1. */
  readonly confidence: number;
  /** Geometric mean over all columns of the probability of this reading, 0..1: low where the line says something else. */
  readonly fit: number;
}

/** Keeps a single wrong column from forbidding a reading. */
const floor = 1e-6;

/**
 * The most probable path through a lattice of connectionist temporal classification (Graves et al., 2006) among all texts
 * of the grammar: what no printer of this recipe prints cannot be read, so that `0` and `O`, `8` and `B` need no guess.
 */
export function decodeLattice(lattice: Lattice, grammar: PrintGrammar): LineReading | undefined {
  let best: { readonly score: number; readonly reading: () => LineReading } | undefined;
  for (const places of grammar.alternatives) {
    const found = bestPath(lattice, places);
    if (found && (!best || found.score > best.score)) best = found;
  }
  return best?.reading();
}

interface Step {
  /** Place that the character stands at. */
  readonly place: number;
  /** Index of the character among those allowed there. */
  readonly character: number;
}

/** Viterbi over places: a state is "blank after n places" or "character c of place n". */
function bestPath(
  { probabilities, columns, classes, classOf }: Lattice,
  places: readonly Place[],
): { readonly score: number; readonly reading: () => LineReading } | undefined {
  // State 0 is the blank before everything; place p has its characters from offsets[p] on, then its blank.
  const offsets: number[] = [];
  let states = 1;
  for (const { characters } of places) {
    offsets.push(states);
    states += characters.length + 1;
  }
  const classOfState = new Int32Array(states).fill(0);
  const placeOfState = new Int32Array(states).fill(-1);
  for (const [p, { characters }] of places.entries())
    for (let c = 0; c <= characters.length; c++) {
      classOfState[offsets[p]! + c] = c < characters.length ? (classOf(characters[c]!) ?? -1) : 0;
      placeOfState[offsets[p]! + c] = p;
    }
  const isBlank = (state: number): boolean => classOfState[state] === 0;
  /** States from which each state may be entered, besides itself. */
  const sources: number[][] = Array.from({ length: states }, () => []);
  for (const [p, { characters }] of places.entries()) {
    const blank = offsets[p]! + characters.length;
    for (let c = 0; c < characters.length; c++) {
      sources[blank]!.push(offsets[p]! + c);
      // Back over places that may be missing.
      for (let from = p - 1; ; from--) {
        const first = from < 0 ? 0 : offsets[from]!;
        const end = from < 0 ? 1 : first + places[from]!.characters.length + 1;
        for (let state = first; state < end; state++)
          if (isBlank(state) || classOfState[state] !== classOfState[offsets[p]! + c])
            sources[offsets[p]! + c]!.push(state);
        if (from < 0 || !places[from]!.isOptional) break;
      }
    }
  }
  const logOf = (column: number, state: number): number => {
    const index = classOfState[state]!;
    return Math.log(Math.max(floor, index < 0 ? 0 : probabilities[column * classes + index]!));
  };
  let scores = new Float64Array(states).fill(-Infinity);
  const backs: Int32Array[] = [];
  for (let column = 0; column < columns; column++) {
    const next = new Float64Array(states).fill(-Infinity);
    const back = new Int32Array(states);
    for (let state = 0; state < states; state++) {
      let [value, from] = [scores[state]!, state];
      if (column === 0) {
        const place = placeOfState[state]!;
        const isStart = state === 0 || (!isBlank(state) && places.slice(0, place).every((p) => p.isOptional));
        value = isStart ? 0 : -Infinity;
      } else
        for (const source of sources[state]!)
          if (scores[source]! > value) {
            value = scores[source]!;
            from = source;
          }
      next[state] = value + logOf(column, state);
      back[state] = from;
    }
    scores = next;
    backs.push(back);
  }
  let end = -1;
  for (let last = places.length - 1; last >= 0; last--) {
    for (let c = 0; c <= places[last]!.characters.length; c++) {
      const state = offsets[last]! + c;
      if (end < 0 || scores[state]! > scores[end]!) end = state;
    }
    if (!places[last]!.isOptional) break;
  }
  if (end < 0 || scores[end] === -Infinity) return undefined;
  const score = scores[end]!;
  return { score, reading: () => readingOf(score) };

  function readingOf(total: number): LineReading {
    const taken = new Map<number, Step & { share: number }>();
    for (let column = columns - 1, state = end; column >= 0; column--) {
      if (!isBlank(state)) {
        const place = placeOfState[state]!;
        const { characters } = places[place]!;
        const character = state - offsets[place]!;
        let sum = 0;
        for (let c = 0; c < characters.length; c++) sum += Math.exp(logOf(column, offsets[place]! + c));
        const share = Math.exp(logOf(column, state)) / sum;
        const known = taken.get(place);
        taken.set(place, { place, character, share: Math.max(share, known?.share ?? 0) });
      }
      state = backs[column]![state]!;
    }
    let [text, confidence] = ["", 1];
    const fields = new Map<PrintField, string>();
    for (const [p, { characters, field, isOptional }] of places.entries()) {
      const step = taken.get(p);
      const character = characters[step?.character ?? 0]!;
      text += character;
      if (field) fields.set(field, (fields.get(field) ?? "") + character);
      if (!isOptional) confidence = Math.min(confidence, step?.share ?? 0);
    }
    return { text, fields, confidence, fit: Math.exp(total / columns) };
  }
}
