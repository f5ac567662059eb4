import { type ContextCommand, type Effective, type Refused, refuse } from "../domain/command.ts";
import {
  type ArgumentProblem,
  type ContextFields,
  contextProblems,
  emptyFields,
  fieldsOf,
  type ProductionContext,
  sameFields,
} from "../domain/context.ts";
import { type ContextOwner, isOwner, ownedBy } from "../domain/context-owner.ts";
import type {
  EntryBodies,
  EntryDraft,
  EntryKind,
  LotBody,
  PendingContext,
  PendingIntent,
} from "../domain/ledger-entry.ts";
import { momentText } from "../domain/pending-moment.ts";
import type { RecipeChoice } from "../domain/recipe.ts";
import { hasPassed, type TriggerPosition } from "../domain/trigger.ts";
import type { Log } from "../platform/log.ts";
import { endedLot, newLot, resumedLot } from "../projections/lots.ts";
import type { StationState } from "../projections/station-state.ts";
import type { Ahead } from "./ahead.ts";

/** The context that a command asks for, given the one in force and the recipe that ran before. One row per command. */
const wanted: {
  readonly [K in ContextCommand["kind"]]: (
    command: Extract<ContextCommand, { kind: K }>,
    now: ContextFields,
    previous: string,
  ) => ContextFields;
} = {
  setContext: ({ fields }) => fieldsOf(fields),
  startLot: ({ lot }, now) => ({ ...fieldsOf(now), lot }),
  endLot: (_, now) => ({ ...fieldsOf(now), lot: "" }),
  clearContext: () => emptyFields,
  selectRecipe: ({ recipeId }, now) => ({ ...fieldsOf(now), recipeId }),
  rollbackRecipe: (_, now, recipeId) => ({ ...fieldsOf(now), recipeId }),
};
/** The context that a command asks for, given the one in force and the name of the recipe that ran before. */
export const fieldsWanted = (command: ContextCommand, now: ContextFields, previous: string): ContextFields =>
  (wanted[command.kind] as (c: ContextCommand, now: ContextFields, previous: string) => ContextFields)(
    command,
    now,
    previous,
  );

/** What of a command that waits is to be seen only when its moment has come; `undefined` when it says everything itself. */
export function intentOf(command: ContextCommand, now: ContextFields, previous: string): PendingIntent | undefined {
  switch (command.kind) {
    case "startLot":
      return { startLot: command.lot };
    case "endLot":
      return { endLot: now.lot };
    case "selectRecipe":
      return { selectRecipe: command.recipeId, rollback: false };
    case "rollbackRecipe":
      return { selectRecipe: previous, rollback: true };
    default:
      return undefined;
  }
}
/** The context that has waited, where it takes its place; `undefined` when the lot that it was to end is over already. */
export function fieldsDue({ fields, intent }: PendingContext, now: ContextFields): ContextFields | undefined {
  if (!intent) return fields;
  if ("startLot" in intent) return { ...fieldsOf(now), lot: intent.startLot };
  if ("selectRecipe" in intent) return { ...fieldsOf(now), recipeId: intent.selectRecipe };
  return intent.endLot === now.lot ? { ...fieldsOf(now), lot: "" } : undefined;
}

/** What a station allows its contexts. */
export interface ContextRules {
  readonly owner: ContextOwner;
  /** The trigger source tells where a lot begins. */
  readonly lotMarkers: boolean;
}
/** The same with what they may choose. */
export interface ContextLimits extends ContextRules {
  readonly recipes: RecipeChoice;
}

/** The longest gap that a context may wait for, s. */
const longestGapSeconds = 3_600;

/** What is wrong with the moment that a command names. One row per mode. */
const momentProblems: {
  readonly [M in Effective["mode"]]: (
    effective: Extract<Effective, { mode: M }>,
    rules: ContextRules,
    position: TriggerPosition,
  ) => string | undefined;
} = {
  nextUnit: () => undefined,
  atTrigger({ triggerId }, _, position) {
    if (!Number.isInteger(triggerId) || triggerId < 1 || triggerId > 65_535)
      return "must be a trigger id from 1 to 65535";
    return hasPassed(triggerId, position)
      ? `trigger ${triggerId} has passed already, the last is ${position.triggerId}; name a later one, or take effect with the next unit`
      : undefined;
  },
  atLotMarker: () => undefined,
  afterGap: ({ seconds }) =>
    Number.isInteger(seconds) && seconds >= 1 && seconds <= longestGapSeconds
      ? undefined
      : `must be the length of the gap, 1 to ${longestGapSeconds} s`,
};

/**
 * Why the command is refused wherever it takes its place; `undefined` when nothing is wrong with it. Says everything that
 * is wrong at once.
 * @param position of the newest trigger when it was called, also when its unit is not in the ledger yet
 */
