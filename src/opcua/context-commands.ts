import { type StatusCode, StatusCodes } from "node-opcua";
import type { contextMethods } from "../../nodeset/methods.ts";
import type { RowValue } from "../../nodeset/model.ts";
import type { ContextCommand, Effective, RefusalCode } from "../domain/command.ts";
import { type ArgumentProblem, runTypes } from "../domain/context.ts";
import type { OutcomeOf } from "./commands.ts";

export type ContextMethod = keyof typeof contextMethods;
/** Arguments of a method by name, as the model types them. */
export type Arguments<M extends ContextMethod> = {
  readonly [K in keyof (typeof contextMethods)[M]["inputs"]]: RowValue<(typeof contextMethods)[M]["inputs"][K]>;
};
type Intent = ContextCommand extends infer C
  ? C extends ContextCommand
    ? Omit<C, "station" | "by" | "source">
    : never
  : never;

/** What a call says, or what is wrong with it. */
export type Reading =
  | { readonly ok: true; readonly intent: Intent }
  | {
      readonly ok: false;
      readonly status: StatusCode;
      readonly message: string;
      readonly problems: readonly ArgumentProblem[];
    };

/** Arguments that are numbers: what is wrong with them is a range, not a text. */
const numeric: ReadonlySet<ArgumentProblem["argument"]> = new Set([
  "targetQuantity",
  "runType",
  "effectiveMode",
  "effectiveTrigger",
]);
/** Result of one argument. A revision that another client has moved on from is a state, not a bad number. */
export const argumentStatus = (argument: ArgumentProblem["argument"]): StatusCode =>
  argument === "expectedRevision"
    ? StatusCodes.BadInvalidState
    : numeric.has(argument)
      ? StatusCodes.BadOutOfRange
      : StatusCodes.BadInvalidArgument;

const reservedModes: ReadonlySet<number> = new Set([2, 3]);
type Timing = Arguments<"EndLot">;

function effectiveOf({ EffectiveMode, EffectiveTrigger }: Timing): Effective | ArgumentProblem {
  if (EffectiveMode === 0) return { mode: "nextUnit" };
  if (EffectiveMode !== 1)
    return {
      argument: "effectiveMode",
      problem: "must be 0 (next unit) or 1 (at the unit with trigger id EffectiveTrigger)",
    };
  if (EffectiveTrigger < 1 || EffectiveTrigger > 65_535)
    return { argument: "effectiveTrigger", problem: "must be a trigger id, 1..65535, when EffectiveMode is 1" };
  return { mode: "atTrigger", triggerId: EffectiveTrigger };
}

const intents: {
  readonly [M in ContextMethod]: (a: Arguments<M>, base: { effective: Effective; expectedRevision: number }) => Intent;
} = {
  SetContext: (a, base) => ({
    ...base,
    kind: "setContext",
    fields: {
      orderId: a.OrderId,
      lot: a.Lot,
      sku: a.Sku,
      recipeId: a.RecipeId,
      shift: a.Shift,
      operator: a.Operator,
      targetQuantity: a.TargetQuantity,
      runType: runTypes[a.RunType]!,
    },
  }),
  StartLot: (a, base) => ({ ...base, kind: "startLot", lot: a.Lot }),
  EndLot: (_, base) => ({ ...base, kind: "endLot" }),
  ClearContext: (_, base) => ({ ...base, kind: "clearContext" }),
};

/** Reads a call into a command. Only what cannot be said in the domain's words is refused here; the line judges the rest. */
export function readArguments<M extends ContextMethod>(method: M, values: Arguments<M>): Reading {
  const timing = values as unknown as Timing;
  if (reservedModes.has(timing.EffectiveMode))
    return {
      ok: false,
      status: StatusCodes.BadNotSupported,
      message: `EffectiveMode ${timing.EffectiveMode} is reserved and not supported yet; use 0 or 1`,
      problems: [],
    };
  const problems: ArgumentProblem[] = [];
  const effective = effectiveOf(timing);
  if ("argument" in effective) problems.push(effective);
  const runType = (values as { readonly RunType?: number }).RunType;
  if (runType !== undefined && runTypes[runType] === undefined)
    problems.push({ argument: "runType", problem: `must be 0..${runTypes.length - 1}: ${runTypes.join(", ")}` });
  if (problems.length > 0 || "argument" in effective)
    return { ok: false, status: StatusCodes.BadInvalidArgument, message: sentence(problems), problems };
  return { ok: true, intent: intents[method](values, { effective, expectedRevision: timing.ExpectedRevision }) };
}

const sentence = (problems: readonly ArgumentProblem[]): string =>
  problems.map(({ argument, problem }) => `${argument}: ${problem}`).join("; ");

/** Refusal → status of the call. Per-argument results exist only with BadInvalidArgument (OPC 10000-4 §5.12.2). */
const refusals: Readonly<Record<RefusalCode, StatusCode>> = {
  invalidArgument: StatusCodes.BadInvalidArgument,
  revisionMismatch: StatusCodes.BadInvalidArgument,
  alreadyPending: StatusCodes.BadInvalidState,
  wrongState: StatusCodes.BadInvalidState,
  notSupported: StatusCodes.BadNotSupported,
  tooManyGaps: StatusCodes.BadInvalidState,
  storage: StatusCodes.BadResourceUnavailable,
};
const unanswered = { timeout: StatusCodes.BadTimeout, busy: StatusCodes.BadTooManyOperations } as const;
const stateCodes = { effective: 0, pending: 1, unchanged: 2 } as const;

/** What a client is told, by a method's result or by the tags. */
export interface Told {
  readonly status: StatusCode;
  /** "" when accepted. */
  readonly message: string;
  readonly problems: readonly ArgumentProblem[];
  readonly revision: number;
  readonly fromSequence: number;
  /** 0 effective, 1 pending, 2 unchanged, -1 refused. */
  readonly state: number;
}
const refused = { revision: 0, fromSequence: 0, state: -1 } as const;

export function tell(outcome: OutcomeOf<ContextCommand> | Extract<Reading, { ok: false }>): Told {
  if ("ok" in outcome)
    return { ...refused, status: outcome.status, message: outcome.message, problems: outcome.problems };
  switch (outcome.outcome) {
    case "accepted":
      return {
        status: StatusCodes.Good,
        message: "",
        problems: [],
        revision: outcome.revision,
        fromSequence: outcome.fromSequence,
        state: stateCodes[outcome.state],
      };
    case "unanswered":
      return { ...refused, status: unanswered[outcome.code], message: outcome.message, problems: [] };
    case "refused": {
      const named = outcome.problems.length > 0 || outcome.code !== "revisionMismatch";
      const problems = named ? outcome.problems : [{ argument: "expectedRevision", problem: outcome.message } as const];
      return { ...refused, status: refusals[outcome.code], message: outcome.message || sentence(problems), problems };
    }
  }
}
