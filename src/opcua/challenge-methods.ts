import { DataType, Variant } from "node-opcua";
import { recognitions } from "../domain/challenge.ts";
import type { ChallengeCommand } from "../domain/command.ts";
import type { ArgumentProblem } from "../domain/context.ts";
import { callerOf } from "./caller.ts";
import type { CommandPort, OutcomeOf } from "./commands.ts";
import { namedProblems, refusals, unanswered } from "./context-commands.ts";
import type { MethodCall, MethodOutcome, MethodRow } from "./method-table.ts";

function outcomeOf(outcome: OutcomeOf<ChallengeCommand>): MethodOutcome {
  switch (outcome.outcome) {
    case "armed":
      return { outputs: [new Variant({ dataType: DataType.String, value: outcome.challengeId })] };
    case "done":
      return { outputs: [] };
    case "unanswered":
      return { status: unanswered[outcome.code], message: outcome.message };
    case "refused":
      return { status: refusals[outcome.code], message: outcome.message, ...namedProblems(outcome.problems) };
  }
}

type Intent = ChallengeCommand extends infer C
  ? C extends ChallengeCommand
    ? Omit<C, "station" | "by" | "source">
    : never
  : never;

const meanings = "0 (code), 1 (emptyLine) or 2 (plc)";

/** Method → what it asks for. */
const intents: Readonly<Record<string, (inputs: MethodCall["inputs"]) => Intent>> = {
  ArmChallenge(inputs) {
    const recognition = recognitions[Number(inputs["Recognition"])];
    // The line says everything that is wrong at once: a code without a meaning is told beside the rest.
    const unreadable: ArgumentProblem[] = recognition
      ? []
      : [{ argument: "recognition", problem: `must be ${meanings}` }];
    return {
      kind: "armChallenge",
      pieceId: String(inputs["PieceId"]),
      expectedClass: String(inputs["ExpectedClass"]),
      recognition: recognition ?? "code",
      validSeconds: Number(inputs["ValidSeconds"]),
      unreadable,
    };
  },
  CancelChallenge: () => ({ kind: "cancelChallenge" }),
  SignOffChallenge: (inputs) => ({
    kind: "signOffChallenge",
    challengeId: String(inputs["ChallengeId"]),
    comment: String(inputs["Comment"]),
  }),
};

/** Methods of `Challenge`. */
export const challengeMethods = (station: string, commands: CommandPort): readonly MethodRow[] =>
  Object.entries(intents).map(([name, intentOf]) => ({
    path: "Challenge",
    name,
    permission: "command",
    async call({ inputs, context }) {
      const origin = { station, by: callerOf(context), source: "opcua" } as const;
      return outcomeOf(await commands.request({ ...intentOf(inputs), ...origin } as ChallengeCommand));
    },
  }));
