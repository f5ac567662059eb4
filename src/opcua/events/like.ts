/** One place of a pattern: a character out of (or not out of) a set, any one, or any number of any. */
type Token = { readonly kind: "many" } | { readonly kind: "one"; readonly fits: (character: string) => boolean };

/** `[a-f]`, `[^0-9x]`: the set between the brackets, ranges included. */
function setOf(body: string): (character: string) => boolean {
  const negated = body.startsWith("^");
  const characters = [...(negated ? body.slice(1) : body)];
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < characters.length; i++) {
    const isRange = characters[i + 1] === "-" && i + 2 < characters.length;
    ranges.push([characters[i]!, characters[isRange ? i + 2 : i]!]);
    if (isRange) i += 2;
  }
  return (c) => ranges.some(([low, high]) => c >= low && c <= high) !== negated;
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  const closes = nextCloses(characters);
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i]!;
    const close = c === "[" ? closes[i + 1]! : -1;
    if (c === "%") tokens.push({ kind: "many" });
    else if (c === "_") tokens.push({ kind: "one", fits: () => true });
    else if (close > i + 1) {
      tokens.push({ kind: "one", fits: setOf(characters.slice(i + 1, close).join("")) });
      i = close;
    } else {
      const literal = c === "\\" && i + 1 < characters.length ? characters[++i]! : c;
      tokens.push({ kind: "one", fits: (other) => other === literal });
    }
  }
  return tokens;
}

/** Where the next `]` at or behind each place is, -1 when there is none: found in one pass, however many `[` are open. */
function nextCloses(characters: readonly string[]): readonly number[] {
  const closes = Array<number>(characters.length + 1).fill(-1);
  for (let i = characters.length - 1; i >= 0; i--) closes[i] = characters[i] === "]" ? i : closes[i + 1]!;
  return closes;
}

/**
 * Reads a pattern of `%`, `_`, `[list]`, `[^list]` and `\` (OPC 10000-4 §7.7.3, Table 124). Case counts. Reading costs its
 * length; asking whether a text follows it never more than length of the text times length of the pattern.
 */
export function compileLike(pattern: string): (text: string) => boolean {
  const tokens = tokensOf(pattern);
  return (text) => follows(tokens, [...text]);
}

function follows(tokens: readonly Token[], characters: readonly string[]): boolean {
  let t = 0;
  let c = 0;
  /** Where to go on when the newest `%` has to swallow one more. */
  let again: { readonly token: number; character: number } | undefined;
  while (c < characters.length) {
    const token = tokens[t];
    if (token?.kind === "many") {
      again = { token: ++t, character: c };
    } else if (token?.fits(characters[c]!)) {
      t++;
      c++;
    } else if (again) {
      t = again.token;
      c = ++again.character;
    } else return false;
  }
  return tokens.slice(t).every(({ kind }) => kind === "many");
}
