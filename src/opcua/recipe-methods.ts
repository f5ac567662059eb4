import { DataType, StatusCodes, Variant } from "node-opcua";
import type { ArgumentProblem } from "../domain/context.ts";
import { recipeName } from "../domain/recipe.ts";
import type { StationState } from "../projections/station-state.ts";
import { callerOf } from "./caller.ts";
import type { CommandPort } from "./commands.ts";
import { tell } from "./context-commands.ts";
import type { RecipeFileSetup, StationSetup } from "./messages.ts";
import type { MethodCall, MethodOutcome, MethodRow } from "./method-table.ts";
import { contextOutcome } from "./methods.ts";

const path = "Recipes";
const text = (value: string): Variant => new Variant({ dataType: DataType.String, value });

/** The newest version of an id, or that very one. */
const find = (files: readonly RecipeFileSetup[], wanted: string): RecipeFileSetup | undefined =>
  files
    .filter(({ name }) => name === wanted || name.startsWith(`${wanted}@`))
    .sort((a, b) => versionOf(b) - versionOf(a))[0];
const versionOf = ({ name }: RecipeFileSetup): number => Number(name.slice(name.indexOf("@") + 1));

function getRecipe(files: readonly RecipeFileSetup[], active: string, wanted: string): MethodOutcome {
  if (wanted === "" && active === "")
    return { status: StatusCodes.BadNotFound, message: "no recipe inspects, so there is none to give; name one" };
  const found = find(files, wanted || active);
  if (found) return { outputs: [text(found.text), text(found.hash)] };
  const known = files.map(({ name }) => name).join(", ") || "none";
  return { status: StatusCodes.BadNotFound, message: `there is no recipe ${wanted || active}; there are: ${known}` };
}

/** Methods of the recipes of a station. To select one is to change the context: the line answers as it does for SetContext. */
export function recipeMethods(
  { id: station, recipeFiles }: Pick<StationSetup, "id" | "recipeFiles">,
  commands: CommandPort,
  state: () => StationState,
): readonly MethodRow[] {
  const ask = async (
    { inputs, context }: MethodCall,
    intent: { readonly kind: "selectRecipe"; readonly recipeId: string } | { readonly kind: "rollbackRecipe" },
  ): Promise<MethodOutcome> => {
    const told = tell(
      await commands.request({
        ...intent,
        effective: { mode: "nextUnit" },
        expectedRevision: Number(inputs["ExpectedRevision"]),
        station,
        by: callerOf(context),
        source: "opcua",
      }),
    );
    // What the context's SKU does not allow is wrong with the recipe here: nobody named a SKU.
    const ofArgument = (problem: ArgumentProblem): ArgumentProblem =>
      problem.argument === "expectedRevision" ? problem : { ...problem, argument: "recipeId" };
    return contextOutcome({ ...told, problems: told.problems.map(ofArgument) });
  };
  return [
    {
      path,
      name: "SelectRecipe",
      permission: "command",
      call: (call) => ask(call, { kind: "selectRecipe", recipeId: String(call.inputs["RecipeId"]) }),
    },
    { path, name: "RollbackRecipe", permission: "command", call: (call) => ask(call, { kind: "rollbackRecipe" }) },
    {
      path,
      name: "GetRecipe",
      permission: "read",
      call({ inputs }) {
        const { active } = state().recipes;
        return getRecipe(recipeFiles, active ? recipeName(active) : "", String(inputs["RecipeId"]));
      },
    },
  ];
}
