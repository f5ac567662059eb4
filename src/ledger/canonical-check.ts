import { canonicalJson } from "../domain/canonical-json.ts";

/**
 * Whether `text`, which parses to `value`, is the canonical text of it. Asks the cheap question first: what
 * `JSON.stringify` gives back unchanged has canonical numbers, strings and spacing, so that only the order of keys is left
 * (and escaped surrogates, which may be lone). Everything else is left to `canonicalJson`.
 */
export function isCanonical(text: string, value: unknown): boolean {
  if (!text.includes("\\ud") && JSON.stringify(value) === text && hasSortedKeys(value)) return true;
  try {
    return canonicalJson(value) === text;
  } catch {
    return false; // a lone surrogate: parsed without complaint, but no canonical text says so
  }
}

function hasSortedKeys(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(hasSortedKeys);
  let before: string | undefined;
  for (const key of Object.keys(value)) {
    if (before !== undefined && !(before < key)) return false;
    if (!hasSortedKeys((value as Record<string, unknown>)[key])) return false;
    before = key;
  }
  return true;
}
