import { type StatusCode, StatusCodes } from "node-opcua";
import type { contextMethods } from "../../nodeset/methods.ts";
import type { RowValue } from "../../nodeset/model.ts";
import type { ContextCommand, Effective, RefusalCode } from "../domain/command.ts";
import { type ArgumentProblem, runTypes } from "../domain/context.ts";
import type { OutcomeOf } from "./commands.ts";
import type { ArgumentResults } from "./method-table.ts";

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

/** Arguments that are numbers: what is wrong with them is a range, not a text. */
const numeric: ReadonlySet<ArgumentProblem["argument"]> = new Set([
  "targetQuantity",
  "runType",
  "effectiveMode",
  "effectiveTrigger",
  "disposition",
  "recognition",
  "validSeconds",
]);
/** Result of one argument. A revision that another client has moved on from is a state, not a bad number. */
const argumentStatus = (argument: ArgumentProblem["argument"]): StatusCode =>
  argument === "expectedRevision"
    ? StatusCodes.BadInvalidState
    : numeric.has(argument)
      ? StatusCodes.BadOutOfRange
      : StatusCodes.BadInvalidArgument;

/** `orderId` → `OrderId`: arguments of methods are named like their fields. */
const upperFirst = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
/** What is wrong with each argument, by its name on the wire; nothing when nothing is named (OPC 10000-4 §5.12.2). */
export const namedProblems = (problems: readonly ArgumentProblem[]): { readonly problems?: ArgumentResults } =>
  problems.length === 0
    ? {}
    : {
        problems: Object.fromEntries(
          problems.map(({ argument, problem }) => [
            upperFirst(argument),
            { status: argumentStatus(argument), problem },
          ]),
        ),
      };

type Timing = Arguments<"EndLot">;

/** Wire code → meaning; what the number says depends on the mode, the line judges it. */
const effectiveOf: Readonly<Record<number, (trigger: number) => Effective>> = {
  0: () => ({ mode: "nextUnit" }),
  1: (triggerId) => ({ mode: "atTrigger", triggerId }),
  2: () => ({ mode: "atLotMarker" }),
  3: (seconds) => ({ mode: "afterGap", seconds }),
};
const nextUnit: Effective = { mode: "nextUnit" };

/** What a command needs besides its fields. */
type Base = Pick<Intent, "effective" | "expectedRevision" | "unreadable">;

const intents: {
  readonly [M in ContextMethod]: (a: Arguments<M>, base: Base) => Intent;
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
      runType: runTypes[a.RunType] ?? "production",
    },
  }),
  StartLot: (a, base) => ({ ...base, kind: "startLot", lot: a.Lot }),
  EndLot: (_, base) => ({ ...base, kind: "endLot" }),
  ClearContext: (_, base) => ({ ...base, kind: "clearContext" }),
};

/**
 * Reads a call into a command. The line judges it; what cannot be said in the domain's words (a code without a meaning)
 * goes along with it, so that the answer names everything that is wrong.
 */
export function readArguments<M extends ContextMethod>(method: M, values: Arguments<M>): Intent {
  const { EffectiveMode, EffectiveTrigger, ExpectedRevision } = values as unknown as Timing;
  const unreadable: ArgumentProblem[] = [];
  const effective = effectiveOf[EffectiveMode]?.(EffectiveTrigger);
  if (!effective)
    unreadable.push({
      argument: "effectiveMode",
      problem: "must be 0 (next unit), 1 (at trigger id), 2 (at the lot marker) or 3 (after a gap)",
    });
  const runType = (values as { readonly RunType?: number }).RunType;
  if (runType !== undefined && runTypes[runType] === undefined)
    unreadable.push({ argument: "runType", problem: `must be 0..${runTypes.length - 1}: ${runTypes.join(", ")}` });
  return intents[method](values, {
    effective: effective ?? nextUnit,
    expectedRevision: ExpectedRevision,
    ...(unreadable.length > 0 && { unreadable }),
  });
}

const sentence = (problems: readonly ArgumentProblem[]): string =>
  problems.map(({ argument, problem }) => `${argument}: ${problem}`).join("; ");

/** Refusal → status of the call. Per-argument results exist only with BadInvalidArgument (OPC 10000-4 §5.12.2). */
export const refusals: Readonly<Record<RefusalCode, StatusCode>> = {
  invalidArgument: StatusCodes.BadInvalidArgument,
  revisionMismatch: StatusCodes.BadInvalidArgument,
  alreadyPending: StatusCodes.BadInvalidState,
  wrongState: StatusCodes.BadInvalidState,
  // Not BadUserAccessDenied: another user would be refused as well.
  notOwner: StatusCodes.BadInvalidState,
  notSupported: StatusCodes.BadNotSupported,
  recipeRefused: StatusCodes.BadInvalidState,
  unknownJob: StatusCodes.BadNotFound,
  jobNotAccepted: StatusCodes.BadInvalidState,
  tooManyGaps: StatusCodes.BadInvalidState,
  storage: StatusCodes.BadResourceUnavailable,
  unknownEvent: StatusCodes.BadEventIdUnknown,
  alreadyAcknowledged: StatusCodes.BadConditionBranchAlreadyAcked,
  alreadyConfirmed: StatusCodes.BadConditionBranchAlreadyConfirmed,
  alreadyShelved: StatusCodes.BadConditionAlreadyShelved,
  notShelved: StatusCodes.BadConditionNotShelved,
  shelvingTime: StatusCodes.BadShelvingTimeOutOfRange,
  alarmDisabled: StatusCodes.BadConditionDisabled,
  alreadyEnabled: StatusCodes.BadConditionAlreadyEnabled,
  alreadyDisabled: StatusCodes.BadConditionAlreadyDisabled,
};
/** No answer → status of the call. */
export const unanswered = { timeout: StatusCodes.BadTimeout, busy: StatusCodes.BadTooManyOperations } as const;
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

export function tell(outcome: OutcomeOf<ContextCommand>): Told {
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
