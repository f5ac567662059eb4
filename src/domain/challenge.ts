import type { UnitRecord } from "./unit-record.ts";

/**
 * How the line knows which unit is the test piece, in the order of the wire's `Recognition`: by a code on it, because it
 * comes alone on an empty line, or because the PLC says so.
 */
export const recognitions = ["code", "emptyLine", "plc"] as const;
export type Recognition = (typeof recognitions)[number];

/** A unit that a statement refers to. */
export interface ProvenAt {
  readonly sequence: number;
  /** Station time of its trigger, UTC ms. */
  readonly time: number;
}

/** A test piece is sent through the line, to prove that the inspection finds what is wrong with it. */
export interface Challenge {
  /** Names it for good within its ledger and station, e.g. `TEST-METAL-1/12`: the piece, and the how-manieth challenge it is. */
  readonly challengeId: string;
  /** What the piece's code says, or the name that the plant has for it. */
  readonly pieceId: string;
  /** Class that the inspection has to find on it. */
  readonly expectedClass: string;
  readonly recognition: Recognition;
  readonly armedBy: string;
  /** Station time, UTC ms. */
  readonly armedAt: number;
  /** Station time (UTC ms) by which the piece must have come. */
  readonly expiresAt: number;
  /** When the piece was last found: what was made since then is in doubt when it is not found now. Absent = never. */
  readonly lastPassed?: ProvenAt;
  /** The piece; absent when it did not come. */
  readonly unit?: ProvenAt;
  /** Classes that were found on it. */
  readonly found?: readonly string[];
  /** Whether the piece has left the line. No reject gate tells that yet: never taken for granted. */
  readonly ejected?: "notConfirmed";
  /** Why it failed or was cancelled. */
  readonly reason?: string;
  readonly signOff?: SignOff;
}
/** A person has seen the result and answers for what follows from it. */
export interface SignOff {
  readonly by: string;
  /** Station time, UTC ms. */
  readonly at: number;
  /** "" = none. */
  readonly comment: string;
}

export const challengeEvents = ["armed", "passed", "failed", "cancelled", "signedOff"] as const;
export type ChallengeEvent = (typeof challengeEvents)[number];
/** How a challenge can end. */
export type ChallengeResult = Exclude<ChallengeEvent, "armed" | "signedOff">;

/** What a site tests, how often, and by what it recognises it. */
export interface ChallengeRules {
  /** Its test pieces; with none, any piece may be armed and nothing is ever due. */
  readonly pieces: readonly { readonly id: string; readonly class: string }[];
  /** Classes that a piece can be of. */
  readonly defectClasses: readonly string[];
  readonly schedule?: ChallengeSchedule | undefined;
  /** Recognised by an empty line: no other unit for this long before and after the piece, ms. */
  readonly aloneMs: number;
  /** How long a challenge waits for its piece when nobody says otherwise, ms. */
  readonly validMs: number;
}
export type ChallengeSchedule =
  /** Each piece once in each shift, within this long from its beginning. */
  { readonly every: "shift"; readonly withinMs: number } | { readonly every: "interval"; readonly ms: number };

/** Nothing has to be tested. */
export const noChallenges: ChallengeRules = { pieces: [], defectClasses: [], aloneMs: 3_000, validMs: 300_000 };

/**
 * When a piece is due (station time, UTC ms): until then all is well. A piece that was never found is due since the shift
 * began, or that long after it. `undefined` = not before the next shift.
 */
export function dueAt(
  schedule: ChallengeSchedule,
  lastPassed: ProvenAt | undefined,
  shiftStartedAt: number,
): number | undefined {
  if (schedule.every === "interval") return lastPassed ? lastPassed.time + schedule.ms : shiftStartedAt;
  return lastPassed && lastPassed.time >= shiftStartedAt ? undefined : shiftStartedAt + schedule.withinMs;
}

/** What the piece's own record says of the challenge. Found is only what a fail names: a unit in doubt is no proof. */
export function challengedBy(
  challenge: Challenge,
  { sequence, triggeredAt, verdict, cameras }: UnitRecord,
): { readonly event: ChallengeResult; readonly challenge: Challenge } {
  const { expectedClass } = challenge;
  const verdicts = [verdict, ...cameras.map((camera) => camera.verdict)];
  const found = [...new Set(verdicts.flatMap((v) => (v.kind === "fail" ? v.defects.map((d) => d.class) : [])))];
  const unit = { sequence, time: triggeredAt };
  const seen = { ...challenge, unit, found, ejected: "notConfirmed" } as const;
  if (verdict.kind === "fail" && found.includes(expectedClass)) return { event: "passed", challenge: seen };
  const what = found.join(", ") || ("reason" in verdict ? `${verdict.kind} (${verdict.reason})` : verdict.kind);
  return { event: "failed", challenge: { ...seen, reason: `${expectedClass} was not found on the piece: ${what}` } };
}
