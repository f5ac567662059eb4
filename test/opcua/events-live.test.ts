import {
  AttributeIds,
  allPermissions,
  type ClientSubscription,
  ContentFilter,
  type ContentFilterOptions,
  CreateMonitoredItemsRequest,
  type CreateMonitoredItemsResponse,
  constructEventFilter,
  DataType,
  type DataValue,
  DeleteMonitoredItemsRequest,
  type EventFilter,
  type EventFilterResult,
  FilterOperator,
  LiteralOperand,
  ModifyMonitoredItemsRequest,
  type ModifyMonitoredItemsResponse,
  MonitoredItemCreateRequest,
  MonitoredItemModifyRequest,
  MonitoringMode,
  MonitoringParameters,
  ReadValueId,
  resolveNodeId,
  SimpleAttributeOperand,
  StatusCodes,
  TimestampsToReturn,
  type Variant,
  WellKnownRoles,
} from "node-opcua";
import { capabilities, maximumEventItems } from "../../src/opcua/limits.ts";
import { aContext, aDraft, aTime, aUnit } from "../support/units.ts";
import { aPkiFolder, aRig, monitor, monitorEvents, type Rig, until } from "./support/rig.ts";

let pki: ReturnType<typeof aPkiFolder>;
let rig: Rig;
beforeAll(async () => {
  pki = aPkiFolder();
  rig = await aRig(pki.path);
}, 60_000);
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

let sequence = 0;
const append = (count: number, over: Parameters<typeof aUnit>[0] = {}) => {
  const from = sequence;
  rig.ledger.append(
    ...Array.from({ length: count }, () => {
      const time = aTime + ++sequence * 10;
      return aDraft("unit", aUnit({ sequence, triggeredAt: time, ...over }), time);
    }),
  );
  rig.server.nudge();
  return Array.from({ length: count }, (_, i) => from + 1 + i);
};
const settled = () =>
  until(async () => (await rig.read("Ledger/EntryCount")).value.value === rig.ledger.reader.head.offset);
const field = (path: string, typeDefinitionId = "i=2041", attributeId = AttributeIds.Value) =>
  new SimpleAttributeOperand({
    typeDefinitionId,
    browsePath: path.split("/").map((element) => {
      const [, namespaceIndex, name] = /^(?:(\d+):)?(.*)$/.exec(element)!;
      return { namespaceIndex: Number(namespaceIndex ?? 0), name: name! };
    }),
    attributeId,
  });
const literal = (dataType: DataType, value: unknown) => new LiteralOperand({ value: { dataType, value } });
const filterOf = (fields: readonly string[], where: ContentFilterOptions = {}): EventFilter => {
  const filter = constructEventFilter([...fields]);
  filter.whereClause = new ContentFilter(where);
  return filter;
};
const monitorWith = (subscription: ClientSubscription, filter: EventFilter, queueSize = 0, discardOldest = true) =>
  monitor<Variant[]>(
    subscription,
    "ns=3;s=LINE-01",
    { queueSize, samplingInterval: 0, discardOldest, filter },
    AttributeIds.EventNotifier,
  );
const send = (request: unknown): Promise<unknown> =>
  (rig.session as unknown as { performMessageTransaction(r: unknown): Promise<unknown> }).performMessageTransaction(
    request,
  );
/** CreateMonitoredItems as it is on the wire: the client's own classes hide the filter's result. */
async function createItem(subscription: ClientSubscription, filter: unknown, attributeId = AttributeIds.EventNotifier) {
  const response = (await send(
    new CreateMonitoredItemsRequest({
      subscriptionId: subscription.subscriptionId,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToCreate: [
        new MonitoredItemCreateRequest({
          itemToMonitor: new ReadValueId({ nodeId: "ns=3;s=LINE-01", attributeId }),
          monitoringMode: MonitoringMode.Reporting,
          requestedParameters: new MonitoringParameters({
            clientHandle: 4_711,
            samplingInterval: 0,
            queueSize: 100,
            discardOldest: true,
            filter: filter as never,
          }),
        }),
      ],
    }),
  )) as CreateMonitoredItemsResponse;
  return response.results![0]!;
}

