import type { EntryDraft, RecipeBody } from "../domain/ledger-entry.ts";
import { type Recipe, type RecipeChoice, recipeFor, recipeName, recipeRef, recipeText } from "../domain/recipe.ts";
import { errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { StationState } from "../projections/station-state.ts";
import type { FirstRecipe } from "./first-recipe.ts";
import type { Loaded, RecipePort } from "./recipe-port.ts";
import type { Sequencer } from "./sequencer.ts";

/** What a change of recipe is written down as. */
export interface RecipeChange {
  readonly event: Exclude<RecipeBody["event"], "refused">;
  readonly reason: string;
  readonly by: string;
}
/** An entry about a recipe, given everything before it. */
export type RecipeEntry = (state: StationState) => EntryDraft;

/**
 * Knows which recipe the next unit is to be inspected by, has others made ready, and takes them into use between two units.
 * A unit is inspected by the recipe of its context or not at all.
 */
export interface RecipeDesk {
  /** That of the context that the next unit carries. */
  readonly wanted: Recipe;
  /** What inspects, if anything does. */
  readonly active: Recipe;
  /** What ran before the one that inspects; absent when nothing did, or the station can no longer run it. */
  readonly previous: Recipe | undefined;
  /** Why the next unit cannot be inspected, for a person; "" = it can. */
  readonly trouble: string;
  /** What is being made ready; absent when nothing is. */
  readonly loading: Recipe | undefined;
  /** Whether it can inspect from the next unit on. */
  isReady(recipe: Recipe): boolean;
  /** Has it made ready; whatever else was being made ready is given up. Resolves with why it cannot be. */
  prepare(recipe: Recipe): Promise<string | undefined>;
  /** Gives up what was made ready when it is none of these, and not what the next unit is to be inspected by. */
  keepOnly(awaited: readonly Recipe[]): void;
  /**
   * The next unit carries a context that chooses this recipe: it is taken into use now, or as soon as it is ready.
   * The entry belongs behind that of the context; `undefined` when there is nothing to write (yet).
   */
  follow(recipe: Recipe, change: RecipeChange): RecipeEntry | undefined;
  /** The entry about one that could not be taken into use. */
  refused(recipe: Recipe, reason: string): RecipeEntry;
  /** The one in use does not prove itself, and is no more: to be inspected by it again it has to be made ready again. */
  lose(): void;
  /** The same, and there is no other: nothing is inspected until a context chooses one. */
  block(reason: string): void;
  /** The vision process is there: writes what it runs when the ledger does not say so yet. */
  begin(loaded: Loaded): void;
  /** Somebody asks again for the recipe that the context chooses: tries once more what was refused. */
  again(): void;
}

/** @param settled told when a recipe is ready (`problem` absent) or cannot be; not for one that was given up for another */
export function createRecipeDesk(
  { all, own }: RecipeChoice,
  first: FirstRecipe,
  deps: {
    readonly port: RecipePort;
    readonly sequencer: Sequencer;
    readonly now: () => number;
    readonly log: Log;
    readonly settled: (recipe: Recipe, problem: string | undefined) => void;
    /** Whether the context that the next unit carries lets it inspect. */
    readonly isAllowed: (recipe: Recipe) => boolean;
    /** Told when a recipe was taken into use: whatever else was ready is no longer. */
    readonly activated: () => void;
  },
): RecipeDesk {
  const { port, sequencer, now, log } = deps;
  const recorded = sequencer.state.recipes;
  let active = first.recipe;
  let previous: Recipe | undefined = [own, ...all].find(({ hash }) => hash === recorded.previous?.hash);
  let wanted = first.waiting ?? active;
  let change: RecipeChange = { event: "activated", reason: "", by: "line" };
  let trouble = first.waiting ? `recipe ${recipeText(first.waiting)} is still loading` : "";
  let prepared: { readonly recipe: Recipe; readonly answer: Promise<string | undefined>; ready: boolean } | undefined;
  let begun = false;
  /** What is in use inspects no more; to be inspected by it again it has to be loaded again. */
  let failed = false;

  const lose = (): void => {
    failed = true;
  };
  const isInUse = ({ hash }: Recipe): boolean => hash === active.hash && !failed;
  const isReady = (recipe: Recipe): boolean =>
    isInUse(recipe) || (prepared?.ready === true && prepared.recipe.hash === recipe.hash);
  const entry =
    (body: Omit<RecipeBody, "fromSequence">, by: string, time: number): RecipeEntry =>
    (state) => ({
      station: state.station,
      kind: "recipe",
      time,
      by,
      body: { ...body, fromSequence: state.sequence + 1 },
    });
  const write = (made: RecipeEntry): void => sequencer.push({ ready: () => true, produce: (state) => [made(state)] });

  const again = (): void => {
    if (isInUse(wanted) || prepared) return;
    trouble = `recipe ${recipeText(wanted)} is still loading`;
    void prepare(wanted);
  };
  const begin = (loaded: Loaded): void => {
    if (begun) return;
    begun = true;
    if (active.hash !== recorded.active?.hash) {
      const before = recorded.active && { previous: recorded.active };
      const body = {
        event: "activated",
        recipe: recipeRef(active),
        ...before,
        ...loadedOf(loaded),
        reason: first.reason,
      } as const;
      write(entry(body, "line", now()));
      previous = [own, ...all].find(({ hash }) => hash === recorded.active?.hash);
    }
    // Behind it, so that the newest word is the one that calls for somebody; said again only when it is another.
    if (first.lost && first.lost.reason !== recorded.failure?.reason) {
      log.error("the recipe in force cannot be used; choose one that is there", { ...first.lost });
      write(entry({ event: "refused", ...first.lost, previous: recipeRef(active), models: [] }, "line", now()));
    }
    again();
  };

  const activate = (recipe: Recipe, { event, reason, by }: RecipeChange): RecipeEntry => {
    begin({ models: [] }); // asked for before anything ran: what it takes over from comes first
    const before = active;
    const isOther = recipe.hash !== before.hash;
    // Gone back from: what failed is not what the next rollback leads to.
    if (isOther) previous = event === "rolledBack" ? undefined : before;
    const fallback = isOther && !failed && previous !== undefined && deps.isAllowed(previous);
    active = recipe;
    failed = false;
    prepared = undefined;
    trouble = "";
    port.activate(recipeRef(recipe), { fallback });
    queueMicrotask(deps.activated); // when what made the change has its place
    log.info("recipe in use", { event, recipe: recipeText(recipe), before: recipeText(before), reason });
    const loaded = loadedOf(port.loaded(recipeRef(recipe)));
    return entry({ event, recipe: recipeRef(recipe), previous: recipeRef(before), ...loaded, reason }, by, now());
  };
  const refused = (recipe: Recipe, reason: string): RecipeEntry => {
    log.error("recipe refused; mend what the reason says and ask for it again", { recipe: recipeText(recipe), reason });
    const body = {
      event: "refused",
      recipe: recipeRef(recipe),
      previous: recipeRef(active),
      models: [],
      reason,
    } as const;
    return entry(body, "line", now());
  };
  const isWaitedFor = (recipe: Recipe): boolean => wanted.hash === recipe.hash && !isInUse(recipe);

  const prepare = (recipe: Recipe): Promise<string | undefined> => {
    if (isInUse(recipe)) return Promise.resolve(undefined);
    if (prepared?.recipe.hash === recipe.hash) return prepared.answer;
    log.info("recipe is loading", { recipe: recipeText(recipe) });
    const settle = (problem: string | undefined): string | undefined => {
      if (prepared !== mine) return problem ?? `${recipeText(recipe)} was given up for another`;
      if (problem === undefined) {
        mine.ready = true;
        if (isWaitedFor(recipe)) write(activate(recipe, change));
      } else {
        prepared = undefined;
        if (isWaitedFor(recipe)) {
          trouble = `recipe ${recipeText(recipe)} cannot be used: ${problem}`;
          write(refused(recipe, problem));
        }
      }
      deps.settled(recipe, problem);
      return problem;
    };
    const answer = port.prepare(recipeRef(recipe)).catch(errorText).then(settle);
    const mine = { recipe, answer, ready: false };
    prepared = mine;
    return answer;
  };

  return {
    get wanted() {
      return wanted;
    },
    get active() {
      return active;
    },
    get previous() {
      return previous;
    },
    get trouble() {
      return trouble;
    },
    get loading() {
      return prepared && !prepared.ready ? prepared.recipe : undefined;
    },
    isReady,
    prepare,
    refused,
    keepOnly(awaited) {
      if (!prepared) return;
      const { hash } = prepared.recipe;
      if (hash === wanted.hash || awaited.some((r) => r.hash === hash)) return;
      log.info("recipe given up: nothing waits for it any more", { recipe: recipeText(prepared.recipe) });
      prepared = undefined;
      port.giveUp();
    },
    follow(recipe, next) {
      wanted = recipe;
      change = next;
      if (isInUse(recipe)) {
        trouble = "";
        return undefined;
      }
      if (isReady(recipe)) return activate(recipe, next);
      trouble = `recipe ${recipeText(recipe)} is still loading`;
      void prepare(recipe);
      return undefined;
    },
    lose,
    block(reason) {
      lose();
      trouble = reason;
      write(refused(active, reason));
    },
    begin,
    again,
  };
}

/** Whether the context would choose exactly this recipe by its name. */
export const isAllowedBy = (
  choice: RecipeChoice,
  fields: { readonly recipeId: string; readonly sku: string },
  recipe: Recipe,
): boolean => chosenBy(choice, { ...fields, recipeId: recipeName(recipe) })?.hash === recipe.hash;

/** The recipe that a context chooses, when the station allows the context. */
export const chosenBy = (
  { own, all }: RecipeChoice,
  fields: { readonly recipeId: string; readonly sku: string },
): Recipe | undefined => {
  const found = recipeFor(all, own, fields);
  return "problem" in found ? undefined : found;
};

/** As an entry has it: nothing of files where there are none. */
const loadedOf = ({ models, files = {} }: Loaded): Loaded => ({
  models,
  ...(Object.keys(files).length > 0 && { files }),
});
