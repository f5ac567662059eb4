import {
  type AddressSpace,
  type BaseNode,
  DataType,
  type EventFilter,
  type HistoryReadRequest,
  HistoryReadResult,
  type HistoryReadValueId,
  type ISessionContext,
  NodeClass,
  ObjectIds,
  type OPCUAServer,
  PermissionType,
  ReadAtTimeDetails,
  ReadEventDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  resolveNodeId,
  type StatusCode,
  StatusCodes,
  TimestampsToReturn,
  type UAVariable,
  VariableIds,
} from "node-opcua";
import type { ScalarName } from "../../../nodeset/model.ts";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import { AppError, errorText } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import { type CompiledFilter, compileEventFilter, type EventFilterPlan } from "../events/event-filter.ts";
import { eventSources } from "../events/event-sources.ts";
import type { EventTypeIndex } from "../events/read-event-types.ts";
import { historyCapabilities } from "../limits.ts";
import type { StationSetup } from "../messages.ts";
import { aggregates } from "./aggregates.ts";
import { createContinuationPoints } from "./continuation.ts";
import type { EventsRequest } from "./events.ts";
import { historizeNotifiers } from "./notifiers.ts";
import { eventsPerNode, valuesPerNode } from "./paging.ts";
import { type PlanInput, planAtTime, planEvents, planProcessed, planRaw } from "./plans.ts";
import { HistoryUnavailable } from "./port.ts";
import type { HistoryPort, Subject, ValueRequest } from "./requests.ts";
import { showEvents, showValues, type ValueView } from "./show.ts";
import { withheldFrom } from "./withheld.ts";

/** This node-opcua serves HistoryRead in another way. */
export class HistoryServiceError extends AppError {
  readonly code = "OPCUA_HISTORY_SERVICE";
}

interface HistoryEngine {
  historyRead(context: ISessionContext, request: HistoryReadRequest): Promise<HistoryReadResult[]>;
  /** What the nodes of HistoryServerCapabilities show. */
  readonly historyServerCapabilities: object;
}
interface HistoryAccess {
  canUserReadHistory(context: ISessionContext): boolean;
}

/** A read of one node that has been checked: what to ask for, and how to show the answer. */
type PlannedRead =
  | { readonly kind: "values"; readonly request: ValueRequest; readonly view: ValueView }
  | { readonly kind: "events"; readonly request: EventsRequest };

/** One node of a request. */
interface Item {
  readonly context: ISessionContext;
  readonly request: HistoryReadRequest;
  readonly node: HistoryReadValueId;
  /** Its place in the request. */
  readonly index: number;
  /** How many there are. */
  readonly nodes: number;
}

const failed = (statusCode: StatusCode): HistoryReadResult => new HistoryReadResult({ statusCode });

/**
 * Serves HistoryRead (OPC 10000-4 §5.11.3, OPC 10000-11) from the ledger, in place of node-opcua's own, which has no
 * events and fails the whole service for one node without a history.
 *
 * @throws HistoryServiceError when node-opcua has no such service to take the place of; EventTypeError for a defective model.
 */
