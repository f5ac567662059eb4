import { StatusCodes } from "node-opcua";
import { challengeVariables } from "../../../nodeset/challenge.ts";
import { noChallenges } from "../../domain/challenge.ts";
import { challengeTrouble, nextDueAt } from "../../projections/challenges.ts";
import { group } from "../binding.ts";
import { type StationSnapshot, timeOf } from "../snapshot.ts";
import { textOfIds } from "../text-of-ids.ts";

const { NextDueTime, Overdue, ...told } = challengeVariables;
const shownChallenge = ({ state: { challenges } }: StationSnapshot) => challenges.armed ?? challenges.last?.challenge;
const rulesOf = ({ setup }: StationSnapshot) => setup.challenges ?? noChallenges;

export const challengeGroups = [
  group("Challenge", told, {
    on: { challenge: "changed" },
    at: ({ state }) => state.lastTime,
    values: {
      Armed: ({ state }) => state.challenges.armed !== undefined,
      ChallengeId: (s) => shownChallenge(s)?.challengeId ?? StatusCodes.BadNoData,
      PieceId: (s) => shownChallenge(s)?.pieceId ?? StatusCodes.BadNoData,
      ExpectedClass: (s) => shownChallenge(s)?.expectedClass ?? StatusCodes.BadNoData,
      ExpiresAt: ({ state }) => state.challenges.armed?.expiresAt ?? StatusCodes.BadNoData,
      LastResult: ({ state }) => state.challenges.last?.event ?? StatusCodes.BadNoData,
      LastReason: ({ state: { challenges } }) =>
        challenges.last ? (challenges.last.challenge.reason ?? "") : StatusCodes.BadNoData,
      LastTime: ({ state }) => state.challenges.last?.time ?? StatusCodes.BadNoData,
      UnsignedIds: ({ state }) => textOfIds(state.challenges.unsigned.map(({ challengeId }) => challengeId)),
    },
  }),
  // These change by the passing of time and with the shift, without an entry of their own.
  group(
    "Challenge",
    { NextDueTime, Overdue },
    {
      on: { challenge: "changed", shift: "changed", vitals: "changed" },
      at: timeOf,
      values: {
        NextDueTime: (s) => nextDueAt(s.state.challenges, rulesOf(s), s.state.shift.startedAt) ?? StatusCodes.BadNoData,
        Overdue: (s) => challengeTrouble(s.state.challenges, rulesOf(s), s.state.shift.startedAt, timeOf(s)) !== "",
      },
    },
  ),
];
