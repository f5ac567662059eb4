import {
  AttributeIds,
  allPermissions,
  ContentFilter,
  type ContentFilterElementOptions,
  constructEventFilter,
  DataType,
  ElementOperand,
  EventFilter,
  FilterOperator,
  HistoryReadRequest,
  type HistoryReadResult,
  LiteralOperand,
  promoteOpaqueStructure,
  ReadEventDetails,
  resolveNodeId,
  SimpleAttributeOperand,
  TimestampsToReturn,
  type Variant,
  WellKnownRoles,
} from "node-opcua";
import { noCounts } from "../../src/domain/counts.ts";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import { capabilities } from "../../src/opcua/limits.ts";
import { minuteMs, minuteOf } from "../../src/projections/minutes.ts";
import { aContext, aDraft, aTime, aUnit } from "../support/units.ts";
import { aPkiFolder, aRig, aSetup, monitorEvents, type Rig, until } from "./support/rig.ts";

let pki: ReturnType<typeof aPkiFolder>;
let rig: Rig;
const stations = aSetup().stations.flatMap((station) => [station, { ...station, id: "LINE-02" }]);
/** Before the server started: history only. */
const units = 2_500;
const lotOf = (sequence: number): string => `L${Math.floor(sequence / 500)}`;
const timeOf = (sequence: number): number => aTime + sequence * 10;
const aFail = {
  kind: "fail",
  confidence: 0.9,
  defects: [{ class: "LABEL_OFFSET", confidence: 0.9, measures: { offset_mm: 3.2 } }],
} as const;
const unit = (sequence: number, station = "LINE-01"): EntryDraft => ({
  ...aDraft(
    "unit",
    aUnit({
      sequence,
      triggeredAt: timeOf(sequence),
      context: aContext({ lot: lotOf(sequence) }),
      ...(sequence % 500 === 7 && { verdict: aFail }),
    }),
    timeOf(sequence),
  ),
  station,
});

beforeAll(async () => {
  pki = aPkiFolder();
  rig = await aRig(
    pki.path,
    { stations },
    {
      prepare(ledger) {
        for (let sequence = 1; sequence <= units; sequence++) ledger.append(unit(sequence));
        ledger.append(unit(1, "LINE-02"), unit(2, "LINE-02"));
        // Held back: dated between units 10 and 11, but written behind all of them.
        ledger.append(aDraft("state", { state: "running", reason: "", from: "starved" }, timeOf(10) + 5));
      },
    },
  );
}, 60_000);
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const field = (name: string): SimpleAttributeOperand => {
  const [, namespace = "0", text] = /^(?:(\d+):)?(.*)$/.exec(name)!;
  return new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId("i=2041"),
    browsePath: [{ namespaceIndex: Number(namespace), name: text! }],
    attributeId: AttributeIds.Value,
  });
};
const literal = (dataType: DataType, value: unknown): LiteralOperand =>
  new LiteralOperand({ value: { dataType, value } });
const element = (filterOperator: FilterOperator, ...filterOperands: object[]): ContentFilterElementOptions =>
  ({ filterOperator, filterOperands }) as ContentFilterElementOptions;
const filterOf = (fields: readonly string[], elements: ContentFilterElementOptions[]): EventFilter =>
  new EventFilter({
    selectClauses: constructEventFilter([...fields]).selectClauses,
    whereClause: new ContentFilter({ elements }),
  });

interface Options {
  readonly start?: Date;
  readonly end?: Date;
  readonly count?: number;
  readonly fields?: readonly string[];
  readonly where?: ContentFilterElementOptions[];
  readonly nodeId?: string;
  readonly filter?: EventFilter | null;
  readonly continuationPoint?: Buffer;
}
const beginning = new Date(aTime - 1_000);
const theEnd = new Date(aTime + 3_600_000);

async function page(options: Options): Promise<HistoryReadResult> {
  const {
    start,
    end,
    count = 0,
    fields = ["2:Sequence"],
    where = [],
    nodeId = "ns=3;s=LINE-01",
    continuationPoint,
  } = options;
  const filter = options.filter === undefined ? filterOf(fields, where) : options.filter;
  const response = await rig.session.historyRead(
    new HistoryReadRequest({
      historyReadDetails: new ReadEventDetails({
        numValuesPerNode: count,
        filter: filter as EventFilter,
        ...(start && { startTime: start }),
        ...(end && { endTime: end }),
      }),
      timestampsToReturn: TimestampsToReturn.Both,
      nodesToRead: [{ nodeId, ...(continuationPoint && { continuationPoint }) }],
    }),
  );
  return response.results![0]!;
}
const eventsOf = (result: HistoryReadResult): Variant[][] =>
  ((result.historyData as unknown as { events?: { eventFields: Variant[] }[] } | null)?.events ?? []).map(
    (e) => e.eventFields,
  );
