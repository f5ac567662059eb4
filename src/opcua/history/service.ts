import {
  type AddressSpace,
  type BaseNode,
  DataType,
  DataValue,
  extractRange,
  getStatusCodeFromCode,
  HistoryData,
  type HistoryReadDetails,
  type HistoryReadRequest,
  HistoryReadResult,
  type HistoryReadValueId,
  type ISessionContext,
  NodeClass,
  type NumericRange,
  type OPCUAServer,
  ReadAtTimeDetails,
  ReadRawModifiedDetails,
  type StatusCode,
  StatusCodes,
  TimestampsToReturn,
  type UAVariable,
  VariableIds,
  Variant,
} from "node-opcua";
import type { ScalarName } from "../../../nodeset/model.ts";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import { AppError, errorText } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import { toVariant } from "../binder.ts";
import { breathe } from "../follow.ts";
import { historyCapabilities } from "../limits.ts";
import { createContinuationPoints } from "./continuation.ts";
import { valuesPerNode } from "./paging.ts";
import { planAtTime, planRaw } from "./plans.ts";
import type { HistoryPort, ReadRequest, Subject, ValuePage } from "./requests.ts";

/** This node-opcua serves HistoryRead in another way. */
export class HistoryServiceError extends AppError {
  readonly code = "OPCUA_HISTORY_SERVICE";
}

/** Values that are converted before the event loop is given back. */
const slice = 100;

interface HistoryAccess {
  canUserReadHistory(context: ISessionContext): boolean;
}
interface HistoryEngine {
  historyRead(context: ISessionContext, request: HistoryReadRequest): Promise<HistoryReadResult[]>;
  /** What the nodes of HistoryServerCapabilities show. */
  readonly historyServerCapabilities: object;
}

/** A read that has been checked: what to ask for, and how to show the answer. */
interface PlannedRead {
  readonly request: ReadRequest;
  readonly dataType: ScalarName;
  readonly timestamps: TimestampsToReturn;
}

const failed = (statusCode: StatusCode): HistoryReadResult => new HistoryReadResult({ statusCode });

/**
 * Serves HistoryRead (OPC 10000-4 §5.11.3, OPC 10000-11) from the ledger, in place of node-opcua's own, which knows
 * neither timestampsToReturn nor events, and fails the whole service for one node without a history.
 *
 * @throws HistoryServiceError when node-opcua has no such service to take the place of.
 */
export function serveHistory(server: OPCUAServer, port: HistoryPort, log: Log): void {
  const engine = server.engine as unknown as HistoryEngine;
  const addressSpace = server.engine.addressSpace!;
  if (typeof engine.historyRead !== "function")
    throw new HistoryServiceError("node-opcua's engine has no historyRead; pin the version in package.json");
  Object.assign(engine.historyServerCapabilities, historyCapabilities);
  // The one capability that node-opcua leaves to us: ServerTimestamps are the commits'.
  (
    addressSpace.findNode(`i=${VariableIds.HistoryServerCapabilities_ServerTimestampSupported}`) as UAVariable
  ).setValueFromSource({
    dataType: DataType.Boolean,
    value: true,
  });
  const points = createContinuationPoints<PlannedRead>(() => performance.now());

  /** One node: continue, or check and plan; then ask, convert, and keep what is left. */
  async function readNode(
    context: ISessionContext,
    request: HistoryReadRequest,
    item: HistoryReadValueId,
    index: number,
    limit: number,
  ): Promise<HistoryReadResult> {
    const session = context.session as object;
    const nodeId = item.nodeId.toString();
    const { continuationPoint } = item;
    const isContinued = continuationPoint && continuationPoint.length > 0;
    const waiting = isContinued ? points.take(session, nodeId, continuationPoint) : undefined;
    if (isContinued && !waiting) return failed(StatusCodes.BadContinuationPointInvalid);
    if (request.releaseContinuationPoints) return failed(StatusCodes.Good);
    const planned = waiting ?? plan(addressSpace, context, request, item, index, limit);
    if (!("request" in planned)) return failed(planned);
    const page = await port.ask(planned.request);
    return await shown(page, planned, item.indexRange, (rest) => points.keep(session, nodeId, rest));
  }

  engine.historyRead = async (context, request) => {
    const items = request.nodesToRead ?? [];
    const limit = valuesPerNode(items.length);
    const results: HistoryReadResult[] = [];
    // One after the other: a request has one page in memory at a time, and the thread's queue one place.
    for (const [index, item] of items.entries())
      results.push(
        await readNode(context, request, item, index, limit).catch((error: unknown) => {
          log.debug("a read of history failed", { node: item.nodeId.toString(), error: errorText(error) });
          return failed(StatusCodes.BadResourceUnavailable);
        }),
      );
    return results;
  };
}

