/** Fields of a lot pattern and the digits that they stand for. */
const fields = { yy: 2, yyyy: 4, ddd: 3, mm: 2, dd: 2 } as const;
type Field = keyof typeof fields;

/** Finds the production date in a lot. */
export type LotDate = (text: string) => string | undefined;

/**
 * Compiles how a plant writes the production date into its lots: `{yy}` or `{yyyy}`, then `{ddd}` (day of the year) or
 * `{mm}` and `{dd}`; everything else stands for itself. `L{yy}{ddd}` finds 2025-01-14 in `L25014A 06:12`. The lot may stand
 * anywhere in the text, but begins a word; what follows it is not looked at.
 * @throws RangeError that says what is wrong with the pattern.
 */
export function compileLotDate(pattern: string): LotDate {
  const named = [...pattern.matchAll(/\{(\w*)\}/g)].map(([, name]) => name!);
  const unknown = named.find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined)
    throw new RangeError(
      `The lot pattern "${pattern}" has the unknown field "${unknown}" (known: ${Object.keys(fields).join(", ")}).`,
    );
  const has = (...wanted: Field[]): boolean => wanted.every((name) => named.filter((n) => n === name).length === 1);
  if (has("yy") === has("yyyy") || (has("ddd") ? named.length !== 2 : !has("mm", "dd") || named.length !== 3))
    throw new RangeError(
      `The lot pattern "${pattern}" does not say a day: give {yy} or {yyyy}, and {ddd} or {mm} and {dd}, each once.`,
    );
  const source = pattern
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith("{")
        ? `(?<${part.slice(1, -1)}>\\d{${fields[part.slice(1, -1) as Field]}})`
        : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  const expression = new RegExp(`(?<![A-Za-z0-9])${source}`);
  return (text) => {
    const found = expression.exec(text)?.groups;
    return found && dateOf(found);
  };
}

function dateOf({ yy, yyyy, ddd, mm = "01", dd = "01" }: Partial<Record<Field, string>>): string | undefined {
  const year = Number(yyyy ?? `20${yy}`);
  const day = new Date(Date.UTC(year, Number(mm) - 1, ddd === undefined ? Number(dd) : Number(ddd)));
  // A date that the calendar had to correct is none: 31 February, day 366 of 2025, month 13.
  const isThere =
    day.getUTCFullYear() === year &&
    (ddd === undefined ? day.getUTCMonth() === Number(mm) - 1 && day.getUTCDate() === Number(dd) : ddd !== "000");
  return isThere ? day.toISOString().slice(0, 10) : undefined;
}
