/**
 * RFC 8785 (JSON Canonicalization Scheme): the one text that a value has, so that its hash can be recomputed by anyone in
 * any language. ECMAScript's own number and string forms are the RFC's; what is left is the order of keys (UTF-16 code
 * units, §3.2.3). Members that are `undefined` are left out, as in `JSON.stringify`.
 *
 * @throws RangeError for what JSON cannot carry without loss: NaN, infinities, lone surrogates (RFC 8785 §3.2.2.2),
 * bigint, functions.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed()) throw new RangeError("a lone surrogate has no canonical JSON");
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new RangeError(`${value} has no canonical JSON`);
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      break;
    default:
      throw new RangeError(`a ${typeof value} has no canonical JSON`);
  }
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) members.push(`${canonicalJson(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}
