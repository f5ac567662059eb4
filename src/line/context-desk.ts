import {
  type AnswerTo,
  type CommandSource,
  type ContextAccepted,
  type ContextCommand,
  type Effective,
  type Refused,
  refuse,
  refuseForStorage,
} from "../domain/command.ts";
import { type ContextFields, isValidContext, sameFields } from "../domain/context.ts";
import { isOwner } from "../domain/context-owner.ts";
import type { EntryDraft, PendingBody, PendingContext, PendingIntent } from "../domain/ledger-entry.ts";
import { momentText, type PendingMoment } from "../domain/pending-moment.ts";
import { type Recipe, recipeName, recipeRef, recipeText } from "../domain/recipe.ts";
import type { TriggerPosition } from "../domain/trigger.ts";
import type { Log } from "../platform/log.ts";
import type { StationState } from "../projections/station-state.ts";
import type { Ahead } from "./ahead.ts";
import {
  type ContextLimits,
  fieldsDue,
  fieldsWanted,
  intentOf,
  isUnchanged,
  refusePending,
  wrongInItself,
  wrongInPlace,
} from "./context-change.ts";
import type { ContextTurn } from "./context-turn.ts";
import { chosenBy, isAllowedBy, type RecipeChange, type RecipeDesk } from "./recipe-desk.ts";
import type { Sequencer } from "./sequencer.ts";

type Answer = AnswerTo<ContextCommand>;

/** Takes commands about the production context and puts them into force at a unit boundary. */
export interface ContextDesk {
  /** Resolves when the answer is on disk. */
  command(command: ContextCommand): Promise<Answer>;
  /** To be called before the unit of this trigger takes its place, also when the unit is lost. `at`: monotonic ms of the trigger. */
  beforeUnit(triggerId: number, at: number): void;
  /** The next unit is the first of another lot. */
  lotMarker(): void;
  /** Nobody watched until then (monotonic ms): a time without units before it is no gap. */
  watchedFrom(at: number): void;
  /** Has the recipe of what waits made ready; to be called when recipes can be loaded, and when another was loaded meanwhile. */
  prepare(): void;
  /** The recipe that what waits will choose; absent when nothing waits, or it leaves the recipe as it is. */
  readonly awaited: Recipe | undefined;
  /** A recipe is ready to inspect, or cannot be (`problem`). */
  settled(recipe: Recipe, problem: string | undefined): void;
  /** Goes back to the recipe before, because the one in force does not prove itself; the reason names it. */
  rollback(reason: string): void;
  /** Drops what has waited too long. `now`: station time, UTC ms. */
  tick(now: number): void;
}

/** What a command that does not take effect at once waits for. */
const momentOf = (effective: Exclude<Effective, { mode: "nextUnit" }>): PendingMoment => {
  switch (effective.mode) {
    case "atTrigger":
      return { triggerId: effective.triggerId };
    case "atLotMarker":
      return { lotMarker: true };
    case "afterGap":
      return { gapSeconds: effective.seconds };
  }
};

const asked = { event: "activated", reason: "" } as const;
/** How a change of recipe by a command is written down; commands about the lot alone leave the recipe as it is. */
const changeBy: { readonly [K in ContextCommand["kind"]]: Pick<RecipeChange, "event" | "reason"> | undefined } = {
  setContext: asked,
  clearContext: asked,
  selectRecipe: asked,
  rollbackRecipe: { event: "rolledBack", reason: "" },
  startLot: undefined,
  endLot: undefined,
};
const kindOf = (intent: PendingIntent): ContextCommand["kind"] => {
  if ("selectRecipe" in intent) return intent.rollback ? "rollbackRecipe" : "selectRecipe";
  return "startLot" in intent ? "startLot" : "endLot";
};

/** What a command does at its place. */
interface Decision {
  readonly answer?: Answer;
  /** What it writes, given everything before it. */
  readonly entries?: (state: StationState) => readonly EntryDraft[] | Promise<readonly EntryDraft[]>;
}

