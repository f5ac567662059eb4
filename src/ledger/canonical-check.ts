import { canonicalJson } from "../domain/canonical-json.ts";

/**
 * Whether `text`, which parses to `value`, is the canonical text of it. Verify asks this of every entry, so the common
 * case, a text without escapes, is answered by one pass over its tokens; everything else is left to `canonicalJson`.
 */
export function isCanonical(text: string, value: unknown): boolean {
  if (!text.includes("\\")) return hasCanonicalTokens(text);
  try {
    return canonicalJson(value) === text;
  } catch {
    return false; // a lone surrogate: parsed without complaint, but no canonical text says so
  }
}

const code = (character: string): number => character.charCodeAt(0);
const [quote, comma, colon, openBrace, closeBrace] = [code('"'), code(","), code(":"), code("{"), code("}")];
const [openBracket, closeBracket, minus, zero, nine] = [code("["), code("]"), code("-"), code("0"), code("9")];
/** First letter of a literal → its length. */
const literals = new Map([
  [code("t"), 4],
  [code("f"), 5],
  [code("n"), 4],
]);

/**
 * For valid JSON without a backslash: no white space between tokens, keys of each object in ascending order, numbers as
 * ECMAScript writes them. Strings without escapes have one form only.
 */
function hasCanonicalTokens(text: string): boolean {
  const lastKeys: string[] = []; // one per open object or array; "" is before every key but the empty one
  const hasKey: boolean[] = [];
  for (let i = 0; i < text.length; ) {
    const c = text.charCodeAt(i);
    if (c === quote) {
      const end = text.indexOf('"', i + 1);
      if (text.charCodeAt(end + 1) === colon) {
        const key = text.slice(i + 1, end);
        const depth = lastKeys.length - 1;
        if (hasKey[depth] && !(lastKeys[depth]! < key)) return false;
        lastKeys[depth] = key;
        hasKey[depth] = true;
        i = end + 2;
      } else i = end + 1;
    } else if (c === comma) i += 1;
    else if (c === openBrace || c === openBracket) {
      lastKeys.push("");
      hasKey.push(false);
      i += 1;
    } else if (c === closeBrace || c === closeBracket) {
      lastKeys.pop();
      hasKey.pop();
      i += 1;
    } else if (c === minus || (c >= zero && c <= nine)) {
      const end = endOfNumber(text, i);
      if (!isCanonicalNumber(text, i, end)) return false;
      i = end;
    } else {
      const length = literals.get(c);
      if (length === undefined) return false; // white space
      i += length;
    }
  }
  return true;
}

function endOfNumber(text: string, start: number): number {
  for (let end = start + 1; ; end++) {
    const c = text.charCodeAt(end);
    if (Number.isNaN(c) || c === comma || c === closeBrace || c === closeBracket || c <= 32) return end;
  }
}

function isCanonicalNumber(text: string, start: number, end: number): boolean {
  if (isShortWhole(text, start, end)) return true;
  const number = text.slice(start, end);
  return String(Number(number)) === number;
}

/** Digits only, without a leading zero, and few enough to be exact: most numbers of an entry, without making a string. */
function isShortWhole(text: string, start: number, end: number): boolean {
  if (end - start > 15 || (text.charCodeAt(start) === zero && end - start > 1)) return false;
  for (let i = start; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c < zero || c > nine) return false;
  }
  return true;
}
