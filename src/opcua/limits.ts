import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  CreateSessionRequest,
  CreateSubscriptionRequest,
  EventFilter,
  ModifyMonitoredItemsRequest,
  ModifySubscriptionRequest,
  type MonitoringParameters,
  type OPCUAServerOptions,
} from "node-opcua";
import { maximumContinuationPoints } from "./history/continuation.ts";
import { maximumEvents, maximumValues } from "./history/paging.ts";

/** Limits of HistoryRead, and what it can do at all (OPC 10000-11 §5.7.2). */
export const historyCapabilities = {
  accessHistoryDataCapability: true,
  accessHistoryEventsCapability: true,
  maxReturnDataValues: maximumValues,
  maxReturnEventValues: maximumEvents,
} as const;

/** A session that says nothing for longer is closed, ms. */
export const maximumSessionTimeoutMs = 120_000;
/** A subscription whose client is gone for longer is deleted, ms: orphans go on sampling and queueing. */
export const maximumLifetimeMs = 120_000;
export const maximumDataQueue = 100;
/** Event items of one session: each is asked about every event. */
export const maximumEventItems = 200;
/** Bytes that the event queues of one session hold together: some ten thousand events with common fields. */
export const maximumEventBytes = 16_777_216;

/** Bounds on what clients can make this process hold; announced in ServerCapabilities where the standard has a place for it. */
export const capabilities = {
  maxSessions: 50,
  maxSubscriptions: 200,
  maxSubscriptionsPerSession: 20,
  maxMonitoredItems: 20_000,
  maxMonitoredItemsPerSubscription: 1_000,
  maxSelectClauseParameters: 200,
  maxWhereClauseParameters: 100,
  maxBrowseContinuationPoints: 10,
  maxMonitoredItemsQueueSize: 5_000,
  maxHistoryContinuationPoints: maximumContinuationPoints,
  maxArrayLength: 65_536,
  maxStringLength: 1_048_576,
  maxByteStringLength: 4_194_304,
  // 0: a client that asks for samplingInterval 0 gets every change (OPC 10000-4 §5.13.1.2).
  minSupportedSampleRate: 0,
  operationLimits: {
    maxNodesPerRead: 1_000,
    maxNodesPerWrite: 1_000,
    maxNodesPerMethodCall: 50,
    maxNodesPerBrowse: 1_000,
    maxNodesPerRegisterNodes: 1_000,
    maxNodesPerTranslateBrowsePathsToNodeIds: 1_000,
    maxMonitoredItemsPerCall: 1_000,
    // One number for both: node-opcua holds every HistoryRead against both. Each node may need a continuation point.
    maxNodesPerHistoryReadData: maximumContinuationPoints,
    maxNodesPerHistoryReadEvents: maximumContinuationPoints,
  },
} as const satisfies NonNullable<OPCUAServerOptions["serverCapabilities"]>;

/** Sockets that may be open at once; more than sessions, because discovery needs one of its own. */
export const maximumConnections = 100;

const clamp = (value: number, low: number, high: number, otherwise: number): number =>
  Number.isFinite(value) ? Math.min(Math.max(value, low), high) : otherwise;

interface SubscriptionParameters {
  requestedPublishingInterval: number;
  requestedLifetimeCount: number;
  requestedMaxKeepAliveCount: number;
}
/** Lifetime and keep-alive such that three keep-alives and the lifetime stay below the maximum (OPC 10000-4 §5.14.2.2). */
function boundSubscription(request: SubscriptionParameters): void {
  const interval = clamp(request.requestedPublishingInterval, 50, maximumLifetimeMs / 6, 1_000);
  const most = Math.floor(maximumLifetimeMs / interval);
  request.requestedPublishingInterval = interval;
  request.requestedMaxKeepAliveCount = clamp(request.requestedMaxKeepAliveCount, 2, Math.floor(most / 3), 10);
  request.requestedLifetimeCount = clamp(request.requestedLifetimeCount, 6, most, most);
}

function boundParameters(parameters: MonitoringParameters, isEvent: boolean): void {
  parameters.samplingInterval = clamp(parameters.samplingInterval, -1, 3_600_000, -1);
  if (!isEvent) parameters.queueSize = Math.min(parameters.queueSize, maximumDataQueue);
}

/** Brings what a client asks for within bounds before the stack sees it; the revised values are in its response. */
export function boundRequest(request: unknown): void {
  if (request instanceof CreateSessionRequest)
    request.requestedSessionTimeout = clamp(
      request.requestedSessionTimeout,
      1_000,
      maximumSessionTimeoutMs,
      maximumSessionTimeoutMs,
    );
  else if (request instanceof CreateSubscriptionRequest || request instanceof ModifySubscriptionRequest)
    boundSubscription(request);
  else if (request instanceof CreateMonitoredItemsRequest)
    for (const { itemToMonitor, requestedParameters } of request.itemsToCreate ?? [])
      boundParameters(requestedParameters, itemToMonitor.attributeId === AttributeIds.EventNotifier);
  else if (request instanceof ModifyMonitoredItemsRequest)
    for (const { requestedParameters } of request.itemsToModify ?? []) {
      const isEvent = requestedParameters.filter instanceof EventFilter;
      boundParameters(requestedParameters, isEvent);
    }
}
