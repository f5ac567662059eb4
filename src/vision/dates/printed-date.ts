import type { PrintField } from "./print-grammar.ts";

/** A printed date, `YYYY-MM-DD`, or `YYYY-MM` where no day is printed; undefined when there is no such day or nothing printed. */
export function printedDate(fields: ReadonlyMap<PrintField, string>): string | undefined {
  const [dd, mm] = [fields.get("dd"), fields.get("mm")];
  const yy = fields.get("yy");
  // Best before dates lie in this century; the grammar lets no other four digits pass either.
  const year = fields.get("yyyy") ?? (yy === undefined ? undefined : `20${yy}`);
  if (year === undefined || mm === undefined) return undefined;
  const month = Number(mm);
  if (month < 1 || month > 12) return undefined;
  if (dd === undefined) return `${year}-${mm}`;
  const day = Number(dd);
  return day < 1 || day > new Date(Date.UTC(Number(year), month, 0)).getUTCDate() ? undefined : `${year}-${mm}-${dd}`;
}

/** What the production context says must be printed. Dates are `YYYY-MM-DD`, of months `YYYY-MM`. */
export interface ExpectedPrint {
  readonly date?: string;
  /** What date follows from what else the print says, e.g. from its lot; undefined: it says nothing that makes sense. */
  dateFrom?(text: string): string | undefined;
  /** Must stand somewhere in the print, as a word of its own: lot A1 is not in A12. */
  readonly lot?: string;
  /** No date before this one makes sense. */
  readonly productionDate?: string;
}

/** The day so many days later. Both `YYYY-MM-DD`. */
export function daysLater(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** What can be wrong with what a print says. */
export type ContentProblem = "noSuchDate" | "beforeProduction" | "otherDate" | "otherLot";

/** Whether the word stands in the text with no letter or digit against it. */
function hasWord(text: string, word: string): boolean {
  const isPart = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!isPart(text[at - 1]) && !isPart(text[at + word.length])) return true;
  return false;
}

/** Compares a readable print with what is expected; nothing expected, nothing compared. */
export function contentProblems(
  date: string | undefined,
  text: string,
  { date: expected, dateFrom, lot, productionDate }: ExpectedPrint,
): readonly ContentProblem[] {
  if (date === undefined) return ["noSuchDate"];
  const length = date.length;
  const problems: ContentProblem[] = [];
  // ISO dates compare as text; a printed month is as good as its last day.
  if (productionDate !== undefined && date < productionDate.slice(0, length)) problems.push("beforeProduction");
  if (expected !== undefined && date !== expected.slice(0, length)) problems.push("otherDate");
  const due = dateFrom?.(text);
  if (due !== undefined && date !== due.slice(0, length)) problems.push("otherDate");
  if ((lot !== undefined && !hasWord(text, lot)) || (dateFrom && due === undefined)) problems.push("otherLot");
  return problems;
}