export function serveHistory(
  server: OPCUAServer,
  port: HistoryPort,
  options: { readonly stations: readonly StationSetup[]; readonly eventTypes: EventTypeIndex; readonly log: Log },
): void {
  const engine = server.engine as unknown as HistoryEngine;
  const addressSpace = server.engine.addressSpace!;
  if (typeof engine.historyRead !== "function")
    throw new HistoryServiceError("node-opcua's engine has no historyRead; pin the version in package.json");
  tellCapabilities(engine, addressSpace);
  const stations = options.stations.map(({ id }) => id);
  const notifiers = historizeNotifiers(addressSpace, stations, options.eventTypes);
  const withheld = withheldFrom(addressSpace, options.eventTypes.types, options.stations.flatMap(eventSources));
  const points = createContinuationPoints<PlannedRead>(() => performance.now());

  const filters = new WeakMap<ReadEventDetails, CompiledFilter>();
  /** Compiled for the first node of a request; the others have the same. */
  const filterOf = (details: ReadEventDetails): EventFilterPlan | undefined => {
    const filter = details.filter as EventFilter | null;
    if (!filter) return undefined;
    const compiled = filters.get(details) ?? compileEventFilter(filter, options.eventTypes);
    filters.set(details, compiled);
    return compiled.plan;
  };

  const plan = (item: Item): PlannedRead | StatusCode => {
    const node = addressSpace.findNode(item.node.nodeId);
    if (!node) return StatusCodes.BadNodeIdUnknown;
    return item.request.historyReadDetails instanceof ReadEventDetails
      ? planNotifier(node, item, notifiers, filterOf)
      : planVariable(node, item);
  };

  /** The node's page, by what the plan says. */
  const read = async (
    planned: PlannedRead,
    { node, context }: Item,
  ): Promise<{ rest: PlannedRead | undefined; isEmpty: boolean; historyData: HistoryReadResult["historyData"] }> => {
    const session = context.session as object;
    if (planned.kind === "events") {
      // At each page: permissions may change while a read waits to be continued.
      const page = await port.ask({ ...planned.request, withheld: withheld(context) }, session);
      const rest = page.next && ({ kind: "events", request: page.next } as const);
      return { rest, isEmpty: page.events.length === 0, historyData: await showEvents(page, addressSpace) };
    }
    const page = await port.ask(planned.request, session);
    const rest = page.next && { ...planned, request: page.next };
    const historyData = await showValues(page, planned.view, node.indexRange);
    return { rest, isEmpty: page.rows.length === 0, historyData };
  };

  /** Continue, or check and plan; then read a page, and keep what is left. */
  const serve = async (item: Item): Promise<HistoryReadResult> => {
    const session = item.context.session as object;
    const nodeId = item.node.nodeId.toString();
    const { continuationPoint } = item.node;
    const isContinued = continuationPoint && continuationPoint.length > 0;
    const waiting = isContinued ? points.take(session, nodeId, continuationPoint) : undefined;
    if (isContinued && !waiting) return failed(StatusCodes.BadContinuationPointInvalid);
    if (item.request.releaseContinuationPoints) return failed(StatusCodes.Good);
    const planned = waiting ?? plan(item);
    if (!("kind" in planned)) return failed(planned);
    // Before anything is read: a page that cannot be gone on with would be read for nothing.
    using place = points.reserve(session);
    if (!place) return failed(StatusCodes.BadNoContinuationPoints);
    const { rest, isEmpty, historyData } = await read(planned, item).catch((error: unknown) => {
      // What the client has not got it may ask for again.
      if (waiting) place.keep(nodeId, waiting, continuationPoint!);
      throw error;
    });
    const point = rest && place.keep(nodeId, rest);
    return new HistoryReadResult({
      // A page without anything that can be gone on with has not been the whole (OPC 10000-11 §6.5.2.2).
      statusCode: isEmpty && !rest ? StatusCodes.GoodNoData : StatusCodes.Good,
      historyData,
      ...(point && { continuationPoint: point }),
    });
  };

  engine.historyRead = async (context, request) => {
    const nodes = request.nodesToRead ?? [];
    const results: HistoryReadResult[] = [];
    // One after the other: a request has one page in memory at a time, and one place in the thread's queue.
    for (const [index, node] of nodes.entries())
      results.push(
        await serve({ context, request, node, index, nodes: nodes.length }).catch((error: unknown) => {
          options.log.debug("a read of history failed", { node: node.nodeId.toString(), error: errorText(error) });
          return failed(
            error instanceof HistoryUnavailable ? StatusCodes.BadResourceUnavailable : StatusCodes.BadInternalError,
          );
        }),
      );
    return results;
  };
}

