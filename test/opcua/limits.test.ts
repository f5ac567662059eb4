import {
  AttributeIds,
  BrowseRequest,
  CallMethodRequest,
  CallRequest,
  type ClientSubscription,
  CreateMonitoredItemsRequest,
  DataType,
  type DataValue,
  HistoryReadRequest,
  MonitoredItemCreateRequest,
  ReadRawModifiedDetails,
  ReadRequest,
  RegisterNodesRequest,
  resolveNodeId,
  ServerState,
  setWarningLogger,
  TimestampsToReturn,
  TranslateBrowsePathsToNodeIdsRequest,
  WriteRequest,
} from "node-opcua";
import { capabilities } from "../../src/opcua/limits.ts";
import { aClient, aPkiFolder, aRig, monitor, type Rig, someVitals, until } from "./support/rig.ts";

let pki: ReturnType<typeof aPkiFolder>;
let rig: Rig;
let subscription: ClientSubscription;
beforeAll(async () => {
  // The stack prints every request that it cannot decode.
  setWarningLogger(() => undefined);
  pki = aPkiFolder();
  rig = await aRig(pki.path, {}, { silenceMs: 1_500, callMs: 300 });
  subscription = await rig.subscribe(1_000);
}, 60_000);
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

/** A request as it is on the wire: the client's own methods may split what is too large. */
const send = (request: unknown): Promise<{ results?: { statusCode: { name: string } }[] | null }> =>
  (rig.session as unknown as { performMessageTransaction(r: unknown): Promise<never> }).performMessageTransaction(
    request,
  );
const shown = async (nodeId: string) => (await rig.session.read({ nodeId })).value.value;
const nodeId = "i=2258";
const many = <T>(count: number, item: T): T[] => Array(count).fill(item);

const operationLimits: Readonly<
  Record<keyof typeof capabilities.operationLimits, readonly [nodeId: string, request: (count: number) => unknown]>
> = {
  maxNodesPerRead: [
    "i=11705",
    (n) => new ReadRequest({ nodesToRead: many(n, { nodeId, attributeId: AttributeIds.Value }) }),
  ],
  maxNodesPerHistoryReadData: ["i=12165", (n) => historyRead(n)],
  maxNodesPerHistoryReadEvents: ["i=12166", (n) => historyRead(n)],
  maxNodesPerWrite: [
    "i=11707",
    (n) => new WriteRequest({ nodesToWrite: many(n, { nodeId, attributeId: AttributeIds.Value, value: {} }) }),
  ],
  maxNodesPerMethodCall: [
    "i=11709",
    (n) => new CallRequest({ methodsToCall: many(n, new CallMethodRequest({ objectId: nodeId, methodId: nodeId })) }),
  ],
  maxNodesPerBrowse: [
    "i=11710",
    (n) => new BrowseRequest({ nodesToBrowse: many(n, { nodeId: resolveNodeId(nodeId) }) }),
  ],
  maxNodesPerRegisterNodes: [
    "i=11711",
    (n) => new RegisterNodesRequest({ nodesToRegister: many(n, resolveNodeId(nodeId)) }),
  ],
  maxNodesPerTranslateBrowsePathsToNodeIds: [
    "i=11712",
    (n) => new TranslateBrowsePathsToNodeIdsRequest({ browsePaths: many(n, { startingNode: resolveNodeId(nodeId) }) }),
  ],
  maxMonitoredItemsPerCall: [
    "i=11714",
    (n) =>
      new CreateMonitoredItemsRequest({
        subscriptionId: subscription.subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: many(n, new MonitoredItemCreateRequest({})),
      }),
  ],
};
const historyRead = (count: number) =>
  new HistoryReadRequest({
    historyReadDetails: new ReadRawModifiedDetails({ numValuesPerNode: 1, endTime: new Date() }),
    timestampsToReturn: TimestampsToReturn.Both,
    nodesToRead: many(count, { nodeId: resolveNodeId(nodeId) }),
  });

