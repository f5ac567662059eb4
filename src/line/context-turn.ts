import type { ContextFields } from "../domain/context.ts";
import type { EntryDraft } from "../domain/ledger-entry.ts";
import type { RecipeChoice } from "../domain/recipe.ts";
import type { StationState } from "../projections/station-state.ts";
import type { Ahead } from "./ahead.ts";
import { type ContextChangeDeps, changeContext, nextContext, type Origin } from "./context-change.ts";
import { chosenBy, type RecipeChange, type RecipeDesk } from "./recipe-desk.ts";

/** What a change of context writes, given everything before it. */
export type ContextEntries = (state: StationState) => Promise<readonly EntryDraft[]>;

/**
 * Puts a context into force between the last unit and the next, with the recipe that it chooses. What is returned has to
 * take its place in the order at once, in a slot that goes to disk alone.
 */
export type ContextTurn = (
  fields: ContextFields,
  origin: Origin,
  /** Station time, UTC ms. */
  at: number,
  /** How a change of recipe is written down; absent when the context says nothing about recipes: what inspects goes on. */
  change?: Pick<RecipeChange, "event" | "reason">,
) => ContextEntries;

export const createContextTurn =
  (
    { recipes }: { readonly recipes: RecipeChoice },
    ahead: Ahead,
    desk: RecipeDesk,
    deps: ContextChangeDeps,
  ): ContextTurn =>
  (fields, origin, at, change) => {
    const context = nextContext(ahead.context, fields, origin, at);
    ahead.context = context;
    if (origin.wasPending) ahead.pending = undefined;
    // A context from before a restart may choose what is not there any more: then as well.
    const chosen = change && chosenBy(recipes, fields);
    const recipe = chosen && desk.follow(chosen, { ...change, by: origin.by });
    return async (state) => {
      const drafts = await changeContext(state, context, origin, deps);
      return recipe ? [...drafts, recipe(state)] : drafts;
    };
  };