const values = (result: HistoryReadResult): unknown[][] => eventsOf(result).map((fields) => fields.map((v) => v.value));

/** Reads on until there is no more; also how often. */
async function all(options: Options): Promise<{ events: unknown[][]; pages: number }> {
  const events: unknown[][] = [];
  for (let pages = 1, point: Buffer | undefined; ; pages++) {
    const result = await page({ ...options, ...(point && { continuationPoint: point }) });
    expect(["Good", "GoodNoData"]).toContain(result.statusCode.name);
    events.push(...values(result));
    point = result.continuationPoint?.length > 0 ? result.continuationPoint : undefined;
    if (!point) return { events, pages };
  }
}
const sequences = (from: number, to: number): number[][] =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => [from + (to > from ? i : -i)]);

// A client that was away asks history for what it missed: field by field, nested ones too, it has to be the same event.
test("history gives the event that subscribers got, with its EventId and every field", async () => {
  const fields = [
    "EventId",
    "EventType",
    "SourceNode",
    "SourceName",
    "Time",
    "ReceiveTime",
    "LocalTime",
    "Message",
    "Severity",
    "2:Sequence",
    "2:Lot",
    "2:Verdict",
    "2:DefectClass",
    "2:OffsetMm",
    "2:RecordHash",
    "2:MinuteNumber",
    "7:Result",
    "7:Result.7:ResultMetaData",
    "7:Result.7:ResultMetaData.7:ResultId",
    "7:Result.7:ResultMetaData.7:ResultEvaluation",
    "7:Result.7:ResultMetaData.7:CreationTime",
  ];
  const subscription = await rig.subscribe();
  const live = await monitorEvents(subscription, fields, 100);
  const start = minuteOf(timeOf(units + 200)) * minuteMs;
  rig.ledger.append(
    unit(units + 1),
    {
      ...unit(units + 2),
      ...aDraft(
        "unit",
        aUnit({ sequence: units + 2, verdict: aFail, triggeredAt: timeOf(units + 2) }),
        timeOf(units + 2),
      ),
    },
    aDraft("context", { context: aContext({ lot: "L9" }), fromSequence: 3, wasPending: false }, timeOf(units + 3)),
    aDraft(
      "minute",
      { minuteNumber: minuteOf(start), start, counts: noCounts, defects: {}, downMs: 0 },
      start + minuteMs - 1,
    ),
  );
  rig.server.nudge();
  await until(() => live.got.length === 4);
  const history = await page({ start: new Date(timeOf(units) + 1), end: theEnd, fields });
  // The client decodes our structures in notifications by itself, in history only when told.
  await promoteOpaqueStructure(
    rig.session,
    eventsOf(history).flatMap((fields_) => fields_.map((value) => ({ value }))),
  );
  const plain = (variants: Variant[]): unknown => JSON.parse(JSON.stringify(variants.map((v) => v.value)));
  expect(eventsOf(history).map(plain)).toEqual(live.got.map(plain));
  expect(eventsOf(history)[1]![18]!.value).toBe(`ledger-under-test:LINE-01:${units + 2}`);
  await subscription.terminate();
}, 30_000);

// OPC 10000-11 §6.5.2.2: the time domain as for values, in either direction, the end excluded.
test("events come in the order of time, also those that were written late", async () => {
  const span = { start: new Date(timeOf(9)), end: new Date(timeOf(12)) };
  const fields = ["Time", "2:Sequence"];
  const seen = async (options: Options) => (await all({ ...options, fields })).events.map(([, s]) => s);
  expect(await seen(span)).toEqual([9, 10, null, 11]);
  expect(await seen({ start: span.end, end: span.start })).toEqual([12, 11, null, 10]);
  expect(await seen({ start: span.start, end: span.start })).toEqual([9]);
  expect(await seen({ start: span.start, count: 3 })).toEqual([9, 10, null]);
  expect(await seen({ end: span.start, count: 2 })).toEqual([9, 8]);
  expect((await page({ start: new Date(0), end: new Date(1) })).statusCode.name).toBe("GoodNoData");
});

test("Server and Machines have the events of all stations, a station its own", async () => {
  const names = async (nodeId: string) =>
    (await all({ start: beginning, end: new Date(timeOf(3)), fields: ["SourceName"], nodeId })).events.map(
      ([name]) => name,
    );
  expect(await names("ns=3;s=LINE-01")).toEqual(["LINE-01", "LINE-01"]);
  for (const nodeId of ["i=2253", "ns=6;i=1001"])
    expect(await names(nodeId)).toEqual(["LINE-01", "LINE-02", "LINE-01", "LINE-02"]);
});

