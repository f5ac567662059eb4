/** One place of a printed line: the characters that may stand there. */
export interface Place {
  readonly characters: string;
  /** Which field of the print it belongs to, e.g. `dd`. */
  readonly field?: PrintField;
  /** Recognisers often lose blanks: the place may be passed over, but stands in the text all the same. */
  readonly isOptional: boolean;
}

/** All ways in which a line may be printed; each is a row of places. */
export interface PrintGrammar {
  readonly pattern: string;
  readonly alternatives: readonly (readonly Place[])[];
}

const digit = "0123456789";
/** Fields of a pattern, written in braces, and what may stand at each of their places. */
const fields = {
  dd: ["0123", digit],
  mm: ["01", digit],
  yy: [digit, digit],
  yyyy: ["2", "0", digit, digit],
  hh: ["012", digit],
  min: ["012345", digit],
} as const satisfies Record<string, readonly string[]>;
export type PrintField = keyof typeof fields;

/** More would be a mistake in a recipe, and time. */
const maximumAlternatives = 64;

/** Two rows of places for every pair. */
const joined = (before: readonly Place[][], after: readonly Place[][]): Place[][] =>
  before.flatMap((b) => after.map((a) => [...b, ...a]));

/**
 * Compiles a recipe's pattern: `{dd}`, `{mm}`, `{yy}`, `{yyyy}`, `{hh}`, `{min}` are fields, `#` is a digit, `@` a capital
 * letter, `[ABC]` one of these, `(EXP |BB |)` one of these texts; everything else stands for itself, `\` before a special
 * character too.
 * @throws RangeError that says what is wrong with the pattern and where.
 */
export function compilePrintGrammar(pattern: string): PrintGrammar {
  let rows: Place[][] = [[]];
  const literal = (character: string): Place => ({ characters: character, isOptional: character === " " });
  const fault = (what: string, at: number): RangeError =>
    new RangeError(`The print pattern "${pattern}" has ${what} at character ${at + 1}.`);
  const closing = (at: number, close: string): number => {
    const end = pattern.indexOf(close, at);
    if (end < 0) throw fault(`no "${close}" for the "${pattern[at]}"`, at);
    return end;
  };
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    let next: Place[][];
    if (character === "{") {
      const end = closing(at, "}");
      const field = pattern.slice(at + 1, end);
      if (!Object.hasOwn(fields, field))
        throw fault(`the unknown field "${field}" (known: ${Object.keys(fields).join(", ")})`, at);
      const known = field as PrintField;
      next = [fields[known].map((characters) => ({ characters, field: known, isOptional: false }))];
      at = end;
    } else if (character === "[") {
      const end = closing(at, "]");
      if (end === at + 1) throw fault("an empty choice", at);
      next = [[{ characters: pattern.slice(at + 1, end), isOptional: false }]];
      at = end;
    } else if (character === "(") {
      const end = closing(at, ")");
      next = pattern
        .slice(at + 1, end)
        .split("|")
        .map((text) => [...text].map(literal));
      at = end;
    } else if (character === "#") next = [[{ characters: digit, isOptional: false }]];
    else if (character === "@") next = [[{ characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", isOptional: false }]];
    else if (character === "\\") {
      at += 1;
      if (at >= pattern.length) throw fault("a backslash with nothing behind it", at - 1);
      next = [[literal(pattern[at]!)]];
    } else next = [[literal(character)]];
    rows = joined(rows, next);
    if (rows.length > maximumAlternatives)
      throw fault(`more than ${maximumAlternatives} alternatives; split the pattern`, at);
  }
  if (rows.some((row) => row.every((place) => place.isOptional)))
    throw fault("an alternative without any character that must stand there", 0);
  return { pattern, alternatives: rows };
}
