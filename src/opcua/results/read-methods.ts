import { ContentFilter, type ISessionContext, type RelativePath, StatusCodes, type Variant } from "node-opcua";
import { reading } from "../history/reading.ts";
import { askedBy, type HistoryReader } from "../history/requests.ts";
import type { MethodCall, MethodOutcome, MethodRow } from "../method-table.ts";
import { compileSearch, findResults } from "./find.ts";
import { createResultHandles } from "./handles.ts";
import type { ResultMethodDeps } from "./methods.ts";
import { error, path, textList, uint32, wrong } from "./outputs.ts";
import { resultErrors } from "./result-error.ts";
import { sequenceOf } from "./result-id.ts";
import { unitArrays } from "./unit-columns.ts";
import { unitOf, unitsFrom } from "./units.ts";

/** Units that one GetUnits returns at most. */
const maximumUnits = 1_000;
/** Criteria that one order may have. */
const maximumCriteria = 10;

/** What gives results away (OPC 40001-101 §7.1.2 to §7.1.5), and GetUnits for clients that can use nothing else. */
export function readMethodRows({ station, consumer, history, result, index }: ResultMethodDeps): readonly MethodRow[] {
  const { id } = station.snapshot.setup;
  const mine = (context: ISessionContext): HistoryReader => askedBy(history, context.session);
  const handles = createResultHandles(() => performance.now());
  const given = (context: ISessionContext, sequence: number): void => {
    const known = consumer(context);
    if (known) station.deliver(known.id, sequence);
  };
  /** Handles are of a session; one without is a call from inside. */
  const sessionOf = (context: ISessionContext): string => context.session?.getSessionId().toString() ?? "";
  const handleFor = ({ inputs, context }: MethodCall): Variant =>
    uint32(handles.issue(sessionOf(context), Number(inputs["Timeout"])));

  const GetLatestResult = (call: MethodCall): MethodOutcome => {
    const { lastUnit } = station.snapshot.state;
    if (!lastUnit) return { outputs: [uint32(0), result(undefined), error(resultErrors.notThere)] };
    given(call.context, lastUnit.unit.sequence);
    return { outputs: [handleFor(call), result(lastUnit.unit), error(resultErrors.ok)] };
  };

  const GetResultById = async (call: MethodCall): Promise<MethodOutcome> => {
    const named = sequenceOf(String(call.inputs["ResultId"]), {
      ledgerId: station.snapshot.ledger.ledgerId,
      station: id,
    });
    const found = "sequence" in named ? await unitOf(mine(call.context), id, named.sequence) : undefined;
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
    const { ids, isComplete } = await findResults(mine(call.context), id, search, Number(MaxResults), {
      budgetMs: call.remainingMs(),
    });
    return { outputs: [handleFor(call), textList(ids), error(isComplete ? resultErrors.ok : resultErrors.incomplete)] };
  };

  const ReleaseResultHandle = ({ inputs, context }: MethodCall): MethodOutcome => {
    const isHeld = handles.release(sessionOf(context), Number(inputs["ResultHandle"]));
    return { outputs: [error(isHeld ? resultErrors.ok : resultErrors.unknownHandle)] };
  };

  const GetUnits = async ({ inputs, context }: MethodCall): Promise<MethodOutcome> => {
    const from = Number(inputs["FromSequence"]);
    const head = station.snapshot.state.sequence;
    const max = Math.min(Number(inputs["Max"]) || maximumUnits, maximumUnits);
    // The reader may be ahead of what the nodes show; a client must not see a unit before its event.
    const units = (await unitsFrom(mine(context), id, from, max)).filter(({ unit }) => unit.sequence <= head);
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
    { path, name: "GetUnits", permission: "read", call: reading(GetUnits) },
  ];
}
