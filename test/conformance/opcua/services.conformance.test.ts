import {
  AttributeIds,
  type CallMethodResult,
  DataChangeFilter,
  DataChangeTrigger,
  DataType,
  type DataValue,
  DeadbandType,
  type MonitoredItemCreateResult,
  makeBrowsePath,
  type ReadValueIdOptions,
  TimestampsToReturn,
  VariantArrayType,
  type VariantOptions,
} from "node-opcua";
import { conformance } from "./support.ts";

/** Services that node-opcua's client has, but not in its types. */
interface Subscribing {
  createSubscription(request: object): Promise<{ readonly subscriptionId: number }>;
  createMonitoredItems(request: object): Promise<{ readonly results: readonly MonitoredItemCreateResult[] }>;
  deleteSubscriptions(request: object): Promise<unknown>;
}

const station = "ns=3;s=LINE-01";
const unknown = "ns=3;s=LINE-01/NoSuchThing";
const uint32 = (value: number): VariantOptions => ({ dataType: DataType.UInt32, value });
const int32 = (value: number): VariantOptions => ({ dataType: DataType.Int32, value });
const string = (value: string): VariantOptions => ({ dataType: DataType.String, value });
const good = [
  ...["PO-7", "L-7", "SKU-7", "", "late", "op"].map(string),
  uint32(100),
  int32(0),
  int32(0),
  uint32(0),
  uint32(0),
];
const names = (codes: readonly { readonly name: string }[] | null | undefined) => codes?.map(({ name }) => name);