type Plan = (details: never, subject: Subject, index: number, limit: number) => ReadRequest | StatusCode;
/** Kind of details → the request that they mean, or why there is none. */
const plans: readonly (readonly [details: new () => HistoryReadDetails, plan: Plan])[] = [
  [ReadRawModifiedDetails, planRaw as Plan],
  [ReadAtTimeDetails, planAtTime as Plan],
];

/** Checks one node of a request as OPC 10000-4 §5.11.3.4 lists the results. */
function plan(
  addressSpace: AddressSpace,
  context: ISessionContext,
  request: HistoryReadRequest,
  { nodeId, dataEncoding, indexRange }: HistoryReadValueId,
  index: number,
  limit: number,
): PlannedRead | StatusCode {
  const node = addressSpace.findNode(nodeId);
  if (!node) return StatusCodes.BadNodeIdUnknown;
  const subject = subjectOf(node);
  const details = request.historyReadDetails;
  const made = plans.find(([type]) => details instanceof type);
  if (!subject || !made) return StatusCodes.BadHistoryOperationUnsupported;
  const variable = node as UAVariable;
  if (!(node as unknown as HistoryAccess).canUserReadHistory(context)) return StatusCodes.BadUserAccessDenied;
  const timestamps = request.timestampsToReturn;
  if (timestamps === TimestampsToReturn.Neither) return StatusCodes.BadTimestampsToReturnInvalid;
  // Only structures have encodings (OPC 10000-4 §5.11.2.4), and none of our historized values is one.
  if (dataEncoding?.name) return StatusCodes.BadDataEncodingInvalid;
  const dataType = DataType[variable.dataTypeObj.basicDataType] as ScalarName;
  if (indexRange && !indexRange.isEmpty()) {
    if (!indexRange.isValid()) return StatusCodes.BadIndexRangeInvalid;
    if (dataType !== "String") return StatusCodes.BadIndexRangeNoData;
  }
  const asked = made[1](details as never, subject, index, limit);
  return "type" in asked ? { request: asked, dataType, timestamps } : asked;
}

/** The historized variable that a node is, if it is one of ours. */
function subjectOf(node: BaseNode): Subject | undefined {
  const { namespace, value } = node.nodeId;
  if (node.nodeClass !== NodeClass.Variable || !(node as UAVariable).historizing) return undefined;
  if (namespace !== namespaceIndexes.site || typeof value !== "string") return undefined;
  const [station, ...path] = value.split("/");
  return { station: station!, path: path.join("/") };
}

async function shown(
  page: ValuePage<ReadRequest>,
  planned: PlannedRead,
  indexRange: NumericRange | undefined,
  keep: (rest: PlannedRead) => Buffer | undefined,
): Promise<HistoryReadResult> {
  const { rows, next } = page;
  const continuationPoint = next && keep({ ...planned, request: next });
  if (next && !continuationPoint) return failed(StatusCodes.BadNoContinuationPoints);
  const { timestamps, dataType } = planned;
  const hasSource = timestamps === TimestampsToReturn.Source || timestamps === TimestampsToReturn.Both;
  const hasServer = timestamps === TimestampsToReturn.Server || timestamps === TimestampsToReturn.Both;
  const dataValues: DataValue[] = [];
  for (const { time, serverTime, value, status } of rows) {
    const dataValue = new DataValue({
      value: value === undefined ? new Variant() : toVariant(dataType, value),
      statusCode: getStatusCodeFromCode(status),
      ...(hasSource && { sourceTimestamp: new Date(time) }),
      ...(hasServer && { serverTimestamp: new Date(serverTime) }),
    });
    dataValues.push(indexRange && !indexRange.isEmpty() ? extractRange(dataValue, indexRange) : dataValue);
    if (dataValues.length % slice === 0) await breathe();
  }
  return new HistoryReadResult({
    statusCode: rows.length === 0 ? StatusCodes.GoodNoData : StatusCodes.Good,
    historyData: new HistoryData({ dataValues }),
    ...(continuationPoint && { continuationPoint }),
  });
}