test.each([
  ["forwards", beginning, theEnd],
  ["backwards", theEnd, beginning],
])("everything can be read page by page, %s, nothing lost and nothing twice", async (_, start, end) => {
  const where = [element(FilterOperator.LessThanOrEqual, field("2:Sequence"), literal(DataType.UInt32, units))];
  const { events, pages } = await all({ start, end, where });
  expect(events).toEqual(start < end ? sequences(1, units) : sequences(units, 1));
  expect(pages).toBeGreaterThan(2);
});

const lot = (name: string) => element(FilterOperator.Equals, field("2:Lot"), literal(DataType.String, name));
const and = (a: number, b: number) =>
  element(FilterOperator.And, new ElementOperand({ index: a }), new ElementOperand({ index: b }));

// OPC 10000-4 §7.7: what can be looked up is looked up, the rest is evaluated; the client cannot tell which.
test.each<[string, ContentFilterElementOptions[], number[][]]>([
  ["a lot", [lot("L2")], sequences(1_000, 1_499)],
  [
    "a range of sequences",
    [element(FilterOperator.Between, field("2:Sequence"), literal(DataType.UInt32, 400), literal(DataType.Int32, 402))],
    sequences(400, 402),
  ],
  [
    "a sequence, literal first",
    [element(FilterOperator.GreaterThan, literal(DataType.UInt32, 3), field("2:Sequence"))],
    sequences(1, 2),
  ],
  [
    "an instant",
    [element(FilterOperator.Equals, field("Time"), literal(DataType.DateTime, new Date(timeOf(77))))],
    [[77]],
  ],
  [
    "a defect class in a lot",
    [
      and(1, 2),
      lot("L1"),
      element(FilterOperator.Equals, field("2:DefectClass"), literal(DataType.String, "LABEL_OFFSET")),
    ],
    [[507]],
  ],
  [
    "a verdict behind a sequence",
    [
      and(1, 2),
      element(FilterOperator.Equals, field("2:Verdict"), literal(DataType.Int32, 2)),
      element(FilterOperator.GreaterThan, field("2:Sequence"), literal(DataType.UInt32, 1_900)),
    ],
    [[2_007]],
  ],
  [
    "either of two lots: cannot be looked up",
    [
      element(FilterOperator.Or, new ElementOperand({ index: 1 }), new ElementOperand({ index: 2 })),
      element(FilterOperator.Equals, field("2:Sequence"), literal(DataType.UInt32, 5)),
      element(FilterOperator.Equals, field("2:Sequence"), literal(DataType.UInt32, 2_499)),
    ],
    [[5], [2_499]],
  ],
  ["a lot that never was", [lot("L77")], []],
])("where: %s", async (_, where, expected) => {
  const wanted = { end: new Date(timeOf(units)), where };
  expect((await all({ ...wanted, start: beginning })).events).toEqual(expected);
});

// A search that finds nothing must neither block others nor look like the end (OPC 10000-11 §6.5.2.2).
test("a long search without a find gives empty pages that can be gone on with", async () => {
  const where = [element(FilterOperator.Like, field("Message"), literal(DataType.String, "Unit 2499:%"))];
  const first = await page({ start: beginning, end: new Date(timeOf(units)), where });
  expect([first.statusCode.name, values(first), first.continuationPoint.length]).toEqual(["Good", [], 16]);
  const { events, pages } = await all({ start: beginning, end: new Date(timeOf(units)), where });
  expect(events).toEqual([[2_499]]);
  expect(pages).toBe(2);
});

test("what has no meaning is refused for the node, and unknown fields are null", async () => {
  const status = async (options: Options) => (await page(options)).statusCode.name;
  const span = { start: beginning, end: theEnd };
  const unsupported = [element(FilterOperator.InView, literal(DataType.NodeId, resolveNodeId("i=87")))];
  expect(await status({ ...span, where: unsupported })).toBe("BadEventFilterInvalid");
  expect(await status({ ...span, fields: [] })).toBe("BadEventFilterInvalid");
  expect(await status({ ...span, filter: null })).toBe("BadEventFilterInvalid");
  expect(await status({ start: beginning })).toBe("BadHistoryOperationInvalid");
  expect(await status({ ...span, nodeId: "ns=3;s=LINE-01/Status" })).toBe("BadHistoryOperationUnsupported");
  expect(await status({ ...span, nodeId: "ns=3;s=LINE-01/Context/Lot" })).toBe("BadHistoryOperationUnsupported");
  expect(await status({ ...span, nodeId: "ns=3;s=NOWHERE" })).toBe("BadNodeIdUnknown");
  const found = await page({ start: beginning, count: 1, fields: ["2:Sequence", "2:Nothing"] });
  expect(values(found)).toEqual([[1, null]]);
});

