import type { Challenge } from "../../domain/challenge.ts";

/** What the event says about a challenge, in the wire's words; `undefined` is null. */
export const challengeFacts = (challenge: Challenge, state: string) => ({
  ChallengeId: challenge.challengeId,
  ChallengeState: state,
  PieceId: challenge.pieceId,
  ExpectedClass: challenge.expectedClass,
  Recognition: challenge.recognition,
  ArmedAt: challenge.armedAt,
  ArmedBy: challenge.armedBy,
  ExpiresAt: challenge.expiresAt,
  PieceSequence: challenge.unit?.sequence,
  FoundClasses: challenge.found?.join(", "),
  Ejected: challenge.ejected,
  Reason: challenge.reason ?? "",
  LastPassedSequence: challenge.lastPassed?.sequence,
  LastPassedTime: challenge.lastPassed?.time,
  SignedOffBy: challenge.signOff?.by ?? "",
  Comment: challenge.signOff?.comment ?? "",
});
