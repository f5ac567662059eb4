import { DataType, Variant } from "node-opcua";
import type { RunSelfTest } from "../domain/command.ts";
import { callerOf } from "./caller.ts";
import type { CommandPort, OutcomeOf } from "./commands.ts";
import { namedProblems, refusals, unanswered } from "./context-commands.ts";
import type { MethodOutcome, MethodRow } from "./method-table.ts";
import { shortText } from "./short-text.ts";

function outcomeOf(outcome: OutcomeOf<RunSelfTest>): MethodOutcome {
  switch (outcome.outcome) {
    case "selfTested":
      return {
        outputs: [
          new Variant({ dataType: DataType.Boolean, value: outcome.passed }),
          new Variant({ dataType: DataType.String, value: shortText(outcome.details) }),
        ],
      };
    case "unanswered":
      return { status: unanswered[outcome.code], message: outcome.message };
    case "refused":
      return { status: refusals[outcome.code], message: outcome.message, ...namedProblems(outcome.problems) };
  }
}

/** Methods of `SelfTest`. */
export const selfTestMethods = (station: string, commands: CommandPort): readonly MethodRow[] => [
  {
    path: "SelfTest",
    name: "RunSelfTest",
    permission: "command",
    async call({ context }) {
      const origin = { station, by: callerOf(context), source: "opcua" } as const;
      return outcomeOf(await commands.request({ kind: "runSelfTest", trigger: "method", ...origin }));
    },
  },
];