// Clients of one dashboard all ask for the same fields; encoding them per client was what bound the server.
test("an event is encoded once per distinct select list, whatever the number of subscribers", async () => {
  const subscription = await rig.subscribe(50);
  const wide = ["EventId", "2:Sequence", "2:Lot", "7:Result.7:ResultMetaData.7:ResultId"];
  const items = await Promise.all([wide, wide, ["2:Sequence"], wide].map((f) => monitorEvents(subscription, f, 1_000)));
  const server = await monitorEvents(subscription, wide, 1_000, "i=2253");
  const before = rig.server.live.encodings;
  const expected = append(30);
  await until(() => [...items, server].every(({ got }) => got.length === 30));
  expect(rig.server.live.encodings - before).toBe(30 * 2);
  for (const { got } of [items[0]!, items[3]!, server]) expect(got.map((fields) => fields[1]!.value)).toEqual(expected);
  expect(items[1]!.got.at(-1)!.map((v) => v.value)).toEqual([
    expect.any(Buffer),
    sequence,
    "L25014A",
    `ledger-under-test:LINE-01:${sequence}`,
  ]);
  await subscription.terminate();
});

// Select lists cost a client nothing to vary: a structure in hundreds of lists must not be built hundreds of times.
test("a value is encoded once per event, whatever the number of select lists and clauses that name it", async () => {
  const { addressSpace } = rig.server.live;
  let built = 0;
  const construct = addressSpace.constructExtensionObject;
  addressSpace.constructExtensionObject = function (...given) {
    built += 1;
    return construct.apply(this, given);
  };
  const subscription = await rig.subscribe(50);
  const lists = [3, 4, 5].map((clauses) => [...Array(clauses).fill("7:Result"), "2:Sequence"]);
  const items = await Promise.all(lists.map((fields) => monitorEvents(subscription, fields, 100)));
  append(1);
  await until(() => items.every(({ got }) => got.length === 1));
  Reflect.deleteProperty(addressSpace, "constructExtensionObject");
  expect(built).toBe(1);
  for (const [i, { got }] of items.entries()) {
    expect(got[0]).toHaveLength(lists[i]!.length);
    expect(got[0]!.at(-1)!.value).toBe(sequence);
  }
  await subscription.terminate();
}, 10_000);

// Generous: the client reads the definitions of the structures first.
test("every field has its type, also structures, and null where there is nothing", async () => {
  const subscription = await rig.subscribe(50);
  const { got } = await monitorEvents(
    subscription,
    ["EventType", "SourceNode", "Severity", "LocalTime", "2:UnitKind", "2:ExposedAt", "2:OffsetMm", "7:Result"],
    0,
  );
  append(1);
  await until(() => got.length === 1);
  const values = got[0]!;
  expect(values.map(({ dataType }) => DataType[dataType])).toEqual([
    "NodeId",
    "NodeId",
    "UInt16",
    "ExtensionObject",
    "Int32",
    "DateTime",
    "Null",
    "ExtensionObject",
  ]);
  expect(values[3]!.value.schema.name).toBe("TimeZoneDataType");
  expect(values[7]!.value.resultMetaData).toMatchObject({
    resultId: `ledger-under-test:LINE-01:${sequence}`,
    resultEvaluation: 1,
    creationTime: expect.any(Date),
  });
  await subscription.terminate();
}, 30_000);

// OPC 10000-4 §7.7.3; the stack itself knows neither Like, nor IsNull, nor lists of anything but NodeIds.
test("a where clause keeps back what it does not let pass", async () => {
  const subscription = await rig.subscribe(50);
  const where = {
    elements: [
      {
        filterOperator: FilterOperator.InList,
        filterOperands: [field("2:Lot"), literal(DataType.String, "X"), literal(DataType.String, "LATE")],
      },
    ],
  };
  const like = {
    elements: [
      { filterOperator: FilterOperator.Like, filterOperands: [field("2:Lot"), literal(DataType.String, "L25%")] },
    ],
  };
  const late = await monitorWith(subscription, filterOf(["2:Sequence"], where));
  const early = await monitorWith(subscription, filterOf(["2:Sequence"], like));
  const first = append(3);
  const second = append(2, { context: aContext({ lot: "LATE" }) });
  await until(() => late.got.length + early.got.length === 5);
  expect(late.got.flat().map((v) => v.value)).toEqual(second);
  expect(early.got.flat().map((v) => v.value)).toEqual(first);
  await subscription.terminate();
});