/** The context that a command leads to, with everything that its moment needs. */
interface Intended {
  readonly command: ContextCommand;
  readonly fields: ContextFields;
  readonly chosen: Recipe | undefined;
  readonly previous: string;
}

export function createContextDesk(
  options: ContextLimits & { readonly pendingExpiryMs: number },
  deps: {
    readonly ahead: Ahead;
    readonly turn: ContextTurn;
    readonly recipes: RecipeDesk;
    readonly sequencer: Sequencer;
    readonly now: () => number;
    readonly log: Log;
    /** Told when nothing waits any more for what was pending. */
    readonly dropped: () => void;
  },
  initial: { readonly position: TriggerPosition; readonly at: number },
): ContextDesk {
  const { ahead, turn, recipes, sequencer, now, log } = deps;
  const { station } = sequencer.state;
  /** Why the recipe of a context that was to wait for it was refused: also for whoever has no answer yet. */
  const refusals = new WeakMap<PendingContext, string>();
  let { position } = initial;
  /** When the last unit came, or when watching began: monotonic ms. */
  let lastUnitAt = initial.at;

  const pendingDraft = (
    event: PendingBody["event"],
    pending: PendingContext,
    by: string,
    reason?: string,
  ): EntryDraft => ({
    station,
    kind: "pending",
    time: now(),
    by,
    body: { event, pending, ...(reason !== undefined && { reason }) },
  });
  /** Nothing waits any more; the entry that says why. */
  const dropped = (event: "expired" | "cleared" | "refused", by: string, reason?: string): readonly EntryDraft[] => {
    const { pending } = ahead;
    if (!pending) return [];
    ahead.pending = undefined;
    queueMicrotask(deps.dropped); // when what takes its place, if anything does, is known
    log.warn("pending context dropped; set it again if it is still wanted", {
      event,
      lot: pending.fields.lot,
      moment: momentText(pending),
      ...(reason !== undefined && { reason }),
    });
    return [pendingDraft(event, pending, by, reason)];
  };
  const write = (drafts: readonly EntryDraft[]): void => {
    if (drafts.length > 0) sequencer.push({ ready: () => true, produce: () => drafts });
  };
  const chosen = (fields: ContextFields): Recipe | undefined => chosenBy(options.recipes, fields);

  const accepted = (state: ContextAccepted["state"], fromSequence = 0): Answer => ({
    outcome: "accepted",
    revision: ahead.context.revision,
    fromSequence,
    state,
  });

  /** Gives a decision its place in the order; the answer is told when it is on disk. */
  const takePlace = (decision: Decision, resolve: (answer: Answer) => void): void => {
    const { entries, answer = accepted("unchanged") } = decision;
    const isChange = answer.outcome === "accepted" && answer.state !== "pending";
    let fromSequence = 0;
    sequencer.push({
      alone: true,
      ready: () => true,
      async produce(state) {
        fromSequence = state.sequence + 1;
        return (await entries?.(state)) ?? [];
      },
      committed: () => resolve(isChange ? { ...answer, fromSequence } : answer),
    });
  };

  const change = ({ command, fields }: Intended, drafts: readonly EntryDraft[]): Decision => {
    const { source, by, kind } = command;
    const entries = turn(fields, { source, by, wasPending: false }, now(), changeBy[kind]);
    if (!isValidContext(fields)) log.info("units run without a lot from now on", { by });
    return { answer: accepted("effective"), entries: async (state) => [...drafts, ...(await entries(state))] };
  };

  const wait = ({ command, fields, chosen: recipe, previous }: Intended, moment: PendingMoment): Decision => {
    const { source, by } = command;
    const intent = intentOf(command, ahead.context, previous);
    const expiresAt = now() + options.pendingExpiryMs;
    const drafts = ahead.pending ? dropped("cleared", by) : [];
    const pending = { ...moment, fields, ...(intent && { intent }), expiresAt, source, by };
    ahead.pending = pending;
    const set = pendingDraft("set", pending, by);
    if (recipe) void recipes.prepare(recipe);
    return { answer: accepted("pending"), entries: () => [...drafts, set] };
  };

  /** A context may name a recipe that was not taken: asked for again, it is a change. */
  const isInForce = (fields: ContextFields, recipe: Recipe | undefined): boolean =>
    isUnchanged(ahead.context, fields) && (!recipe || recipe.hash === recipes.wanted.hash);

  /** What a command that takes effect with the next unit does. */
  const decide = (intended: Intended): Decision => {
    const { command, fields, chosen: recipe } = intended;
    const { kind, by } = command;
    const { pending } = ahead;
    const isWhole = kind === "setContext" || kind === "selectRecipe" || kind === "rollbackRecipe";
    const isSaidAgain = pending && "recipe" in pending && isWhole && sameFields(pending.fields, fields);
    if (isSaidAgain) return { answer: accepted("pending") };
    const isSame = isInForce(fields, recipe);
    if (recipe && !isSame && !recipes.isReady(recipe)) {
      // What somebody promised for another moment is not given up for it.
      if (pending && !("recipe" in pending) && kind !== "clearContext") return { answer: refusePending(pending) };
      return wait(intended, { recipe: recipeRef(recipe) });
    }
    const isMoot = pending?.intent && "endLot" in pending.intent && pending.intent.endLot !== fields.lot;
    const isReplaced = pending && "recipe" in pending && isWhole;
    const drafts = kind === "clearContext" || isMoot || isReplaced ? dropped("cleared", by) : [];
    if (!isSame) return change(intended, drafts);
    recipes.again();
    return {
      answer: accepted("unchanged"),
      // Somebody says again what runs: the one that never came is not missed any more.
      entries: ({ alarms: { missedContext } }) =>
        missedContext && drafts.length === 0 ? [pendingDraft("cleared", missedContext, by)] : drafts,
    };
  };

  const previousName = (): string => (recipes.previous ? recipeName(recipes.previous) : "");
  const noWayBack = ({ kind }: ContextCommand): Refused | undefined => {
    if (kind !== "rollbackRecipe") return undefined;
    const back = recipes.previous;
    if (!back)
      return refuse("wrongState", "no recipe that the station still has ran before this one; select one by its id");
    return isAllowedBy(options.recipes, ahead.context, back)
      ? undefined
      : refuse(
          "wrongState",
          `the context in force does not allow ${recipeText(back)}, which ran before; set a context`,
        );
  };

  const isDue = (moment: PendingMoment, triggerId: number, gapMs: number): boolean =>
    "triggerId" in moment
      ? moment.triggerId === triggerId
      : "gapSeconds" in moment && gapMs >= moment.gapSeconds * 1_000;
  /** The moment of what waits has come. */
  const apply = (pending: PendingContext): void => {
    const fields = fieldsDue(pending, ahead.context);
    const { source, by, intent } = pending;
    if (!fields || isInForce(fields, recipeAhead(pending))) {
      ahead.pending = undefined;
      write([pendingDraft("cleared", pending, "line")]);
      return;
    }
    const kind = intent ? kindOf(intent) : "setContext";
    const entries = turn(fields, { source, by, wasPending: true }, now(), changeBy[kind]);
    takePlace({ answer: accepted("effective"), entries }, (answer) =>
      log.info("pending context took effect", { ...answer }),
    );
  };
  const expire = (time: number): void => {
    const { pending } = ahead;
    if (!pending) return;
    // Promised while the configuration named another owner.
    if (!isOwner(options.owner, pending.source as CommandSource)) write(dropped("cleared", "line"));
    else if (time > pending.expiresAt) write(dropped("expired", "line"));
  };
  /** The recipe that what waits will choose. */
  const recipeAhead = (pending: PendingContext): Recipe | undefined => {
    if (pending.intent && !changeBy[kindOf(pending.intent)]) return undefined;
    const fields = fieldsDue(pending, ahead.context);
    return fields && chosen(fields);
  };

  return {
    command: (command) =>
      new Promise((resolve) => {
        if (sequencer.storageFault !== "") {
          resolve(refuseForStorage(sequencer.storageFault));
          return;
        }
        const { effective } = command;
        const previous = previousName();
        const wrong = wrongInItself(command, { ...ahead, previous }, options, position);
        // What no place in the order can mend is told at once where nothing has to take one.
        if (wrong && effective.mode !== "nextUnit") {
          resolve(wrong);
          return;
        }
        const fields = fieldsWanted(command, ahead.context, previous);
        const intended: Intended = { command, fields, chosen: changeBy[command.kind] && chosen(fields), previous };
        const refusal = noWayBack(command) ?? wrong ?? wrongInPlace(command, ahead);
        const decision = refusal
          ? { answer: refusal }
          : effective.mode === "nextUnit"
            ? decide(intended)
            : wait(intended, momentOf(effective));
        const { pending } = ahead;
        takePlace(decision, (answer) => {
          const isPending = answer.outcome === "accepted" && answer.state === "pending";
          const why = isPending && pending && refusals.get(pending);
          resolve(why ? refuse("recipeRefused", why) : answer);
        });
      }),
    beforeUnit(triggerId, at) {
      const gapMs = at - lastUnitAt;
      lastUnitAt = Math.max(lastUnitAt, at);
      position = { triggerId, triggers: position.triggers + 1 };
      expire(now());
      if (ahead.pending && isDue(ahead.pending, triggerId, gapMs)) apply(ahead.pending);
    },
    lotMarker() {
      expire(now());
      const { pending } = ahead;
      if (pending && "lotMarker" in pending) apply(pending);
      else log.warn("a lot began, but no context waits for it; send SetContext with EffectiveMode 2 before the marker");
    },
    watchedFrom(at) {
      lastUnitAt = Math.max(lastUnitAt, at);
    },
    prepare() {
      const { pending } = ahead;
      if (!pending) return;
      const recipe = recipeAhead(pending);
      const promised = "recipe" in pending ? pending.recipe : undefined;
      if (recipe && (!promised || promised.hash === recipe.hash)) {
        if (promised && recipes.isReady(recipe)) apply(pending);
        else void recipes.prepare(recipe);
      } else if (promised)
        write(dropped("refused", "line", `${recipeText(promised)} is not there any more, or was changed`));
    },
    get awaited() {
      return ahead.pending && recipeAhead(ahead.pending);
    },
    settled(recipe, problem) {
      const { pending } = ahead;
      if (!pending || recipeAhead(pending)?.hash !== recipe.hash) return;
      if (problem === undefined) {
        if ("recipe" in pending) apply(pending);
        return;
      }
      const reason = `recipe ${recipeText(recipe)} cannot be used: ${problem}`;
      refusals.set(pending, reason);
      const drafts = dropped("refused", "line", reason);
      // The recipe that the context in force chooses has its entry already.
      const told = recipes.wanted.hash === recipe.hash ? undefined : recipes.refused(recipe, problem);
      sequencer.push({ ready: () => true, produce: (state) => (told ? [...drafts, told(state)] : drafts) });
    },
    rollback(reason) {
      const failed = recipes.active;
      if (failed.hash !== recipes.wanted.hash) {
        recipes.lose(); // its units are over: another is being made ready, and nothing is inspected until it is
        return;
      }
      const back = recipes.previous;
      const fields = { ...ahead.context, recipeId: previousName() };
      if (!back || !isAllowedBy(options.recipes, ahead.context, back)) {
        recipes.block(`${reason}; there is no recipe before it that the context allows: select one`);
        return;
      }
      log.error("recipe failed; the one before it inspects again", { recipe: recipeText(failed), reason });
      const origin = { source: "local", by: "line", wasPending: false };
      const entries = turn(fields, origin, now(), { event: "rolledBack", reason });
      takePlace({ answer: accepted("effective"), entries }, () => undefined);
    },
    tick: expire,
  };
}
