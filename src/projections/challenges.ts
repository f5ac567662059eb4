import {
  type Challenge,
  type ChallengeResult,
  type ChallengeRules,
  dueAt,
  type ProvenAt,
} from "../domain/challenge.ts";
import type { ChallengeBody, LedgerEntry } from "../domain/ledger-entry.ts";

/** What is known of one test piece. */
interface PieceState {
  readonly lastPassed?: ProvenAt;
  /** The challenge that it failed last, while it has not passed again and nobody has signed it off. */
  readonly failed?: Challenge;
}

/** What the ledger says of a station's challenges. */
export interface ChallengesState {
  readonly armed: Challenge | undefined;
  /** The one that ended last, how and when (station time, UTC ms). */
  readonly last: { readonly event: ChallengeResult; readonly challenge: Challenge; readonly time: number } | undefined;
  /** Passed or failed, and not signed off; oldest first. */
  readonly unsigned: readonly Challenge[];
  readonly pieces: Readonly<Record<string, PieceState>>;
  /** Challenges ever armed. */
  readonly count: number;
  /** Trigger of the newest unit that was something, station time UTC ms; 0 = none yet. */
  readonly lastPresentAt: number;
}
export const noChallengesYet: ChallengesState = {
  armed: undefined,
  last: undefined,
  unsigned: [],
  pieces: {},
  count: 0,
  lastPresentAt: 0,
};

/** So many may wait for a signature; the oldest is forgotten here, never in the ledger. */
const maximumUnsigned = 64;

function foldChallenge(state: ChallengesState, { event, challenge }: ChallengeBody, time: number): ChallengesState {
  const { challengeId, pieceId } = challenge;
  const piece = state.pieces[pieceId] ?? {};
  const withPiece = (next: PieceState): ChallengesState["pieces"] => ({ ...state.pieces, [pieceId]: next });
  const { failed, ...unfailed } = piece;
  switch (event) {
    case "armed":
      return { ...state, armed: challenge, count: state.count + 1 };
    case "cancelled":
      return { ...state, armed: undefined, last: { event, challenge, time } };
    case "passed":
    case "failed":
      return {
        ...state,
        armed: undefined,
        last: { event, challenge, time },
        unsigned: [...state.unsigned, challenge].slice(-maximumUnsigned),
        pieces: withPiece(
          event === "failed" ? { ...piece, failed: challenge } : { ...unfailed, lastPassed: challenge.unit! },
        ),
      };
    case "signedOff":
      return {
        ...state,
        last: state.last?.challenge.challengeId === challengeId ? { ...state.last, challenge } : state.last,
        unsigned: state.unsigned.filter((c) => c.challengeId !== challengeId),
        pieces: failed?.challengeId === challengeId ? withPiece(unfailed) : state.pieces,
      };
  }
}

/** The challenges after one more entry. */
export function foldChallenges(state: ChallengesState, entry: LedgerEntry): ChallengesState {
  if (entry.kind === "challenge") return foldChallenge(state, entry.body, entry.time);
  if (entry.kind === "unit" && entry.body.unitKind !== "absent")
    return { ...state, lastPresentAt: entry.body.triggeredAt };
  return state;
}

/** Each piece of the site with the moment at which it is due; those that are not due in this shift are left out. */
const duePieces = (state: ChallengesState, { pieces, schedule }: ChallengeRules, shiftStartedAt: number) =>
  schedule
    ? pieces.flatMap(({ id }) => {
        const at = dueAt(schedule, state.pieces[id]?.lastPassed, shiftStartedAt);
        return at === undefined ? [] : [{ id, at }];
      })
    : [];

/** When the next piece is due, station time UTC ms; `undefined` when nothing is before the next shift. */
export function nextDueAt(state: ChallengesState, rules: ChallengeRules, shiftStartedAt: number): number | undefined {
  const due = duePieces(state, rules, shiftStartedAt).map(({ at }) => at);
  return due.length === 0 ? undefined : Math.min(...due);
}

/** What is wrong with the proof that the inspection works, for a person; "" when nothing is. */
export function challengeTrouble(
  state: ChallengesState,
  rules: ChallengeRules,
  shiftStartedAt: number,
  now: number,
): string {
  const failed = Object.values(state.pieces).flatMap((piece) => piece.failed ?? []);
  const [first] = failed;
  if (first) {
    const since = first.lastPassed ? `since unit ${first.lastPassed.sequence}` : "so far";
    const others = failed.length > 1 ? ` (and ${failed.length - 1} more)` : "";
    return `challenge ${first.challengeId} failed${others}: ${first.reason}; what was made ${since} is in doubt`;
  }
  const overdue = duePieces(state, rules, shiftStartedAt).filter(({ at }) => at <= now);
  return overdue.length === 0 ? "" : `overdue: ${overdue.map(({ id }) => id).join(", ")}`;
}
