import {
  ContentFilter,
  DataType,
  type ISessionContext,
  type RelativePath,
  type StatusCode,
  StatusCodes,
  Variant,
  VariantArrayType,
} from "node-opcua";
import type { AcknowledgeResults } from "../../domain/command.ts";
import { type Consumer, consumerOf } from "../../domain/consumer.ts";
import type { SequenceRange } from "../../domain/sequence-ranges.ts";
import { nothingAcknowledged } from "../../projections/consumers.ts";
import { callerOf, sessionCaller } from "../caller.ts";
import type { CommandPort, OutcomeOf } from "../commands.ts";
import type { EventTypeIndex } from "../events/read-event-types.ts";
import { HistoryUnavailable } from "../history/port.ts";
import type { HistoryPort } from "../history/requests.ts";
import { type MethodCall, type MethodOutcome, type MethodRow, refusal } from "../method-table.ts";
import type { StationNodes } from "../station.ts";
import { createAcknowledger } from "./acknowledger.ts";
import { compileSearch, findResults } from "./find.ts";
import { createResultHandles } from "./handles.ts";
import { type ResultError, resultErrors } from "./result-error.ts";
import { sequenceOf } from "./result-id.ts";
import type { resultVariants } from "./result-object.ts";
import { unitArrays } from "./unit-columns.ts";
import { unitOf, unitsFrom } from "./units.ts";

/** Units that one GetUnits returns at most. */
export const maximumUnits = 1_000;
/** Ids that one AcknowledgeResults may name. */
export const maximumIds = 10_000;
/** Criteria that one order may have. */
const maximumCriteria = 10;

const path = "ResultManagement";
const uint32 = (value: number): Variant => new Variant({ dataType: DataType.UInt32, value });
const error = (value: ResultError): Variant => new Variant({ dataType: DataType.Int32, value });
const errorList = (value: readonly ResultError[]): Variant =>
  new Variant({ dataType: DataType.Int32, arrayType: VariantArrayType.Array, value: [...value] });

/** One argument is wrong (OPC 10000-4 §5.12.2). */
const wrong = (name: string, status: StatusCode, problem: string): MethodOutcome => ({
  status: StatusCodes.BadInvalidArgument,
  message: `${name} ${problem}`,
  problems: { [name]: { status, problem } },
});

/** TrimmedString (OPC 10000-3 §8.61): no white space at its ends. */
const isTrimmed = (text: string): boolean => text !== "" && text === text.trim();

/** Why a command did not succeed → status of the call. What says so by an Error of the standard is not here. */
function failureOf(outcome: Exclude<OutcomeOf<AcknowledgeResults>, { outcome: "acknowledged" }>): MethodOutcome {
  const { code, message } = outcome;
  switch (code) {
    case "timeout":
      return refusal(StatusCodes.BadTimeout, message);
    case "busy":
      return refusal(StatusCodes.BadTooManyOperations, message);
    case "storage":
      return refusal(StatusCodes.BadResourceUnavailable, message);
    default:
      return refusal(StatusCodes.BadInvalidState, message);
  }
}

type Call = MethodRow["call"];
/** A ledger that cannot be read at present fails the call, never the service. */
const reading =
  (call: Call): Call =>
  async (made) => {
    try {
      return await call(made);
    } catch (error) {
      if (error instanceof HistoryUnavailable) return refusal(StatusCodes.BadResourceUnavailable, error.message);
      throw error;
    }
  };