// OPC 10000-4 §7.22.3: a wrong select clause is told and stays null; a wrong where clause makes the filter invalid.
test("a filter is answered clause by clause", async () => {
  const subscription = await rig.subscribe();
  const filter = filterOf(["Message", "2:Nothing"]);
  filter.selectClauses!.push(field("Message", "i=2253"), field("Message", "i=2041", AttributeIds.DisplayName));
  const created = await createItem(subscription, filter);
  const { selectClauseResults } = created.filterResult as EventFilterResult;
  expect([created.statusCode.name, selectClauseResults!.map((s) => s.name)]).toEqual([
    "Good",
    ["Good", "BadNodeIdUnknown", "BadTypeDefinitionInvalid", "BadAttributeIdInvalid"],
  ]);

  const refused = await createItem(
    subscription,
    filterOf(["Message"], {
      elements: [
        { filterOperator: FilterOperator.InView, filterOperands: [literal(DataType.NodeId, resolveNodeId("i=85"))] },
        { filterOperator: FilterOperator.Equals, filterOperands: [field("2:Nothing"), literal(DataType.Int32, 1)] },
      ],
    }),
  );
  const { whereClauseResult } = refused.filterResult as EventFilterResult;
  expect([
    refused.statusCode.name,
    whereClauseResult.elementResults!.map(({ statusCode, operandStatusCodes }) => [
      statusCode.name,
      operandStatusCodes!.map((s) => s.name),
    ]),
  ]).toEqual([
    "BadEventFilterInvalid",
    [
      ["BadFilterOperatorUnsupported", []],
      ["BadFilterOperandInvalid", ["BadNodeIdUnknown", "Good"]],
    ],
  ]);
  expect((await createItem(subscription, null)).statusCode.name).toBe("BadEventFilterInvalid");
  expect((await createItem(subscription, filterOf(["2:Nothing"]))).statusCode.name).toBe("BadEventFilterInvalid");
  expect((await createItem(subscription, filterOf(Array(201).fill("Message")))).statusCode.name).toBe(
    "BadEventFilterInvalid",
  );
  await subscription.terminate();
});

// Refused means unchanged: the stack itself would have taken the new parameters before it judged the filter.
test("an item whose new filter is refused goes on with the old one", async () => {
  const subscription = await rig.subscribe(50);
  const { got, item } = await monitorEvents(subscription, ["2:Sequence"], 0);
  const response = (await (
    rig.session as unknown as { performMessageTransaction(r: unknown): Promise<unknown> }
  ).performMessageTransaction(
    new ModifyMonitoredItemsRequest({
      subscriptionId: subscription.subscriptionId,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToModify: [
        new MonitoredItemModifyRequest({
          monitoredItemId: item.monitoredItemId!,
          requestedParameters: new MonitoringParameters({
            clientHandle: item.monitoringParameters.clientHandle,
            samplingInterval: 0,
            queueSize: 100,
            discardOldest: true,
            filter: filterOf(["2:Nothing"]),
          }),
        }),
      ],
    }),
  )) as ModifyMonitoredItemsResponse;
  expect(response.results!.map((r) => r.statusCode.name)).toEqual(["BadEventFilterInvalid"]);
  append(1);
  await until(() => got.length === 1);
  expect(got[0]!.map((v) => v.value)).toEqual([sequence]);
  await subscription.terminate();
});

// "Losing something is allowed only if it leaves a record": the stack drops events without a word.
test.each([true, false])(
  "a queue that is full says so where events were lost (discardOldest %s)",
  async (oldest) => {
    const subscription = await rig.subscribe(1_000);
    const fields = ["EventType", "SourceNode", "SourceName", "2:Sequence"];
    const nothingElse = {
      elements: [{ filterOperator: FilterOperator.Not, filterOperands: [literal(DataType.Boolean, false)] }],
    };
    const { got } = await monitorWith(subscription, filterOf(fields, nothingElse), 100, oldest);
    await subscription.setPublishingMode(false);
    const sent = append(150);
    await settled();
    await subscription.setPublishingMode(true);
    await until(() => got.length >= 101);
    const overflow = oldest ? got[0]! : got.at(-1)!;
    expect(overflow.map((v) => v.value?.toString())).toEqual([
      "ns=0;i=3035",
      "ns=0;i=2253",
      "Internal/EventQueueOverflow",
      undefined,
    ]);
    const sequences = got.filter((event) => event !== overflow).map((event) => event[3]!.value);
    expect(sequences).toEqual(oldest ? sent.slice(-100) : [...sent.slice(0, 99), sent.at(-1)]);
    await settled();
    await subscription.terminate();
  },
  15_000,
);

// Every event is held against the filter of every event item, and copied for its list.
test("an event item too many in one session is refused, and one that is deleted makes room", async () => {
  const subscription = await rig.subscribe(1_000);
  const filter = constructEventFilter(["Message"]);
  const first = await createItem(subscription, filter);
  for (let n = 1; n < maximumEventItems; n++) await createItem(subscription, filter);
  expect((await createItem(subscription, filter)).statusCode.name).toBe("BadTooManyMonitoredItems");
  await send(
    new DeleteMonitoredItemsRequest({
      subscriptionId: subscription.subscriptionId,
      monitoredItemIds: [first.monitoredItemId],
    }),
  );
  expect((await createItem(subscription, filter)).statusCode.name).toBe("Good");
  await subscription.terminate();
});

