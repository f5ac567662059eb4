import { expectedDateCode } from "../../../src/cameras/synthetic/date-code.ts";
import type { UnitTruth } from "../../../src/cameras/synthetic/unit-truth.ts";
import type { Answer } from "./inspector.ts";

/** What became of units whose truth is known; tallies of several runs add up. */
export interface Tally {
  units: number;
  /** Good passed, defective failed, empty belt absent. */
  rightVerdicts: number;
  good: number;
  goodFailed: number;
  goodInvalid: number;
  /** Defective, and passed or taken for an empty belt. */
  missed: number;
  /** Labels that were measured, and the squares of how far that was off, mm². */
  offsets: number;
  offsetSquares: number;
  offsetWorst_mm: number;
  /** Good prints on good units, and those of them whose date and text were read exactly. */
  goodPrints: number;
  exactDates: number;
  exactTexts: number;
  /** Passed although the print says something else than was read or than must be printed. */
  wrongDatesAccepted: number;
  /** Codes that can be read on good units, and those of them whose serial became the UnitId. */
  codes: number;
  exactUnitIds: number;
  /** `truth → told` → units: the truth's first class and the first class that was reported, or the verdict. */
  confusion: Record<string, number>;
  /** Descriptions of the first wrong verdicts. */
  wrong: string[];
}

/** What became of pictures that do not show what is there. */
export interface FaultTally {
  pictures: number;
  /** `fault → told` → pictures. */
  told: Record<string, number>;
  /** Must be 0: passed although the camera was at fault. */
  passes: number;
  /** Must be 0: taken for an empty belt although a unit was there. */
  vanished: number;
}

export const emptyTally = (): Tally => ({
  units: 0,
  rightVerdicts: 0,
  good: 0,
  goodFailed: 0,
  goodInvalid: 0,
  missed: 0,
  offsets: 0,
  offsetSquares: 0,
  offsetWorst_mm: 0,
  goodPrints: 0,
  exactDates: 0,
  exactTexts: 0,
  wrongDatesAccepted: 0,
  codes: 0,
  exactUnitIds: 0,
  confusion: {},
  wrong: [],
});
export const emptyFaultTally = (): FaultTally => ({ pictures: 0, told: {}, passes: 0, vanished: 0 });

const increment = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

/** What a picture came to, in one word: `pass`, `absent`, the first class, or why it is invalid. */
function wordOf(answer: Answer): string {
  if ("refused" in answer) return answer.refused;
  const { verdict, unitKind } = answer.inspection;
  if (unitKind === "absent") return "absent";
  if (verdict.kind === "fail") return verdict.defects[0].class;
  return verdict.kind === "invalid" ? verdict.reason : verdict.kind;
}
const isFail = (answer: Answer): boolean => "inspection" in answer && answer.inspection.verdict.kind === "fail";
const isPass = (answer: Answer): boolean => wordOf(answer) === "pass";

/** Counts one unit that the camera showed as it was. */
export function countUnit(tally: Tally, truth: UnitTruth, answer: Answer): void {
  const { absent, defects } = truth;
  const told = wordOf(answer);
  const isGood = !absent && defects.length === 0;
  const isRight = absent ? told === "absent" : isGood ? told === "pass" : isFail(answer);
  tally.units += 1;
  tally.rightVerdicts += Number(isRight);
  increment(tally.confusion, `${absent ? "absent" : (defects[0]?.class ?? "good")} → ${told}`);
  if (!isRight && tally.wrong.length < 40)
    tally.wrong.push(`unit ${truth.unit}: ${JSON.stringify(defects)} → ${JSON.stringify(answer)}`);
  if (isGood) {
    tally.good += 1;
    tally.goodFailed += Number(isFail(answer));
    tally.goodInvalid += Number(!isFail(answer) && !isRight);
  } else if (!absent) tally.missed += Number(told === "pass" || told === "absent");
  if ("inspection" in answer && !absent) countReadings(tally, truth, answer);
}

function countReadings(
  tally: Tally,
  { unit, defects, label, code }: UnitTruth,
  answer: Extract<Answer, { inspection: object }>,
) {
  const { measures = {}, texts = {}, unitId } = answer.inspection;
  const measured = measures["label_offset_mm"];
  if (label && measured !== undefined && !defects.some((d) => d.class === "WRONG_LABEL")) {
    const error = measured - label.offset_mm;
    tally.offsets += 1;
    tally.offsetSquares += error * error;
    tally.offsetWorst_mm = Math.max(tally.offsetWorst_mm, Math.abs(error));
  }
  const due = expectedDateCode(unit);
  const spoiled = defects.find((d) => d.class === "DATE_CODE");
  const printed = spoiled?.printed ?? due;
  if (isPass(answer) && (texts["text"] !== printed.join("\n") || printed[0] !== due[0])) tally.wrongDatesAccepted += 1;
  if (defects.length > 0) return;
  tally.goodPrints += 1;
  tally.exactDates += Number(texts["date"] === isoOf(due[0]));
  tally.exactTexts += Number(texts["text"] === due.join("\n"));
  tally.codes += 1;
  tally.exactUnitIds += Number(code !== undefined && unitId === code.slice(-8));
}

/** `BB 14.07.2025` → `2025-07-14` */
const isoOf = (line: string): string => line.slice(3).split(".").reverse().join("-");

/** Counts one picture that was taken while the camera was at fault. What is wrong with the unit does not matter: nobody could see it. */
export function countFault(tally: FaultTally, fault: string, { absent }: UnitTruth, answer: Answer): void {
  tally.pictures += 1;
  tally.passes += Number(isPass(answer));
  tally.vanished += Number(!absent && wordOf(answer) === "absent");
  increment(tally.told, `${fault} → ${wordOf(answer)}`);
}

const added = (a: Record<string, number>, b: Record<string, number>): Record<string, number> => {
  const sum = { ...a };
  for (const [key, value] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + value;
  return sum;
};

/** Two runs together. */
export function addTallies<T extends Tally | FaultTally>(a: T, b: T): T {
  const sum: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(a)) {
    const other = (b as unknown as Record<string, unknown>)[key];
    if (key === "offsetWorst_mm") sum[key] = Math.max(value as number, other as number);
    else if (typeof value === "number") sum[key] = value + (other as number);
    else if (Array.isArray(value)) sum[key] = [...value, ...(other as unknown[])];
    else sum[key] = added(value as Record<string, number>, other as Record<string, number>);
  }
  return sum as unknown as T;
}