/** The methods of OPC 40001-101 §7.1, and those of ours beside them. */
export function resultMethodRows(deps: {
  readonly station: StationNodes;
  readonly consumers: readonly Consumer[];
  readonly commands: CommandPort;
  readonly history: HistoryPort;
  readonly result: ReturnType<typeof resultVariants>;
  readonly index: EventTypeIndex;
}): readonly MethodRow[] {
  const { station, consumers, commands, history, result, index } = deps;
  const { id } = station.snapshot.setup;
  const handles = createResultHandles(() => performance.now());
  const acknowledger = createAcknowledger(id, commands);

  const consumer = (context: ISessionContext): Consumer | undefined => consumerOf(consumers, sessionCaller(context));
  const given = (context: ISessionContext, sequence: number): void => {
    const known = consumer(context);
    if (known) station.deliver(known.id, sequence);
  };
  /** Handles are of a session; one without is a call from inside. */
  const sessionOf = (context: ISessionContext): string => context.session?.getSessionId().toString() ?? "";
  const handleFor = ({ inputs, context }: MethodCall): Variant =>
    uint32(handles.issue(sessionOf(context), Number(inputs["Timeout"])));
  const denied = (context: ISessionContext): MethodOutcome => {
    const { user, application } = sessionCaller(context);
    const message = `no consumer is configured for user ${user} of application ${application}; add one under opcua.consumers`;
    return refusal(StatusCodes.BadUserAccessDenied, message);
  };

  const GetLatestResult = (call: MethodCall): MethodOutcome => {
    const { lastUnit } = station.snapshot.state;
    if (!lastUnit) return { outputs: [uint32(0), result(undefined), error(resultErrors.notThere)] };
    given(call.context, lastUnit.unit.sequence);
    return { outputs: [handleFor(call), result(lastUnit.unit), error(resultErrors.ok)] };
  };

  const GetResultById = async (call: MethodCall): Promise<MethodOutcome> => {
    const resultId = String(call.inputs["ResultId"]);
    if (!isTrimmed(resultId))
      return wrong("ResultId", StatusCodes.BadOutOfRange, "is empty, or white space stands at its ends");
    const named = sequenceOf(resultId, { ledgerId: station.snapshot.ledger.ledgerId, station: id });
    const found = "sequence" in named ? await unitOf(history, id, named.sequence) : undefined;
    if (!found) {
      const why = "error" in named ? named.error : resultErrors.notThere;
      return { outputs: [uint32(0), result(undefined), error(why)] };
    }
    given(call.context, found.unit.sequence);
    return { outputs: [handleFor(call), result(found.unit), error(resultErrors.ok)] };
  };

  const GetResultIdListFiltered = async (call: MethodCall): Promise<MethodOutcome> => {
    const { Filter, OrderedBy, MaxResults } = call.inputs;
    const paths = Array.from((OrderedBy || []) as ArrayLike<RelativePath | null>);
    if (paths.length > maximumCriteria)
      return wrong("OrderedBy", StatusCodes.BadOutOfRange, `has more than ${maximumCriteria} criteria`);
    if (Filter && !(Filter instanceof ContentFilter))
      return wrong("Filter", StatusCodes.BadTypeMismatch, "is no ContentFilter");
    const search = compileSearch((Filter || null) as ContentFilter | null, paths, index);
    if (!("where" in search))
      return {
        status: StatusCodes.BadInvalidArgument,
        message: search.map(({ argument, problem }) => `${argument}: ${problem}`).join("; "),
        problems: Object.fromEntries(search.map(({ argument, ...rest }) => [argument, rest])),
      };
    const { ids, isComplete } = await findResults(history, id, search, Number(MaxResults));
    const list = new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value: [...ids] });
    return { outputs: [handleFor(call), list, error(isComplete ? resultErrors.ok : resultErrors.incomplete)] };
  };

  const ReleaseResultHandle = ({ inputs, context }: MethodCall): MethodOutcome => {
    const isHeld = handles.release(sessionOf(context), Number(inputs["ResultHandle"]));
    return { outputs: [error(isHeld ? resultErrors.ok : resultErrors.unknownHandle)] };
  };

  const AcknowledgeResults = async ({ inputs, context }: MethodCall): Promise<MethodOutcome> => {
    const known = consumer(context);
    if (!known) return denied(context);
    const ids = Array.from((inputs["ResultIds"] || []) as ArrayLike<string | null>);
    if (ids.length > maximumIds)
      return wrong("ResultIds", StatusCodes.BadOutOfRange, `names more than ${maximumIds} results; send them in parts`);
    const { state, ledger } = station.snapshot;
    const errors: ResultError[] = [];
    const ranges: SequenceRange[] = [];
    for (const resultId of ids) {
      const named = sequenceOf(resultId ?? "", { ledgerId: ledger.ledgerId, station: id });
      const why = "error" in named ? named.error : named.sequence > state.sequence ? resultErrors.notThere : undefined;
      errors.push(why ?? resultErrors.ok);
      if (why === undefined && "sequence" in named) ranges.push([named.sequence, named.sequence]);
    }
    if (ranges.length > 0) {
      const outcome = await acknowledger.acknowledge(known.id, callerOf(context), ranges);
      if (outcome.outcome === "refused" && outcome.code === "tooManyGaps") {
        for (const [n, one] of errors.entries()) if (one === resultErrors.ok) errors[n] = resultErrors.tooManyGaps;
      } else if (outcome.outcome !== "acknowledged") return failureOf(outcome);
    }
    const first = errors.find((one) => one !== resultErrors.ok) ?? resultErrors.ok;
    return { outputs: [errorList(first === resultErrors.ok ? [] : errors), error(first)] };
  };

  const Acknowledge = async ({ inputs, context }: MethodCall): Promise<MethodOutcome> => {
    const consumerId = String(inputs["ConsumerId"]);
    const upTo = Number(inputs["UpToSequence"]);
    const wanted = consumers.find((c) => c.id === consumerId);
    if (!wanted) {
      const all = consumers.map((c) => c.id).join(", ") || "none";
      return wrong("ConsumerId", StatusCodes.BadInvalidArgument, `is not configured; consumers: ${all}`);
    }
    if (consumer(context) !== wanted) return denied(context);
    const head = station.snapshot.state.sequence;
    if (upTo > head) return wrong("UpToSequence", StatusCodes.BadOutOfRange, `is beyond the last unit, ${head}`);
    if (upTo === 0) {
      const { cursor } = station.snapshot.state.deliveries[consumerId] ?? nothingAcknowledged;
      return { outputs: [uint32(cursor), uint32(head)] };
    }
    const outcome = await acknowledger.acknowledge(consumerId, callerOf(context), [[1, upTo]]);
    return outcome.outcome === "acknowledged"
      ? { outputs: [uint32(outcome.cursor), uint32(station.snapshot.state.sequence)] }
      : failureOf(outcome);
  };

  const GetUnits = async ({ inputs, context }: MethodCall): Promise<MethodOutcome> => {
    const from = Number(inputs["FromSequence"]);
    const head = station.snapshot.state.sequence;
    const max = Math.min(Number(inputs["Max"]) || maximumUnits, maximumUnits);
    // The reader may be ahead of what the nodes show; a client must not see a unit before its event.
    const units = (await unitsFrom(history, id, from, max)).filter(({ unit }) => unit.sequence <= head);
    const last = units.at(-1)?.unit.sequence;
    if (last !== undefined) given(context, last);
    // At the end: what comes next; never beyond it, so that a number from another ledger leads back to this one.
    const next = last === undefined ? head + 1 : last + 1;
    return { outputs: [uint32(next), uint32(head), ...unitArrays(units)] };
  };

  return [
    { path, name: "GetLatestResult", permission: "read", call: GetLatestResult },
    { path, name: "GetResultById", permission: "read", call: reading(GetResultById) },
    { path, name: "GetResultIdListFiltered", permission: "read", call: reading(GetResultIdListFiltered) },
    { path, name: "ReleaseResultHandle", permission: "read", call: ReleaseResultHandle },
    { path, name: "AcknowledgeResults", permission: "command", call: AcknowledgeResults },
    { path, name: "Acknowledge", permission: "command", call: Acknowledge },
    { path, name: "GetUnits", permission: "read", call: reading(GetUnits) },
  ];
}