// OPC 10000-5 §6.3.2: a filter costs work per event looked at, of history as of live events.
test.each<[string, Options]>([
  ["select clauses", { fields: Array(capabilities.maxSelectClauseParameters + 1).fill("2:Sequence") }],
  [
    "elements",
    { where: Array(capabilities.maxWhereClauseParameters + 1).fill(element(FilterOperator.IsNull, field("2:Lot"))) },
  ],
])("a filter of more %s than the limit is refused for the node", async (_, options) => {
  const { statusCode } = await page({ start: beginning, end: theEnd, ...options });
  expect(statusCode.name).toBe("BadEventFilterInvalid");
});

// A filter may be read for a hundred nodes at once, on the thread that serves everybody.
test("the filter of a request is compiled once, for however many nodes", async () => {
  const { declarations } = rig.server.live.index;
  let lookups = 0;
  Object.assign(declarations, {
    get(path: string) {
      lookups += 1;
      return Map.prototype.get.call(this, path);
    },
  });
  const { results } = await rig.session.historyRead(
    new HistoryReadRequest({
      historyReadDetails: new ReadEventDetails({
        numValuesPerNode: 1,
        startTime: beginning,
        filter: filterOf(["2:Sequence"], []),
      }),
      timestampsToReturn: TimestampsToReturn.Both,
      nodesToRead: ["LINE-01", "LINE-02", "LINE-01"].map((id) => ({ nodeId: `ns=3;s=${id}` })),
    }),
  );
  expect(results!.map(values)).toEqual([[[1]], [[1]], [[1]]]);
  Reflect.deleteProperty(declarations, "get");
  expect(lookups).toBe(1);
});

// OPC 10000-11 §5.3.2 and OPC 10000-3 §8.59: how a client finds out that there is a history of events, and of what.
test("notifiers say that they have a history, and of which fields", async () => {
  for (const [nodeId, path] of [
    ["ns=3;s=LINE-01", "LINE-01"],
    ["i=2253", "Server"],
    ["ns=6;i=1001", "Machines"],
  ]) {
    const bits = await rig.session.read({ nodeId: nodeId!, attributeId: AttributeIds.EventNotifier });
    expect([nodeId, bits.value.value]).toEqual([nodeId, 5]);
    const { references } = await rig.session.browse({
      nodeId: nodeId!,
      referenceTypeId: "HasProperty",
      resultMask: 63,
    });
    const property = references!.find((r) => r.browseName.name === "HistoricalEventFilter");
    expect(property?.nodeId.toString()).toBe(`ns=3;s=${path}/HistoricalEventFilter`);
    const filter = (await rig.session.read({ nodeId: property!.nodeId })).value.value as EventFilter;
    const names = filter.selectClauses!.map((c) => c.browsePath!.map((n) => n.name).join("/"));
    expect(names).toEqual(expect.arrayContaining(["EventId", "Time", "Sequence", "Lot", "MinuteNumber"]));
  }
  expect((await rig.session.read({ nodeId: "i=11242" })).value.value).toBe(true);
});

// ReceiveEvents on type and source (OPC 10000-3 §8.55) holds for what was as for what comes: history must not hand out what
// a subscription keeps back. Last in the file: it takes permissions away.
test("events that a session may not receive are not in its history either, and count for nothing", async () => {
  const span = { start: new Date(timeOf(9)), end: new Date(timeOf(12)) };
  const { addressSpace, index } = rig.server.live;
  const onlyFor = (nodeId: string) =>
    addressSpace
      .findNode(nodeId)!
      .setRolePermissions([{ roleId: resolveNodeId(WellKnownRoles.SecurityAdmin), permissions: allPermissions }]);
  const seen = async (options: Options) => (await all({ ...options, fields: ["SourceName", "2:Sequence"] })).events;

  expect(await seen(span)).toContainEqual(["LINE-01", null]);
  onlyFor(index.types.ids["LineStatusChangedEventType"]!);
  // Permissions are remembered for a second.
  await until(async () => (await seen(span)).length === 3);
  expect(await seen(span)).toEqual([9, 10, 11].map((n) => ["LINE-01", n]));
  expect(await seen({ start: span.start, count: 4 })).toEqual([9, 10, 11, 12].map((n) => ["LINE-01", n]));

  const ofAll = { start: beginning, end: new Date(timeOf(3)), nodeId: "i=2253" };
  expect((await seen(ofAll)).map(([name]) => name)).toContain("LINE-02");
  onlyFor("ns=3;s=LINE-02");
  await until(async () => (await seen(ofAll)).length === 2);
  expect((await seen(ofAll)).map(([name]) => name)).toEqual(["LINE-01", "LINE-01"]);
}, 15_000);
