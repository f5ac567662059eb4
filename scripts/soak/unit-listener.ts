import {
  AttributeIds,
  ClientMonitoredItem,
  type ClientSession,
  ClientSubscription,
  constructEventFilter,
  DataTypeExtractStrategy,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";

/** One UnitInspected event as a client got it. */
export interface SeenUnit {
  readonly sequence: number;
  readonly recordHash: string;
  readonly verdict: number;
  readonly time: number;
  /** Client's wall clock, UTC ms. */
  readonly receivedAt: number;
}

/** A plain OPC UA client that subscribes to every unit of a station, as a historian would. */
export interface UnitListener extends AsyncDisposable {
  readonly seen: readonly SeenUnit[];
  readonly session: ClientSession;
  readonly firstAt: number | undefined;
}

/** Retries until `giveUpMs`; no reconnection afterwards: who drops out sees it. */
export async function listenToUnits(
  endpoint: string,
  station: string,
  options: { readonly queueSize?: number; readonly publishingInterval?: number; readonly giveUpMs?: number } = {},
): Promise<UnitListener> {
  const { queueSize = 10_000, publishingInterval = 250, giveUpMs = 30_000 } = options;
  const giveUpAt = performance.now() + giveUpMs;
  let client: OPCUAClient | undefined;
  for (;;) {
    client = OPCUAClient.create({
      // Only the structures that are met: else a client reads every definition of every standard before its first one.
      dataTypeExtractStrategy: DataTypeExtractStrategy.Lazy,
      endpointMustExist: false,
      securityMode: MessageSecurityMode.None,
      securityPolicy: SecurityPolicy.None,
      connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 200 },
      requestedSessionTimeout: 30_000,
    });
    try {
      await client.connect(endpoint);
      break;
    } catch (error) {
      await client.disconnect().catch(() => undefined);
      if (performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const session = await client.createSession();
  const site = (await session.readNamespaceArray()).findIndex((uri) => uri.startsWith("urn:tallyline:site:"));
  const types = (await session.readNamespaceArray()).indexOf("urn:tallyline:inspection");
  const seen: SeenUnit[] = [];
  let firstAt: number | undefined;
  const subscription = ClientSubscription.create(session, {
    requestedPublishingInterval: publishingInterval,
    requestedLifetimeCount: 600,
    requestedMaxKeepAliveCount: 10,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 1,
  });
  const fields = ["Sequence", "RecordHash", "Verdict"].map((name) => `${types}:${name}`);
  const item = ClientMonitoredItem.create(
    subscription,
    { nodeId: `ns=${site};s=${station}`, attributeId: AttributeIds.EventNotifier },
    {
      samplingInterval: 0,
      queueSize,
      discardOldest: true,
      filter: constructEventFilter([...fields, "Time", "EventType"]),
    },
    TimestampsToReturn.Neither,
  );
  await new Promise<void>((resolve, reject) => {
    item.once("initialized", () => resolve());
    item.once("err", (message: string) => reject(new Error(message)));
  });
  item.on("changed", (values: Variant[]) => {
    const [sequence, recordHash, verdict, time] = values.map((v) => v.value as unknown);
    if (typeof sequence !== "number" || typeof recordHash !== "string") return; // another type of event
    firstAt ??= performance.now();
    seen.push({
      sequence,
      recordHash,
      verdict: Number(verdict),
      time: (time as Date).getTime(),
      receivedAt: Date.now(),
    });
  });
  const connected = client;
  return {
    seen,
    session,
    get firstAt() {
      return firstAt;
    },
    async [Symbol.asyncDispose]() {
      // Each step may find the server gone: then there is nothing left to say goodbye to.
      await subscription.terminate().catch(() => undefined);
      await session.close().catch(() => undefined);
      await connected.disconnect().catch(() => undefined);
    },
  };
}