/** HistoryServerCapabilities says what is served (OPC 10000-11 §5.7.2). */
function tellCapabilities(engine: HistoryEngine, addressSpace: AddressSpace): void {
  Object.assign(engine.historyServerCapabilities, historyCapabilities);
  // The one capability that node-opcua leaves to us: ServerTimestamps are the commits'.
  const node = addressSpace.findNode(`i=${VariableIds.HistoryServerCapabilities_ServerTimestampSupported}`);
  (node as UAVariable).setValueFromSource({ dataType: DataType.Boolean, value: true });
  const folder = addressSpace.findNode(`i=${ObjectIds.HistoryServerCapabilities_AggregateFunctions}`)!;
  for (const { id } of Object.values(aggregates))
    folder.addReference({ referenceType: "Organizes", nodeId: resolveNodeId(`i=${id}`) });
}

/** Events of a notifier; anything else has none. */
function planNotifier(
  node: BaseNode,
  { context, request, nodes }: Item,
  notifiers: ReadonlyMap<string, readonly string[]>,
  filterOf: (details: ReadEventDetails) => EventFilterPlan | undefined,
): PlannedRead | StatusCode {
  const stations = notifiers.get(node.nodeId.toString());
  if (!stations) return StatusCodes.BadHistoryOperationUnsupported;
  // Who may receive the events may read them later; the Server object grants nobody ReadHistory.
  if (!context.checkPermission(node, PermissionType.ReceiveEvents)) return StatusCodes.BadUserAccessDenied;
  const details = request.historyReadDetails as ReadEventDetails;
  const asked = planEvents(details, stations, eventsPerNode(nodes), filterOf(details));
  return "type" in asked ? { kind: "events", request: asked } : asked;
}

type Plan = (details: never, input: PlanInput) => ValueRequest | StatusCode;
/** Kind of details → the request that they mean, or why there is none. */
const plans: readonly (readonly [details: abstract new (...args: never[]) => object, plan: Plan])[] = [
  [ReadRawModifiedDetails, planRaw as Plan],
  [ReadAtTimeDetails, planAtTime as Plan],
  [ReadProcessedDetails, planProcessed as Plan],
];

/** Values of a historized variable, checked as OPC 10000-4 §5.11.3.4 lists the results. */
function planVariable(
  node: BaseNode,
  { context, request, node: { dataEncoding, indexRange }, index, nodes }: Item,
): PlannedRead | StatusCode {
  const subject = subjectOf(node);
  const details = request.historyReadDetails;
  const made = plans.find(([type]) => details instanceof type);
  if (!subject || !made) return StatusCodes.BadHistoryOperationUnsupported;
  if (!(node as unknown as HistoryAccess).canUserReadHistory(context)) return StatusCodes.BadUserAccessDenied;
  const timestamps = request.timestampsToReturn;
  if (timestamps === TimestampsToReturn.Neither) return StatusCodes.BadTimestampsToReturnInvalid;
  // Only structures have encodings (OPC 10000-4 §5.11.2.4), and none of our historized values is one.
  if (dataEncoding?.name) return StatusCodes.BadDataEncodingInvalid;
  const dataType = DataType[(node as UAVariable).dataTypeObj.basicDataType] as ScalarName;
  if (indexRange && !indexRange.isEmpty()) {
    if (!indexRange.isValid()) return StatusCodes.BadIndexRangeInvalid;
    if (dataType !== "String") return StatusCodes.BadIndexRangeNoData;
  }
  const asked = made[1](details as never, { subject, limit: valuesPerNode(nodes), index, nodes, dataType });
  return "type" in asked ? { kind: "values", request: asked, view: { dataType, timestamps } } : asked;
}

/** The historized variable that a node is, if it is one of ours. */
function subjectOf(node: BaseNode): Subject | undefined {
  const { namespace, value } = node.nodeId;
  if (node.nodeClass !== NodeClass.Variable || !(node as UAVariable).historizing) return undefined;
  if (namespace !== namespaceIndexes.site || typeof value !== "string") return undefined;
  const [station, ...path] = value.split("/");
  return { station: station!, path: path.join("/") };
}
