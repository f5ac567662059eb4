import {
  AttributeIds,
  ContentFilter,
  constructEventFilter,
  DataType,
  FilterOperator,
  HistoryReadRequest,
  LiteralOperand,
  type MonitoredItemCreateResult,
  ReadEventDetails,
  resolveNodeId,
  SimpleAttributeOperand,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
import { monitor, until } from "../../opcua/support/rig.ts";
import { aDraft, aUnit } from "../../support/units.ts";
import { conformance } from "./support.ts";

/** HistoryEvent of OPC 10000-11 §6.5.2, which node-opcua has, but not in its types. */
interface HistoryEvents {
  readonly events: readonly { readonly eventFields: readonly Variant[] }[];
}

const station = "ns=3;s=LINE-01";
/** OPC 10000-5 §6.4.2, the mandatory fields of every event; then our own, and nested ones of the Result (OPC 40001-101 §8.2). */
const base = ["EventId", "EventType", "SourceNode", "SourceName", "Time", "ReceiveTime", "Message", "Severity"];
const own = ["2:Sequence", "2:Verdict", "2:DefectClass", "2:Lot", "2:LedgerId"];
const nested = ["7:Result.7:ResultMetaData.7:ResultId", "7:Result.7:ResultMetaData.7:ResultEvaluation"];
const fields = [...base, ...own, ...nested];

const field = (name: string) =>
  new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId("BaseEventType"),
    browsePath: [{ namespaceIndex: 2, name }],
    attributeId: AttributeIds.Value,
  });
const literal = (dataType: DataType, value: unknown) => new LiteralOperand({ value: { dataType, value } });
const filterOf = (elements: readonly { filterOperator: FilterOperator; filterOperands: readonly object[] }[]) => {
  const filter = constructEventFilter([...fields]);
  filter.whereClause = new ContentFilter({ elements: elements as never });
  return filter;
};
const fails = {
  kind: "fail",
  confidence: 0.9,
  defects: [{ class: "LABEL_OFFSET", confidence: 0.9 }],
} as const;

conformance("events", (the) => {
  const subscribe = () =>
    the().session.createSubscription2({
      requestedPublishingInterval: 100,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 1,
    });
  const watch = (subscription: Awaited<ReturnType<typeof subscribe>>, nodeId: string, filter: object) =>
    monitor<Variant[]>(
      subscription,
      nodeId,
      { queueSize: 100, samplingInterval: 0, filter: filter as never },
      AttributeIds.EventNotifier,
    );
  /** One more unit, behind everything that the ledger holds. */
  const inspect = async (verdict: Parameters<typeof aUnit>[0] = {}) => {
    const { subject } = the();
    const sequence = Number((await the().session.read({ nodeId: `${station}/LastUnit/Sequence` })).value.value) + 1;
    const at = subject.entries.at(-1)!.time + sequence * 10;
    await subject.append(aDraft("unit", aUnit({ sequence, triggeredAt: at, ...verdict }), at));
    await until(
      async () => (await the().session.read({ nodeId: `${station}/LastUnit/Sequence` })).value.value === sequence,
    );
    return sequence;
  };
  const plain = (values: readonly Variant[]) =>
    values.map(({ value }) => (value instanceof Buffer ? value.toString("hex") : value));

  // OPC 10000-3 §7.17 (HasNotifier), OPC 10000-5 §6.4.2.
  test("a unit's event reaches whoever watches the station, Machines or Server, once, with every mandatory field", async () => {
    const subscription = await subscribe();
    const filter = constructEventFilter([...fields]);
    const items = await Promise.all(
      [`${station}/ResultManagement`, station, "ns=6;i=1001", "i=2253"].map((nodeId) =>
        watch(subscription, nodeId, filter),
      ),
    );
    const sequence = await inspect({ verdict: fails });
    const ofUnit = (got: readonly Variant[][]) => got.filter((values) => values[base.length]!.value === sequence);
    await until(() => items.every(({ got }) => ofUnit(got).length > 0));
    const [first, ...others] = items.map(({ got }) => ofUnit(got).map(plain));
    for (const other of others) expect(other).toEqual(first);
    expect(first).toHaveLength(1);
    expect(first![0]!.slice(0, base.length)).not.toContain(null);
    expect(first![0]!.slice(base.length)).toMatchObject([
      sequence,
      2,
      "LABEL_OFFSET",
      "L25014A",
      expect.any(String),
      expect.stringContaining(`:LINE-01:${sequence}`),
      2,
    ]);
    await subscription.terminate();
  });

  // OPC 10000-11 §6.5.2: what history gives is what a subscriber would have got.
  test("history gives the same event, field by field, nested ones too", async () => {
    const subscription = await subscribe();
    const filter = constructEventFilter([...fields]);
    const { got } = await watch(subscription, station, filter);
    const sequence = await inspect();
    const ofUnit = () => got.find((values) => values[base.length]!.value === sequence);
    await until(() => ofUnit() !== undefined);
    const narrowed = filterOf([
      {
        filterOperator: FilterOperator.Equals,
        filterOperands: [field("Sequence"), literal(DataType.UInt32, sequence)],
      },
    ]);
    const { results } = await the().session.historyRead(
      new HistoryReadRequest({
        historyReadDetails: new ReadEventDetails({
          numValuesPerNode: 10,
          startTime: new Date(Date.UTC(2000, 0)),
          endTime: new Date(Date.UTC(2100, 0)),
          filter: narrowed,
        }),
        timestampsToReturn: TimestampsToReturn.Both,
        nodesToRead: [{ nodeId: station }],
      }),
    );
    const { events } = results![0]!.historyData as unknown as HistoryEvents;
    expect(events.map(({ eventFields }) => plain(eventFields))).toEqual([plain(ofUnit()!)]);
    await subscription.terminate();
  });

  // OPC 10000-4 §7.22.3 and §7.7: a filter lets through what it names, and nothing else.
  test("a where clause keeps back what it does not name", async () => {
    const subscription = await subscribe();
    const { got } = await watch(
      subscription,
      "i=2253",
      filterOf([
        {
          filterOperator: FilterOperator.Equals,
          filterOperands: [field("DefectClass"), literal(DataType.String, "LABEL_OFFSET")],
        },
      ]),
    );
    await inspect();
    const failed = await inspect({ verdict: fails });
    await inspect();
    await until(() => got.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(got.map((values) => values[base.length]!.value)).toEqual([failed]);
    await subscription.terminate();
  });

  // OPC 10000-4 §5.13.2.4: the item is refused, not the request, and the element at fault is named.
  test("a filter with an operator that is not supported is refused item by item", async () => {
    const subscription = await subscribe();
    const inView = filterOf([
      { filterOperator: FilterOperator.InView, filterOperands: [literal(DataType.NodeId, resolveNodeId("i=85"))] },
    ]);
    const refused = watch(subscription, station, inView);
    await expect(refused).resolves.toMatchObject({ item: { statusCode: { name: "BadEventFilterInvalid" } } });
    const { item } = await watch(subscription, station, constructEventFilter(["Message"]));
    expect((item as unknown as { statusCode: MonitoredItemCreateResult["statusCode"] }).statusCode.name).toBe("Good");
    await subscription.terminate();
  });
});