// OPC 10000-5 §6.3.11: a client that reads the limits can rely on them, in both directions.
test.each(Object.entries(operationLimits))("%s is advertised and kept", async (name, [limitNode, request]) => {
  const limit = capabilities.operationLimits[name as keyof typeof operationLimits];
  expect(await shown(limitNode)).toBe(limit);
  await expect(send(request(limit + 1))).rejects.toThrow(/BadTooManyOperations/);
  const answer = await send(request(limit)).catch((error: Error) => error);
  expect(String(answer)).not.toMatch(/BadTooManyOperations/);
});

// OPC 10000-5 §6.3.2.
test.each([
  ["MaxSessions", "i=24095", capabilities.maxSessions],
  ["MaxSubscriptions", "i=24096", capabilities.maxSubscriptions],
  ["MaxMonitoredItems", "i=24097", capabilities.maxMonitoredItems],
  ["MaxSubscriptionsPerSession", "i=24098", capabilities.maxSubscriptionsPerSession],
  ["MaxMonitoredItemsPerSubscription", "i=24104", capabilities.maxMonitoredItemsPerSubscription],
  ["MaxSelectClauseParameters", "i=24099", capabilities.maxSelectClauseParameters],
  ["MaxWhereClauseParameters", "i=24100", capabilities.maxWhereClauseParameters],
  ["MinSupportedSampleRate", "i=2272", capabilities.minSupportedSampleRate],
  ["MaxBrowseContinuationPoints", "i=2735", capabilities.maxBrowseContinuationPoints],
  ["MaxHistoryContinuationPoints", "i=2737", capabilities.maxHistoryContinuationPoints],
  ["MaxArrayLength", "i=11702", capabilities.maxArrayLength],
  ["MaxStringLength", "i=11703", capabilities.maxStringLength],
  ["MaxByteStringLength", "i=12911", capabilities.maxByteStringLength],
])("%s says what holds", async (_, limitNode, limit) => {
  expect(await shown(limitNode)).toBe(limit);
});

test("a subscription too many, and an item too many, are refused one by one", async () => {
  const few = await aClient(rig.server.endpoints[0]!, pki.path);
  const subscriptions: ClientSubscription[] = [];
  const subscribe = () =>
    few.session.createSubscription2({
      requestedPublishingInterval: 1_000,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
      maxNotificationsPerPublish: 0,
      publishingEnabled: false,
      priority: 1,
    });
  for (let n = 0; n < capabilities.maxSubscriptionsPerSession; n++) subscriptions.push(await subscribe());
  await expect(subscribe()).rejects.toThrow(/BadTooManySubscriptions/);

  const item = new MonitoredItemCreateRequest({ itemToMonitor: { nodeId, attributeId: AttributeIds.Value } });
  const create = (count: number) =>
    (few.session as unknown as { performMessageTransaction(r: unknown): Promise<never> }).performMessageTransaction(
      new CreateMonitoredItemsRequest({
        subscriptionId: subscriptions[0]!.subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: many(count, item),
      }),
    ) as Promise<{ results: { statusCode: { name: string } }[] }>;
  const most = capabilities.maxMonitoredItemsPerSubscription;
  expect(new Set((await create(most)).results.map((r) => r.statusCode.name))).toEqual(new Set(["Good"]));
  expect((await create(2)).results.map((r) => r.statusCode.name)).toEqual([
    "BadTooManyMonitoredItems",
    "BadTooManyMonitoredItems",
  ]);
  await few[Symbol.asyncDispose]();
}, 20_000);

// A client is told by a fault, and keeps its session: what is too long is one request's affair.
test.each([
  ["a string", { dataType: DataType.String, value: "x".repeat(capabilities.maxStringLength + 1) }],
  ["an array", { dataType: DataType.Boolean, value: Array(capabilities.maxArrayLength + 1).fill(true) }],
])("%s that is longer than advertised is refused", async (_, value) => {
  const other = await aClient(rig.server.endpoints[0]!, pki.path);
  const written = await other.session
    .write({ nodeId: "ns=3;s=LINE-01/Context/Request/Lot", attributeId: AttributeIds.Value, value: { value } })
    .then(
      (status) => status.name,
      (error: Error) => error.message,
    );
  expect(written).toMatch(/BadDecodingError/);
  expect((await other.session.read({ nodeId })).statusCode.name).toBe("Good");
  await other[Symbol.asyncDispose]();
});

