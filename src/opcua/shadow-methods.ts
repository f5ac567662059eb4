import { callerOf } from "./caller.ts";
import type { CommandPort } from "./commands.ts";
import { namedProblems, refusals, unanswered } from "./context-commands.ts";
import type { MethodCall, MethodOutcome, MethodRow } from "./method-table.ts";

type Intent = { readonly kind: "startShadow"; readonly recipeId: string } | { readonly kind: "stopShadow" };

/** What a call asks for. */
const intents: Readonly<Record<string, (inputs: MethodCall["inputs"]) => Intent>> = {
  StartShadow: ({ RecipeId }) => ({ kind: "startShadow", recipeId: String(RecipeId) }),
  StopShadow: () => ({ kind: "stopShadow" }),
};

/** Methods below `Recipes/Shadow`. */
export const shadowMethods = (station: string, commands: CommandPort): readonly MethodRow[] =>
  Object.entries(intents).map(([name, intentOf]) => ({
    path: "Recipes/Shadow",
    name,
    permission: "command",
    async call({ inputs, context }): Promise<MethodOutcome> {
      const outcome = await commands.request({
        ...intentOf(inputs),
        station,
        by: callerOf(context),
        source: "opcua",
      });
      switch (outcome.outcome) {
        case "done":
          return { outputs: [] };
        case "unanswered":
          return { status: unanswered[outcome.code], message: outcome.message };
        case "refused":
          return { status: refusals[outcome.code], message: outcome.message, ...namedProblems(outcome.problems) };
      }
    },
  }));