export function wrongInItself(
  command: ContextCommand,
  { context: now, previous }: Pick<Ahead, "context"> & { readonly previous: string },
  rules: ContextLimits,
  position: TriggerPosition,
): Refused | undefined {
  if (!isOwner(rules.owner, command.source)) return refuse("notOwner", ownedBy(rules.owner));
  const { effective } = command;
  const lotRequired = command.kind === "setContext" || command.kind === "startLot";
  // A lot can be ended whatever has become of its recipe.
  const chosen = command.kind === "endLot" ? {} : { recipes: rules.recipes };
  const problems: ArgumentProblem[] = [
    ...contextProblems(fieldsWanted(command, now, previous), { ...chosen, lotRequired }),
    ...(command.unreadable ?? []),
  ];
  const problem = (
    momentProblems[effective.mode] as (e: Effective, r: ContextRules, p: TriggerPosition) => string | undefined
  )(effective, rules, position);
  if (problem !== undefined) problems.push({ argument: "effectiveTrigger", problem });
  if (effective.mode === "atLotMarker" && !rules.lotMarkers) {
    const message =
      "the trigger of this station tells no lot marker; take effect with the next unit, at a trigger id or after a gap";
    if (problems.length === 0) return refuse("notSupported", message);
    problems.push({ argument: "effectiveMode", problem: message });
  }
  if (problems.length > 0)
    return refuse(
      "invalidArgument",
      `nothing was changed: ${problems.map((p) => `${p.argument} ${p.problem}`).join("; ")}`,
      problems,
    );
  return undefined;
}

/** Why the command is refused at its place, after everything before it; `undefined` when it is not. */
export function wrongInPlace(
  { expectedRevision, effective, kind }: ContextCommand,
  { context, pending }: Pick<Ahead, "context" | "pending">,
): Refused | undefined {
  if (expectedRevision !== 0 && expectedRevision !== context.revision)
    return refuse(
      "revisionMismatch",
      `the context has revision ${context.revision}, not ${expectedRevision}: somebody changed it; read it and decide again, or pass 0 for any`,
      [
        {
          argument: "expectedRevision",
          problem: `is ${expectedRevision}, but the context has revision ${context.revision}`,
        },
      ],
    );
  if (pending && (effective.mode !== "nextUnit" || isOvertaken(kind, pending))) return refusePending(pending);
  if (kind === "endLot" && context.lot === "") return refuse("wrongState", "no lot is running, so none can be ended");
  return undefined;
}

/** The lot of a context that is being loaded as a whole cannot be changed before it is there: it would be overwritten. */
const isOvertaken = (kind: ContextCommand["kind"], pending: PendingContext): boolean =>
  "recipe" in pending && !pending.intent && (kind === "startLot" || kind === "endLot");

/** Only one may wait. */
export const refusePending = (pending: PendingContext): Refused =>
  refuse(
    "alreadyPending",
    `a context for lot "${pending.fields.lot}" is already to take effect ${momentText(pending)}; wait for it, or call ClearContext`,
  );

/** Who changes a context, and how it came. */
export interface Origin {
  readonly source: string;
  readonly by: string;
  readonly wasPending: boolean;
}

/** What a change of context asks others. */
export interface ContextChangeDeps {
  readonly findEndedLot: (lot: string) => Promise<LotBody | undefined>;
  /** What the shift calendar has to say when the context no longer names a shift. */
  readonly shiftTakesOver: (state: StationState, time: number) => readonly EntryDraft[];
  readonly log: Log;
}

/** The context after the one that is in force by then. `now`: station time, UTC ms. */
export const nextContext = (
  { revision }: ProductionContext,
  fields: ContextFields,
  { source, by }: Origin,
  now: number,
): ProductionContext => ({
  ...fieldsOf(fields),
  revision: (revision + 1) >>> 0,
  since: now,
  source,
  changedBy: by,
});

/**
 * The entries that put a context into force at this point of the ledger: the end of the lot that ran, the context, and the
 * start of the new lot. A lot that was ended before is resumed with its totals (`findEndedLot`).
 */
export async function changeContext(
  state: StationState,
  context: ProductionContext,
  { by, wasPending }: Origin,
  deps: ContextChangeDeps,
): Promise<readonly EntryDraft[]> {
  const { since: now } = context;
  const draft = <K extends EntryKind>(kind: K, body: EntryBodies[K]): EntryDraft =>
    ({ station: state.station, kind, time: now, by, body }) as EntryDraft;
  const drafts: EntryDraft[] = [];
  const running = state.lot?.open ? state.lot : undefined;
  const changesLot = context.lot !== (running?.lot ?? "");
  if (running && changesLot) {
    const ended = endedLot(running, state);
    if (ended.reconciled === false)
      deps.log.error("a lot's counts do not agree with its sequences; verify the ledger and report this", { ...ended });
    drafts.push(draft("lot", ended));
  }
  // Before the context, so that a shift which both of them name goes on with its counts.
  if (context.shift === "" && state.context.shift !== "") drafts.push(...deps.shiftTakesOver(state, now));
  drafts.push(draft("context", { context, fromSequence: state.sequence + 1, wasPending }));
  if (changesLot && context.lot !== "") {
    const before = await deps.findEndedLot(context.lot);
    drafts.push(draft("lot", before ? resumedLot(before) : newLot(context, now)));
  }
  return drafts;
}

/** A context that is in force already. */
export const isUnchanged = (context: ProductionContext, fields: ContextFields): boolean =>
  context.revision > 0 && sameFields(context, fields);