// A client that takes nothing: large fields in a queue of thousands are bound by bytes, and what was lost is told.
test("queues that are full by their bytes lose their oldest events, and say so", async () => {
  const subscription = await rig.subscribe(1_000);
  const fields = ["2:Sequence", ...Array(capabilities.maxSelectClauseParameters - 1).fill("Message")];
  await subscription.setPublishingMode(false);
  const { got } = await monitorEvents(subscription, fields, 5_000);
  append(4_900);
  await settled();
  await subscription.setPublishingMode(true);
  await until(() => got.at(-1)?.[0]?.value === sequence);
  const [told, ...kept] = got.map((list) => list[0]!.value as number | null);
  expect(told).toBeNull();
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => sequence - kept.length + 1 + i));
  expect(kept.length).toBeGreaterThan(100);
  expect(kept.length).toBeLessThan(4_900);
  await subscription.terminate();
}, 30_000);

test("a data item takes no event filter (OPC 10000-4 §5.13.2)", async () => {
  const subscription = await rig.subscribe();
  const result = await createItem(subscription, filterOf(["Message"]), AttributeIds.DisplayName);
  expect(result.statusCode).toEqual(StatusCodes.BadFilterNotAllowed);
  await subscription.terminate();
});

// Clients that want every change ask for samplingInterval 0 (OPC 10000-4 §5.13.1.2): none of them may be folded away.
test("every change of every variable arrives, once, in order", async () => {
  const { addressSpace } = rig.server.live;
  const nodes = Array.from({ length: 50 }, (_, i) =>
    addressSpace.getOwnNamespace().addVariable({
      browseName: `Counter${i}`,
      dataType: "UInt32",
      minimumSamplingInterval: 0,
      organizedBy: addressSpace.rootFolder.objects,
      value: { dataType: DataType.UInt32, value: 0 },
    }),
  );
  const subscription = await rig.subscribe(50);
  const items = await Promise.all(
    nodes.map(({ nodeId }) =>
      monitor<DataValue>(subscription, nodeId.toString(), { samplingInterval: 0, queueSize: 100, discardOldest: true }),
    ),
  );
  // An item's first value is that of its first sample (§5.13.1.2); changes count from there.
  await until(() => items.every(({ got }) => got.length > 0));
  for (let value = 1; value <= 40; value++) {
    for (const node of nodes) node.setValueFromSource({ dataType: DataType.UInt32, value });
    if (value % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await until(() => items.every(({ got }) => got.at(-1)?.value.value === 40));
  const expected = Array.from({ length: 40 }, (_, i) => i + 1);
  for (const { got } of items) expect(got.map((v) => v.value.value).filter((n) => n > 0)).toEqual(expected);
  await subscription.terminate();
});

// A message goes out at the end of a publishing cycle (OPC 10000-4 §5.14.1.1), not with the next Publish request at hand.
test("events that come during a publishing cycle go out together", async () => {
  const subscription = await rig.subscribe(400);
  const { got } = await monitorEvents(subscription, ["2:Sequence"], 0);
  const sizes: number[] = [];
  append(1);
  await until(() => got.length === 1);
  let before = got.length;
  subscription.on("received_notifications", () => {
    sizes.push(got.length - before);
    before = got.length;
  });
  for (let burst = 0; burst < 10; burst++) {
    append(5);
    await settled();
  }
  await until(() => got.length === 51);
  expect(sizes.length).toBeLessThan(10);
  await subscription.terminate();
}, 10_000);

// ReceiveEvents on type and source (OPC 10000-3 §8.55): encoding once for all must not hand out what only some may see.
test("an event whose type a session may not receive is kept from it", async () => {
  const { addressSpace, index } = rig.server.live;
  const restricted = addressSpace.findNode(index.types.ids["LineStatusChangedEventType"]!)!;
  restricted.setRolePermissions([{ roleId: resolveNodeId(WellKnownRoles.SecurityAdmin), permissions: allPermissions }]);
  const subscription = await rig.subscribe(50);
  const { got } = await monitorEvents(subscription, ["2:LineStatus", "2:Sequence"], 0);
  rig.ledger.append(aDraft("state", { from: "starting", state: "running", reason: "" }));
  append(1);
  await until(() => got.length > 0);
  expect(got.map((fields) => fields.map((v) => v.value))).toEqual([[null, sequence]]);
  await subscription.terminate();
});