// Clients choose a server by it, and operators trust it (OPC 10000-4 §6.6.2.4.2, OPC 10000-5 §12.6).
test("ServiceLevel and State follow the inspection and the core", async () => {
  const subscription = await rig.subscribe(50);
  const { got } = await monitor<DataValue>(subscription, "i=2267", { samplingInterval: 0, queueSize: 10 });
  await until(() => got.length > 0);
  const read = async () => [await shown("i=2267"), ServerState[await shown("i=2259")]];
  rig.server.tell(someVitals());
  expect(await read()).toEqual([255, "Running"]);
  rig.server.tell(someVitals({ storageFault: "disk full" }));
  expect(await read()).toEqual([1, "Running"]);
  rig.server.tell(someVitals());
  // The core says nothing more.
  await until(async () => (await read())[1] === "Suspended");
  expect(await read()).toEqual([1, "Suspended"]);
  rig.server.tell(someVitals());
  expect(await read()).toEqual([255, "Running"]);
  await until(() => got.length >= 6);
  expect(got.map((v) => v.value.value)).toEqual([1, 255, 1, 255, 1, 255]);
  await subscription.terminate();
}, 15_000);

// Methods of one request run one behind the other: fifty that each wait for the core would outlast every client's patience.
test("the methods of one Call share its time; those that it ran out for are not begun", async () => {
  const endLot = {
    objectId: "ns=3;s=LINE-01/Context",
    methodId: "ns=3;s=LINE-01/Context/EndLot",
    inputArguments: [DataType.Int32, DataType.UInt32, DataType.UInt32].map((dataType) => ({ dataType, value: 0 })),
  };
  const { answer } = rig;
  rig.answer = undefined;
  const results = await rig.session.call(Array.from({ length: 10 }, () => endLot));
  expect(new Set(results.map(({ statusCode }) => statusCode.name))).toEqual(new Set(["BadTimeout"]));
  expect(rig.commands.length).toBeGreaterThan(0);
  expect(rig.commands.length).toBeLessThan(results.length);
  rig.answer = answer;
  expect((await rig.session.call(endLot)).statusCode.name).toBe("Good");
});

test("local time is the machine's, and the build has a date", async () => {
  const local = await shown("i=17634");
  expect(local.offset).toBe(0 - new Date().getTimezoneOffset());
  const build = await shown("i=2260");
  expect([build.productName, build.softwareVersion]).toEqual(["Tallyline", "0.1.0"]);
  expect(build.buildDate.getTime()).toBeGreaterThan(Date.UTC(2025, 0, 1));
  expect(build.buildDate.getTime()).toBeLessThanOrEqual(Date.now());
});

// OPC 10000-5 §12.6: clients that are told can leave, and reconnect elsewhere, before the connection breaks.
test("the end is announced with reason and seconds", async () => {
  const short = await aRig(pki.path, { shutdownSeconds: 1 });
  const subscription = await short.subscribe(50);
  const { got } = await monitor<DataValue>(subscription, "i=2259", { samplingInterval: 0, queueSize: 10 });
  await until(() => got.length > 0);
  const ended = short.server[Symbol.asyncDispose]();
  await until(() => got.at(-1)!.value.value === ServerState.Shutdown);
  const [seconds, reason, level] = await short.session.read(
    ["i=2992", "i=2993", "i=2267"].map((nodeId) => ({ nodeId })),
  );
  expect([seconds!.value.value, reason!.value.value.text, level!.value.value]).toEqual([1, "The program ends", 0]);
  await ended;
  await Promise.resolve(short[Symbol.asyncDispose]()).catch(() => undefined); // the client finds its server gone
}, 15_000);
