// Clients of the bench: real sessions over TCP that only count what they get.
import { setTimeout as sleep } from "node:timers/promises";
import {
  AttributeIds,
  type ClientMonitoredItem,
  type ClientMonitoredItemGroup,
  type ClientSession,
  type ClientSubscription,
  constructEventFilter,
  type DataValue,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
import type { FromClients, ToClients } from "./messages.ts";

/** Longer than any server that works takes. */
const giveUpMs = 120_000;
/** What comes twice may come a little later. */
const settleMs = 300;

const tell = (message: FromClients): void => void process.send!(message);

async function aSession(endpoint: string): Promise<ClientSession> {
  const client = OPCUAClient.create({
    endpointMustExist: false,
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    connectionStrategy: { maxRetry: 0 },
  });
  await client.connect(endpoint);
  return client.createSession();
}
const aSubscription = (session: ClientSession, requestedPublishingInterval: number): Promise<ClientSubscription> =>
  session.createSubscription2({
    requestedPublishingInterval,
    requestedLifetimeCount: 1_000,
    requestedMaxKeepAliveCount: 20,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 1,
  });

/** Numbers that each subscriber, or each variable, has had. */
const seen: number[][] = [];

async function subscribe(endpoint: string, fields: readonly string[]): Promise<void> {
  const subscription = await aSubscription(await aSession(endpoint), 100);
  const got: number[] = [];
  const item = (await subscription.monitor(
    { nodeId: "ns=3;s=LINE-01", attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 5_000, discardOldest: true, filter: constructEventFilter([...fields]) },
    TimestampsToReturn.Neither,
  )) as ClientMonitoredItem;
  item.on("changed", (values: unknown) => got.push((values as Variant[])[0]!.value as number));
  seen.push(got);
}

async function watch(endpoint: string, nodeIds: readonly string[]): Promise<void> {
  const subscription = await aSubscription(await aSession(endpoint), 500);
  const group = (await subscription.monitorItems(
    nodeIds.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
    { samplingInterval: 0, queueSize: 100, discardOldest: true },
    TimestampsToReturn.Source,
  )) as ClientMonitoredItemGroup;
  seen.length = 0;
  seen.push(...nodeIds.map((): number[] => []));
  group.on("changed", (_item, value: DataValue, index: number) => {
    if (value.value.value > 0) seen[index]!.push(value.value.value as number);
  });
}

/** Counts what is missing of a range, and what came more than once, over all of them. */
async function count(from: number, to: number): Promise<FromClients> {
  const giveUpAt = performance.now() + giveUpMs;
  while (!seen.every((got) => got.at(-1) === to) && performance.now() < giveUpAt) await sleep(20);
  await sleep(settleMs);
  const sum = { received: 0, missing: 0, doubles: 0 };
  for (const got of seen) {
    const distinct = new Set(got.filter((n) => n >= from && n <= to));
    sum.received += got.length;
    sum.missing += to - from + 1 - distinct.size;
    sum.doubles += got.length - distinct.size;
    got.length = 0;
  }
  return { type: "counted", ...sum };
}

process.on("message", async (message: ToClients) => {
  switch (message.type) {
    case "subscribe":
      for (const fields of message.fieldLists) await subscribe(message.endpoint, fields);
      tell({ type: "ready" });
      return;
    case "watch":
      await watch(message.endpoint, message.nodeIds);
      tell({ type: "ready" });
      return;
    case "await":
      tell(await count(message.from, message.to));
      return;
    case "awaitValues":
      tell(await count(1, message.last));
      return;
  }
});
process.on("disconnect", () => process.exit());