conformance("services", (the) => {
  const read = (nodesToRead: readonly ReadValueIdOptions[]): Promise<DataValue[]> =>
    the().session.read([...nodesToRead]);
  const call = (name: string, inputArguments: VariantOptions[], objectId = `${station}/Context`) =>
    the().session.call({
      objectId,
      methodId: `${station}/Context/${name}`,
      inputArguments,
    }) as Promise<CallMethodResult>;
  const monitor = async (itemToMonitor: object, filter?: object): Promise<MonitoredItemCreateResult> => {
    const session = the().session as unknown as Subscribing;
    const { subscriptionId } = await session.createSubscription({
      requestedPublishingInterval: 500,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
      publishingEnabled: true,
    });
    const { results } = await session.createMonitoredItems({
      subscriptionId,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToCreate: [
        { itemToMonitor, monitoringMode: 2, requestedParameters: { clientHandle: 1, queueSize: 1, filter } },
      ],
    });
    await session.deleteSubscriptions({ subscriptionIds: [subscriptionId] });
    return results[0]!;
  };

  // OPC 10000-4 §5.11.2.4: one bad item is that item's matter; the others of the request are answered.
  test("Read: each item has its own result", async () => {
    const results = await read([
      { nodeId: `${station}/Ledger/LedgerId` },
      { nodeId: unknown },
      { nodeId: `${station}/Ledger/LedgerId`, attributeId: AttributeIds.EventNotifier },
      { nodeId: `${station}/Ledger/LedgerId`, dataEncoding: { namespaceIndex: 0, name: "Default XYZ" } },
    ]);
    expect(results.map(({ statusCode }) => statusCode.name)).toEqual([
      "Good",
      "BadNodeIdUnknown",
      "BadAttributeIdInvalid",
      "BadDataEncodingInvalid",
    ]);
  });

  // OPC 10000-4 §5.11.4.4.
  test("Write: only the tags meant for it, with their type, and nothing but the value", async () => {
    const tag = `${station}/Context/Request/Operator`;
    const value = (v: VariantOptions, more = {}) => ({ value: v, ...more });
    const write = async (nodeId: string, data: object) =>
      (
        (await the().session.write([{ nodeId, attributeId: AttributeIds.Value, value: data } as never])) as unknown as {
          name: string;
        }[]
      )[0]!.name;
    expect(await write(tag, value(string("op-2")))).toBe("Good");
    expect(await write(tag, value(uint32(2)))).toBe("BadTypeMismatch");
    expect(await write(unknown, value(string("x")))).toBe("BadNodeIdUnknown");
    expect(await write(`${station}/LastUnit/Sequence`, value(uint32(1)))).toBe("BadNotWritable");
    expect((await the().session.read({ nodeId: tag })).value.value).toBe("op-2");
  });

  // OPC 10000-4 §5.9.4: what a PLC's configuration tool asks before it knows a NodeId.
  test("TranslateBrowsePathsToNodeIds finds a node by its names, and says when there is none", async () => {
    const path = "/Objects/6:Machines/3:LINE-01/2:Statistics/2:LastMinute/2:PassCount";
    const [found, missing] = await the().session.translateBrowsePath([
      makeBrowsePath("RootFolder", path),
      makeBrowsePath("RootFolder", `${path}/2:Nothing`),
    ]);
    expect(String(found!.targets![0]!.targetId)).toBe(`${station}/Statistics/LastMinute/PassCount`);
    expect(missing!.statusCode.name).toBe("BadNoMatch");
  });

  test("Call: a good call is carried out with every argument and says what it led to", async () => {
    const { subject } = the();
    subject.commands.length = 0;
    const { statusCode, outputArguments } = await call("SetContext", good);
    expect(statusCode.name).toBe("Good");
    expect(outputArguments!.map(({ dataType, value }) => [DataType[dataType], value])).toEqual([
      ["UInt32", 2],
      ["UInt32", 10],
      ["Int32", 0],
    ]);
    expect(subject.commands).toMatchObject([
      {
        kind: "setContext",
        station: "LINE-01",
        fields: { orderId: "PO-7", lot: "L-7", shift: "late", operator: "op" },
      },
    ]);
  });

  // OPC 10000-4 §5.12.2.3: number and types of arguments are checked before anything happens.
  test.each<[string, VariantOptions[], string, readonly string[] | undefined]>([
    ["too few", good.slice(1), "BadArgumentsMissing", undefined],
    ["too many", [...good, uint32(1)], "BadTooManyArguments", undefined],
    [
      "another type",
      [...good.slice(0, 6), string("many"), ...good.slice(7)],
      "BadInvalidArgument",
      [...Array(6).fill("Good"), "BadTypeMismatch", ...Array(4).fill("Good")],
    ],
    [
      "an array for a scalar",
      [{ dataType: DataType.String, arrayType: VariantArrayType.Array, value: ["a"] }, ...good.slice(1)],
      "BadInvalidArgument",
      ["BadTypeMismatch", ...Array(10).fill("Good")],
    ],
  ])("Call: %s arguments are refused and nothing reaches the line", async (_, inputs, status, perArgument) => {
    const { subject } = the();
    subject.commands.length = 0;
    const result = await call("SetContext", inputs);
    expect([result.statusCode.name, subject.commands]).toEqual([status, []]);
    if (perArgument) expect(names(result.inputArgumentResults)).toEqual(perArgument);
  });

  test("Call: an unknown object or method is named as such", async () => {
    expect((await call("SetContext", good, unknown)).statusCode.name).toBe("BadNodeIdUnknown");
    expect((await call("NoSuchMethod", [])).statusCode.name).toBe("BadMethodInvalid");
    expect((await call("SetContext", good, `${station}/Ledger`)).statusCode.name).toBe("BadMethodInvalid");
  });

  // What the line refuses comes back argument by argument, so that one answer is enough to mend the call.
  test("Call: what the line refuses has InputArgumentResults", async () => {
    const { subject } = the();
    const before = subject.answer;
    subject.answer = {
      outcome: "refused",
      code: "invalidArgument",
      message: "nothing was changed",
      problems: [
        { argument: "recipeId", problem: "unknown recipe" },
        { argument: "targetQuantity", problem: "too many" },
      ],
    };
    const result = await call("SetContext", good);
    subject.answer = before;
    expect(result.statusCode.name).toBe("BadInvalidArgument");
    expect(names(result.inputArgumentResults)).toEqual([
      "Good",
      "Good",
      "Good",
      "BadInvalidArgument",
      "Good",
      "Good",
      "BadOutOfRange",
      ...Array(4).fill("Good"),
    ]);
  });

  // OPC 10000-4 §5.13.2.4.
  test("CreateMonitoredItems: what cannot be watched is refused item by item", async () => {
    const value = (nodeId: string) => ({ nodeId, attributeId: AttributeIds.Value });
    const percent = new DataChangeFilter({
      trigger: DataChangeTrigger.StatusValue,
      deadbandType: DeadbandType.Percent,
      deadbandValue: 5,
    });
    expect((await monitor(value(unknown))).statusCode.name).toBe("BadNodeIdUnknown");
    expect((await monitor({ nodeId: station, attributeId: AttributeIds.Value })).statusCode.name).toBe(
      "BadAttributeIdInvalid",
    );
    expect((await monitor(value(`${station}/Ledger/LedgerId`), percent)).statusCode.name).toMatch(
      /BadFilterNotAllowed|BadMonitoredItemFilterUnsupported|BadDeadbandFilterInvalid/,
    );
    const { statusCode, revisedQueueSize } = await monitor(
      value(`${station}/Statistics/LastMinute/PassCount`),
      new DataChangeFilter({ trigger: DataChangeTrigger.StatusValueTimestamp }),
    );
    expect([statusCode.name, revisedQueueSize]).toEqual(["Good", 1]);
  });
});
