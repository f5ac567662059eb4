/** A GS1 element string taken apart: application identifier → value. */
export type ElementString = ReadonlyMap<string, string>;

/** Why a content is not a GS1 element string. */
export interface NotGs1 {
  readonly error: string;
}

/** Ends a value of variable length (FNC1 in the symbol). */
export const groupSeparator = "\u001d";

interface Identifier {
  /** Pattern of the identifier itself; `n` is a decimal position. */
  readonly ai: RegExp;
  readonly minimum: number;
  readonly maximum: number;
  readonly isNumeric: boolean;
}

/** Identifier pattern, length (`14` or `1-20`), N = digits only. After GS1 General Specifications, section 3.2; what food and its packaging use. */
const table: readonly Identifier[] = (
  [
    ["00", "18", "N"],
    ["0[12]", "14", "N"],
    ["10", "1-20"],
    ["1[123567]", "6", "N"],
    ["20", "2", "N"],
    ["21", "1-20"],
    ["22", "1-20"],
    ["235", "1-28"],
    ["24[01]", "1-30"],
    ["242", "1-6", "N"],
    ["243", "1-20"],
    ["25[013]", "1-30"],
    ["254", "1-20"],
    ["30", "1-8", "N"],
    ["3[1-6]\\d\\d", "6", "N"],
    ["37", "1-8", "N"],
    ["39[0-3]\\d", "1-18", "N"],
    ["400", "1-30"],
    ["401", "1-30"],
    ["402", "17", "N"],
    ["403", "1-30"],
    ["41[0-7]", "13", "N"],
    ["420", "1-20"],
    ["421", "4-12"],
    ["42[2456]", "3", "N"],
    ["7001", "13", "N"],
    ["7002", "1-30"],
    ["7003", "10", "N"],
    ["7004", "1-4", "N"],
    ["7006", "6", "N"],
    ["7007", "6-12", "N"],
    ["8005", "6", "N"],
    ["8006", "18", "N"],
    ["8008", "8-12", "N"],
    ["8020", "1-25"],
    ["8200", "1-70"],
    ["90", "1-30"],
    ["9[1-9]", "1-90"],
  ] as const
).map(([ai, length, kind]) => {
  const [minimum, maximum = minimum] = length.split("-").map(Number);
  return { ai: new RegExp(`^${ai}`), minimum: minimum!, maximum: maximum!, isNumeric: kind === "N" };
});

/** First two digits of the identifiers that need no separator (GS1 General Specifications, figure 7.8.5-2). */
const predefined = /^(0[0-4]|1[1-9]|20|3[1-6]|41)/;

/** Takes an element string apart, as it stands in the symbol: without leading FNC1, GS after values of variable length. */
export function parseElementString(text: string): ElementString | NotGs1 {
  const elements = new Map<string, string>();
  let rest = text.startsWith(groupSeparator) ? text.slice(1) : text;
  while (rest !== "") {
    const row = table.find(({ ai }) => ai.test(rest));
    if (!row) return { error: `"${rest.slice(0, 4)}" is no application identifier that this program knows` };
    const ai = row.ai.exec(rest)![0];
    rest = rest.slice(ai.length);
    const separator = rest.indexOf(groupSeparator);
    const end = predefined.test(ai) ? row.maximum : separator < 0 ? rest.length : separator;
    const value = rest.slice(0, end);
    if (value.length < row.minimum || value.length > row.maximum)
      return { error: `(${ai}) has ${value.length} characters, expected ${row.minimum} to ${row.maximum}` };
    if (row.isNumeric && !/^\d*$/.test(value)) return { error: `(${ai})${value} must be digits only` };
    if (elements.has(ai) && elements.get(ai) !== value) return { error: `(${ai}) stands there twice and differs` };
    elements.set(ai, value);
    rest = rest.slice(end);
    if (rest.startsWith(groupSeparator)) rest = rest.slice(1);
  }
  const gtin = elements.get("01") ?? elements.get("02");
  if (gtin !== undefined && !hasCheckDigit(gtin)) return { error: `the GTIN ${gtin} has a wrong check digit` };
  return elements.size > 0 ? elements : { error: "it is empty" };
}

/** True for 8, 12, 13 or 14 digits whose last one is the GS1 check digit (General Specifications, section 7.9). */
export function hasCheckDigit(digits: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits.at(-1 - i)) * (i % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}

/** A GTIN of any length as 14 digits; undefined when it is none. */
export const gtin14 = (digits: string): string | undefined =>
  hasCheckDigit(digits) ? digits.padStart(14, "0") : undefined;

/**
 * A date `YYMMDD` as `YYYY-MM-DD`; undefined when there is no such day. Day 00 is the last of the month, and the century
 * is the one that brings it within −49…+50 years of `year` (General Specifications, section 7.12).
 */
export function gs1Date(yymmdd: string, year: number): string | undefined {
  if (!/^\d{6}$/.test(yymmdd)) return undefined;
  const [yy, month, day] = [yymmdd.slice(0, 2), yymmdd.slice(2, 4), yymmdd.slice(4)].map(Number) as [
    number,
    number,
    number,
  ];
  const difference = yy - (year % 100);
  const century = Math.floor(year / 100) + (difference >= 51 ? -1 : difference <= -50 ? 1 : 0);
  const full = century * 100 + yy;
  const last = new Date(Date.UTC(full, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day > last) return undefined;
  return `${full}-${String(month).padStart(2, "0")}-${String(day === 0 ? last : day).padStart(2, "0")}`;
}
