import { type ISessionContext, StatusCodes } from "node-opcua";
import type { AcknowledgeResults } from "../../domain/command.ts";
import type { SequenceRange } from "../../domain/sequence-ranges.ts";
import { nothingAcknowledged } from "../../projections/consumers.ts";
import { callerOf, sessionCaller } from "../caller.ts";
import type { OutcomeOf } from "../commands.ts";
import { type MethodCall, type MethodOutcome, type MethodRow, refusal } from "../method-table.ts";
import { createAcknowledger } from "./acknowledger.ts";
import type { ResultMethodDeps } from "./methods.ts";
import { error, errorList, path, uint32, wrong } from "./outputs.ts";
import { type ResultError, resultErrors } from "./result-error.ts";
import { sequenceOf } from "./result-id.ts";

/** Ids that one AcknowledgeResults may name. */
const maximumIds = 10_000;

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

/** What consumers say: AcknowledgeResults (OPC 40001-101 §7.1.6), and Acknowledge for all up to one unit. */
export function acknowledgeMethodRows({
  station,
  consumers,
  consumer,
  commands,
}: ResultMethodDeps): readonly MethodRow[] {
  const { id } = station.snapshot.setup;
  const acknowledger = createAcknowledger(id, commands);
  const denied = (context: ISessionContext): MethodOutcome => {
    const { user, application } = sessionCaller(context);
    const message = `this is no session of that consumer, it is of user ${user} and application ${application}; name them under opcua.consumers`;
    return refusal(StatusCodes.BadUserAccessDenied, message);
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

  return [
    { path, name: "AcknowledgeResults", permission: "command", call: AcknowledgeResults },
    { path, name: "Acknowledge", permission: "command", call: Acknowledge },
  ];
}
