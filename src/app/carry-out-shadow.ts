import { type Done, type Refused, refuse, type ShadowCommand } from "../domain/command.ts";
import { type RecipeChoice, recipeFor } from "../domain/recipe.ts";
import type { Clock } from "../platform/clock.ts";
import type { VisionFleet } from "./vision-fleet.ts";

/** A caller waits for so long at most, ms; what takes longer to load tells by its status how it ends. */
const patienceMs = 3_000;

/** Starts or ends the recipe that looks along. What it says stands in no record, so neither does this. */
export async function carryOutShadow(
  command: ShadowCommand,
  { all, own }: RecipeChoice,
  fleet: Pick<VisionFleet, "shadow">,
  clock: Pick<Clock, "after">,
): Promise<Done | Refused> {
  if (command.kind === "stopShadow") {
    await fleet.shadow(undefined);
    return { outcome: "done" };
  }
  const found = command.recipeId === "" ? { problem: "name a recipe" } : recipeFor(all, own, { ...command, sku: "" });
  if ("problem" in found)
    return refuse("invalidArgument", `no recipe looks along: ${found.problem}`, [
      { argument: "recipeId", problem: found.problem },
    ]);
  const patience = Promise.withResolvers<undefined>();
  const cancel = clock.after(patienceMs, () => patience.resolve(undefined));
  const problem = await Promise.race([fleet.shadow(found), patience.promise]);
  cancel();
  return problem === undefined ? { outcome: "done" } : refuse("recipeRefused", problem);
}
