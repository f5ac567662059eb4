import {
  AttributeIds,
  coerceNodeId,
  DataType,
  type DataValue,
  type HistoryData,
  type HistoryReadDetails,
  HistoryReadRequest,
  type HistoryReadResponse,
  type HistoryReadResult,
  NumericRange,
  ReadAtTimeDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  resolveNodeId,
  TimestampsToReturn,
} from "node-opcua";
import { noCounts } from "../../src/domain/counts.ts";
import { minuteMs } from "../../src/projections/minutes.ts";
import { foldStations, snapshotName, toSnapshot } from "../../src/projections/station-state.ts";
import { aContext, aDraft, aTime } from "../support/units.ts";
import { aClient, aPkiFolder, aRig, type Rig } from "./support/rig.ts";

let pki: ReturnType<typeof aPkiFolder>;
let rig: Rig;
const hour = Date.UTC(2025, 0, 14, 5);
const at = (minutes: number): Date => new Date(hour + minutes * minuteMs);
/** Values as in the examples of OPC 10000-11 §4.6: at 5:00, 5:02, 5:03, 5:05 and 5:06. */
const stored = [0, 2, 3, 5, 6];
/** 20 minutes with 0, 1, 2 … units, the last of them in the last millisecond of 9:52. */
const start = Math.floor(aTime / minuteMs) * minuteMs;
const minutes = 20;
const down = { from: start + minutes * minuteMs - 1, to: start + (minutes + 5) * minuteMs + 1, clean: false };

beforeAll(async () => {
  pki = aPkiFolder();
  rig = await aRig(
    pki.path,
    {},
    {
      prepare(ledger) {
        for (const minute of stored)
          ledger.append(
            aDraft(
              "context",
              { context: aContext({ lot: `L${minute}` }), fromSequence: 1, wasPending: false },
              hour + minute * minuteMs,
            ),
          );
        for (let i = 0; i < minutes; i++) {
          const counts = { ...noCounts, units: i, pass: i };
          const begin = start + i * minuteMs;
          const total = { ...counts, units: (i * (i + 1)) / 2 };
          ledger.append(
            aDraft(
              "minute",
              // The first two as an older program wrote them: without totals.
              {
                minuteNumber: begin / minuteMs,
                start: begin,
                counts,
                defects: { OTHER: i },
                downMs: 0,
                ...(i > 1 && { total }),
              },
              begin + minuteMs - 1,
            ),
          );
        }
        ledger.append(aDraft("down", down, down.to));
        ledger.append(aDraft("state", { state: "running", reason: "", from: "unknown" }, down.to + 5));
        // The server starts with nothing left to fold, as after an orderly end.
        ledger.snapshot(snapshotName, toSnapshot(ledger.reader.read(0, 1_000).reduce(foldStations, {})));
      },
    },
  );
}, 60_000);
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

type RawOptions = ConstructorParameters<typeof ReadRawModifiedDetails>[0];
interface Item {
  readonly path: string;
  readonly continuationPoint?: Buffer | null;
  readonly indexRange?: string;
  readonly dataEncoding?: string;
}
async function historyRead(
  details: HistoryReadDetails,
  items: readonly Item[],
  { timestamps = TimestampsToReturn.Both, release = false, session = rig.session } = {},
): Promise<HistoryReadResult[]> {
  const request = new HistoryReadRequest({
    historyReadDetails: details,
    timestampsToReturn: timestamps,
    releaseContinuationPoints: release,
    nodesToRead: items.map(({ path, continuationPoint, indexRange, dataEncoding }) => ({
      nodeId: path.includes("=") ? path : `ns=3;s=LINE-01/${path}`,
      ...(continuationPoint && { continuationPoint }),
      ...(indexRange && { indexRange: new NumericRange(indexRange) }),
      ...(dataEncoding && { dataEncoding: { name: dataEncoding } }),
    })),
  });
  const response = (await session.historyRead(request)) as HistoryReadResponse;
  return response.results!;
}
const raw = (options: RawOptions): ReadRawModifiedDetails => new ReadRawModifiedDetails(options);
const valuesOf = (result: HistoryReadResult): DataValue[] =>
  (result.historyData as HistoryData | null)?.dataValues ?? [];
const time = (value: DataValue): number => value.sourceTimestamp!.getTime();
const read = async (path: string, options: RawOptions): Promise<HistoryReadResult> =>
  (await historyRead(raw(options), [{ path }]))[0]!;

/** A value at 5:02 reads "2", FIRST and LAST read "FIRST" and "LAST": null, BadBoundNotFound. */
const symbols = (result: HistoryReadResult, isBackwards: boolean): string =>
  valuesOf(result)
    .map((value, i, all) =>
      value.statusCode.name === "BadBoundNotFound"
        ? i === all.length - 1 && (i > 0 || isBackwards)
          ? "END"
          : "BEGIN"
        : String(value.value.value).slice(1),
    )
    .join(" ");
const none = undefined;

// OPC 10000-11 §4.6, Table 1: every row of its examples.
test.each([
  [0, 5, 0, true, "0 2 3 5"],
  [0, 5, 0, false, "0 2 3"],
  [1, 4, 0, true, "0 2 3 5"],
  [1, 4, 0, false, "2 3"],
  [5, 0, 0, true, "5 3 2 0"],
  [5, 0, 0, false, "5 3 2"],
  [4, 1, 0, true, "5 3 2 0"],
  [4, 1, 0, false, "3 2"],
  [-1, 5, 0, true, "BEGIN 0 2 3 5"],
  [-1, 5, 0, false, "0 2 3"],
  [1, 7, 0, true, "0 2 3 5 6 END"],
  [1, 7, 0, false, "2 3 5 6"],
  [0, 5, 3, true, "0 2 3"],
  [0, 5, 3, false, "0 2 3"],
  [1, 4, 3, true, "0 2 3"],
  [1, 4, 3, false, "2 3"],
  [5, 0, 3, true, "5 3 2"],
  [5, 0, 3, false, "5 3 2"],
  [4, 1, 3, true, "5 3 2"],
  [4, 1, 3, false, "3 2"],
  [-1, 5, 3, true, "BEGIN 0 2"],
  [-1, 5, 3, false, "0 2 3"],
  [1, 7, 3, true, "0 2 3"],
  [1, 7, 3, false, "2 3 5"],
  [0, none, 3, true, "0 2 3"],
  [0, none, 3, false, "0 2 3"],
  [0, none, 6, true, "0 2 3 5 6 END"],
  [0, none, 6, false, "0 2 3 5 6"],
  [7, none, 6, true, "6 END"],
  [7, none, 6, false, ""],
  [none, 6, 3, true, "6 5 3"],
  [none, 6, 3, false, "6 5 3"],
  [none, 6, 6, true, "6 5 3 2 0 END"],
  [none, 6, 6, false, "6 5 3 2 0"],
  [none, -12, 6, true, "0 END"],
  [none, -12, 6, false, ""],
  [-12, -12, 0, true, "BEGIN 0"],
  [-12, -12, 0, false, ""],
  [-12, -12, 1, true, "BEGIN"],
  [-12, -12, 1, false, ""],
  [0, 0, 0, true, "0 2"],
  [0, 0, 0, false, "0"],
  [0, 0, 1, true, "0"],
  [0, 0, 1, false, "0"],
  [1, 1, 0, true, "0 2"],
  [1, 1, 0, false, ""],
  [1, 1, 1, true, "0"],
  [1, 1, 1, false, ""],
])(
  "ReadRaw from %p to %p, at most %p values, bounds %p",
  async (from, to, numValuesPerNode, returnBounds, expected) => {
    const result = await read("Context/Lot", {
      ...(from !== none && { startTime: at(from) }),
      ...(to !== none && { endTime: at(to) }),
      numValuesPerNode,
      returnBounds,
    });
    expect([symbols(result, from === none), result.statusCode.name]).toEqual([
      expected,
      expected === "" ? "GoodNoData" : "Good",
    ]);
    for (const value of valuesOf(result))
      if (value.statusCode.name === "BadBoundNotFound") expect(value.value.value).toBeNull();
  },
);

// OPC 10000-11 A.2: how a client asks for the oldest and the newest value.
test("the oldest and the newest value are found as Annex A.2 says", async () => {
  const oldest = await read("Context/Lot", { startTime: new Date(-11_644_473_599_000), numValuesPerNode: 1 });
  const newest = await read("Context/Lot", { endTime: new Date(Date.UTC(9999, 11, 31)), numValuesPerNode: 1 });
  expect([oldest, newest].map((r) => valuesOf(r)[0]?.value.value)).toEqual(["L0", "L6"]);
});

// OPC 10000-11 §6.3: the subsequences of a continued read are the whole, once, in either direction.
test.each([false, true])("continued page by page a read gives every value once (backwards: %p)", async (backwards) => {
  const [from, to] = [new Date(start), new Date(start + 30 * minuteMs)];
  const details = raw({ startTime: backwards ? to : from, endTime: backwards ? from : to, numValuesPerNode: 3 });
  const item = { path: "Statistics/LastMinute/UnitCount" };
  const found: DataValue[] = [];
  let pages = 0;
  for (let continuationPoint: Buffer | null = null; ; pages++) {
    const [result] = await historyRead(details, [{ ...item, continuationPoint }]);
    found.push(...valuesOf(result!));
    continuationPoint = result!.continuationPoint;
    if (!continuationPoint || continuationPoint.length === 0) break;
    expect(valuesOf(result!)).toHaveLength(3);
  }
  expect(pages).toBeGreaterThan(5);
  // The minutes that were watched, and the five in which the program did not run.
  const expected = Array.from({ length: minutes + 5 }, (_, i) => [
    start + (i + 1) * minuteMs - 1,
    ...(i < minutes ? [i, "Good"] : [null, "BadOutOfService"]),
  ]);
  expect(found.map((v) => [time(v), v.value.value, v.statusCode.name])).toEqual(
    backwards ? expected.reverse() : expected,
  );
});

test("totals are there once a minute; where an older program did not write them they are unknown, not zero", async () => {
  const result = await read("Statistics/Total/UnitCount", {
    startTime: new Date(start),
    endTime: new Date(start + 4 * minuteMs),
  });
  expect(valuesOf(result).map((v) => [v.value.value, v.statusCode.name])).toEqual([
    [null, "BadNoData"],
    [null, "BadNoData"],
    [3, "Good"],
    [6, "Good"],
  ]);
});

test("the history of a value has the timestamps that were asked for: of the minute, and of its commit", async () => {
  const ask = async (timestamps: TimestampsToReturn) => {
    const options = { startTime: new Date(start), numValuesPerNode: 1 };
    const [result] = await historyRead(raw(options), [{ path: "Statistics/DefectClass/OTHER/LastMinuteCount" }], {
      timestamps,
    });
    return [result!.statusCode.name, ...valuesOf(result!).map((v) => [v.sourceTimestamp, v.serverTimestamp])];
  };
  const [source, server] = [new Date(start + minuteMs - 1), new Date(start + minuteMs - 1 + 40)];
  expect(await ask(TimestampsToReturn.Source)).toEqual(["Good", [source, null]]);
  expect(await ask(TimestampsToReturn.Server)).toEqual(["Good", [null, server]]);
  expect(await ask(TimestampsToReturn.Both)).toEqual(["Good", [source, server]]);
  expect(await ask(TimestampsToReturn.Neither)).toEqual(["BadTimestampsToReturnInvalid"]);
});

// The customer's historian is the notary: what it stored must be what history says.
test("the head of the chain is dated at the commit", async () => {
  const hashes = await read("Ledger/HeadHash", { startTime: at(0), numValuesPerNode: 5 });
  expect(valuesOf(hashes).map((v) => [v.value.value, time(v)])).toEqual(
    stored.map((minute, i) => [(i + 1).toString(16).padStart(64, "0"), at(minute).getTime() + 40]),
  );
});

// A historian that reconnects after a restart must not store the same head a second time under another time.
test("after a restart the head has the same timestamp as in history", async () => {
  const [newest] = valuesOf(
    await read("Ledger/HeadHash", { endTime: new Date(down.to + 60_000), numValuesPerNode: 1 }),
  );
  const live = await rig.read("Ledger/HeadHash");
  expect([live.value.value, time(live)]).toEqual([newest!.value.value, time(newest!)]);
  expect(time(live)).toBe(down.to + 5 + 40);
});

// OPC 10000-4 §5.11.3.4: what is wrong with one node is told for that node, and the others are read.
test("each node has its own result", async () => {
  const details = raw({ startTime: at(0), numValuesPerNode: 2 });
  const items: [string, Partial<Item>, string][] = [
    ["Context/Lot", {}, "Good"],
    ["Context/Nothing", {}, "BadNodeIdUnknown"],
    ["Context/Sku", {}, "BadHistoryOperationUnsupported"],
    ["Context", {}, "BadHistoryOperationUnsupported"],
    ["i=2253", {}, "BadHistoryOperationUnsupported"],
    ["i=2258", {}, "BadHistoryOperationUnsupported"],
    ["Context/Lot", { dataEncoding: "Default Binary" }, "BadDataEncodingInvalid"],
    ["Context/Lot", { indexRange: "0:1" }, "Good"],
    ["Statistics/LastMinute/UnitCount", { indexRange: "0" }, "BadIndexRangeNoData"],
    ["Context/Lot", { continuationPoint: Buffer.from("never given") }, "BadContinuationPointInvalid"],
  ];
  const results = await historyRead(
    details,
    items.map(([path, more]) => ({ path, ...more })),
  );
  expect(results.map((r, i) => [items[i]![0], r.statusCode.name])).toEqual(
    items.map(([path, , status]) => [path, status]),
  );
  expect(valuesOf(results[7]!)[0]?.value.value).toBe("L0");
});

test("a read without enough to say what is wanted, and what no history holds, are refused for the node", async () => {
  const names = async (details: HistoryReadDetails) =>
    (await historyRead(details, [{ path: "Context/Lot" }]))[0]!.statusCode.name;
  expect(await names(raw({ startTime: at(0) }))).toBe("BadHistoryOperationInvalid");
  expect(await names(raw({ numValuesPerNode: 5 }))).toBe("BadHistoryOperationInvalid");
  expect(await names(raw({ isReadModified: true, startTime: at(0), endTime: at(6) }))).toBe(
    "BadHistoryOperationUnsupported",
  );
  expect(await names(new ReadAtTimeDetails({ reqTimes: [] }))).toBe("BadInvalidArgument");
});

test("a continuation point is good once, for its node and its session, and can be released", async () => {
  const details = raw({ startTime: at(0), endTime: at(7), numValuesPerNode: 2 });
  const path = "Context/Lot";
  const begin = async () => (await historyRead(details, [{ path }]))[0]!.continuationPoint;
  const status = async (item: Item, options = {}) => (await historyRead(details, [item], options))[0]!.statusCode.name;

  const used = await begin();
  expect(await status({ path, continuationPoint: used })).toBe("Good");
  expect(await status({ path, continuationPoint: used })).toBe("BadContinuationPointInvalid");

  const foreign = await begin();
  expect(await status({ path: "Context/OrderId", continuationPoint: foreign })).toBe("BadContinuationPointInvalid");
  await using other = await aClient(rig.server.endpoints[0]!, pki.path);
  expect(await status({ path, continuationPoint: foreign }, { session: other.session })).toBe(
    "BadContinuationPointInvalid",
  );

  expect(await status({ path, continuationPoint: foreign }, { release: true })).toBe("Good");
  expect(await status({ path, continuationPoint: foreign })).toBe("BadContinuationPointInvalid");

  // As many as announced, then none; what is released makes room.
  const { session } = other;
  const { value } = await session.read({ nodeId: "i=2737" });
  const many = Array.from({ length: value.value }, () => ({ path }));
  const kept = await historyRead(details, many, { session });
  expect(kept.map((r) => r.statusCode.name)).toEqual(Array(value.value).fill("Good"));
  const [beyond] = await historyRead(details, [{ path }], { session });
  expect(beyond!.statusCode.name).toBe("BadNoContinuationPoints");
  const release = kept.map(({ continuationPoint }) => ({ path, continuationPoint }));
  await historyRead(details, release, { release: true, session });
  const [again] = await historyRead(details, [{ path }], { session });
  expect(again!.continuationPoint).toHaveLength(16);
});

// OPC 10000-11 §6.5.5, with the stepped interpolation of OPC 10000-13 §3.1.8 and §3.1.9.
test("ReadAtTime gives the value that held", async () => {
  const ask = async (path: string, useSimpleBounds: boolean, reqTimes: Date[]) => {
    const [result] = await historyRead(new ReadAtTimeDetails({ reqTimes, useSimpleBounds }), [{ path }]);
    return valuesOf(result!).map((v) => [v.value.value, v.statusCode.name, v.statusCode.value & 0x1f, time(v)]);
  };
  const lot = "Context/Lot";
  expect(await ask(lot, true, [at(4), at(2), at(-1)])).toEqual([
    ["L3", expect.stringMatching(/^Good/), 2, at(4).getTime()],
    ["L2", "Good", 0, at(2).getTime()],
    [null, "BadNoData", 0, at(-1).getTime()],
  ]);
  // The answer has the instant that was asked for, also where that is DateTime.MinValue (OPC 10000-6 §5.2.2.5).
  const dawn = Date.UTC(1601, 0, 1);
  expect(await ask(lot, true, [new Date(dawn)])).toEqual([[null, "BadNoData", 0, dawn]]);
  const units = "Statistics/LastMinute/UnitCount";
  const while_ = new Date(start + (minutes + 3) * minuteMs);
  expect(await ask(units, true, [while_])).toEqual([[null, "BadNoData", 0, while_.getTime()]]);
  expect(await ask(units, false, [while_])).toEqual([
    [minutes - 1, expect.stringMatching(/^UncertainDataSubNormal/), 2, while_.getTime()],
  ]);
});

const aggregateIds = {
  Interpolative: 2341,
  Average: 2342,
  TimeAverage2: 11285,
  Minimum: 2346,
  Maximum: 2347,
  Count: 2352,
  Start: 2357,
  End: 2358,
  DeltaBounds: 11507,
  Total2: 11304,
  DurationGood: 2360,
  PercentGood: 2362,
};
type Aggregate = keyof typeof aggregateIds;
const processed = (
  ids: readonly (number | Aggregate)[],
  from: Date,
  to: Date,
  processingInterval: number,
  aggregateConfiguration: object = { useServerCapabilitiesDefaults: true },
) =>
  new ReadProcessedDetails({
    startTime: from,
    endTime: to,
    processingInterval,
    aggregateType: ids.map((id) => resolveNodeId(`i=${typeof id === "number" ? id : aggregateIds[id]}`)),
    aggregateConfiguration,
  });

// The eleven equal minutes and their like: counts per period are differences of Total, whoever asks, and in whatever way.
test("counts per period are DeltaBounds on Statistics/Total, and agree with the minutes", async () => {
  const path = "Statistics/Total/UnitCount";
  const span = [new Date(start + 5 * minuteMs), new Date(start + 15 * minuteMs)] as const;
  const [deltas] = await historyRead(processed(["DeltaBounds"], ...span, 5 * minuteMs), [{ path }]);
  const perMinute = await read("Statistics/LastMinute/UnitCount", { startTime: span[0], endTime: span[1] });
  const counts = valuesOf(perMinute).map((v) => v.value.value as number);
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  expect(valuesOf(deltas!).map((v) => v.value.value)).toEqual([sum(counts.slice(0, 5)), sum(counts.slice(5))]);
  expect(valuesOf(deltas!).map((v) => [v.statusCode.value & 0x1f, v.value.dataType])).toEqual(
    Array(2).fill([1, DataType.UInt32]),
  );
});

test("every aggregate that is listed is served, each node its own", async () => {
  const { references } = await rig.session.browse({ nodeId: "i=11201", referenceTypeId: "Organizes", resultMask: 63 });
  const listed = references!.map((r) => [r.browseName.name, r.nodeId.value]);
  expect(Object.fromEntries(listed)).toEqual(aggregateIds);
  const names = Object.keys(aggregateIds) as Aggregate[];
  const span = [new Date(start + 5 * minuteMs), new Date(start + 7 * minuteMs)] as const;
  const results = await historyRead(
    processed(names, ...span, 0),
    names.map(() => ({ path: "Statistics/LastMinute/UnitCount" })),
  );
  const found = results.map((result, i) => {
    expect([names[i], result.statusCode.name, valuesOf(result).length]).toEqual([names[i], "Good", 1]);
    return [names[i], valuesOf(result)[0]!.value.value];
  });
  // The minutes with 4, 5 and 6 units; each value holds from the last millisecond of its minute on.
  const weighed = (4 * 59_999 + 5 * 60_000 + 6) / 1_000;
  expect(Object.fromEntries(found)).toEqual({
    Interpolative: 4,
    Average: 5.5,
    TimeAverage2: expect.closeTo(weighed / 120, 9),
    Minimum: 5,
    Maximum: 6,
    Count: 2,
    Start: 5,
    End: 6,
    DeltaBounds: 2,
    Total2: expect.closeTo(weighed, 9),
    DurationGood: 120_000,
    PercentGood: 100,
  });
});

// OPC 10000-13 §5.3.2 and OPC 10000-11 §6.5.4: the status of the node that is wrong.
test("what cannot be aggregated is refused for the node", async () => {
  const span = [new Date(start), new Date(start + minuteMs)] as const;
  const path = "Statistics/LastMinute/UnitCount";
  const status = async (details: ReadProcessedDetails, item = path) =>
    (await historyRead(details, [{ path: item }]))[0]!.statusCode.name;
  expect(await status(processed([2345], ...span, 0))).toBe("BadAggregateNotSupported");
  expect(await status(processed(["Average"], ...span, 0), "Context/Lot")).toBe("BadAggregateInvalidInputs");
  expect(await status(processed(["Count"], ...span, 0), "Context/Lot")).toBe("Good");
  expect(await status(processed(["Count", "Count"], ...span, 0))).toBe("BadAggregateListMismatch");
  expect(await status(processed(["Count"], span[0], span[0], 0))).toBe("BadInvalidArgument");
  expect(await status(processed(["Count"], ...span, -1))).toBe("BadInvalidArgument");
  const shares = { percentDataBad: 10, percentDataGood: 10 };
  expect(await status(processed(["Count"], ...span, 0, shares))).toBe("BadAggregateInvalidInputs");
});

test("aggregates go on page by page, as raw values do", async () => {
  const details = processed(["Count"], new Date(start), new Date(start + 20 * minuteMs), 10);
  const path = "Statistics/LastMinute/UnitCount";
  const [first] = await historyRead(details, [{ path }]);
  expect(valuesOf(first!)).toHaveLength(1_000);
  const [second] = await historyRead(details, [{ path, continuationPoint: first!.continuationPoint }]);
  expect(time(valuesOf(second!)[0]!)).toBe(start + 10_000);
});

// OPC 10000-3 §5.6.2, OPC 10000-11 §5.2: a client finds out which variables have a history, and how it is kept.
test("historized variables say so, and refer to their HA Configuration", async () => {
  const nodeId = "ns=3;s=LINE-01/Statistics/Total/UnitCount";
  const attributes = await rig.session.read([
    { nodeId, attributeId: AttributeIds.Historizing },
    { nodeId, attributeId: AttributeIds.UserAccessLevel },
    { nodeId: "ns=3;s=LINE-01/Statistics/Lot/UnitCount", attributeId: AttributeIds.Historizing },
  ]);
  expect(attributes.map((v) => v.value.value)).toEqual([true, 5, false]);
  const { references } = await rig.session.browse({
    nodeId,
    referenceTypeId: "HasHistoricalConfiguration",
    resultMask: 63,
  });
  expect(references?.map((r) => r.browseName.toString())).toEqual(["HA Configuration"]);
  const configuration = references![0]!.nodeId.value;
  const shown = async (name: string) =>
    (await rig.session.read({ nodeId: coerceNodeId(`ns=3;s=${configuration}/${name}`) })).value.value;
  expect(await shown("Stepped")).toBe(true);
  expect(await shown("StartOfArchive")).toEqual(at(0));
  expect(await shown("AggregateConfiguration/PercentDataGood")).toBe(100);
});

test("HistoryServerCapabilities and OperationLimits say what is served", async () => {
  const values = async (...ids: number[]) =>
    (await rig.session.read(ids.map((id) => ({ nodeId: `i=${id}` })))).map((v) => v.value.value);
  // AccessHistoryData, AccessHistoryEvents, MaxReturnDataValues, MaxReturnEventValues, InsertData, ReplaceData, DeleteRaw,
  // ServerTimestampSupported
  expect(await values(11193, 11242, 11273, 11274, 11196, 11197, 11199, 19091)).toEqual([
    true,
    true,
    1_000,
    250,
    false,
    false,
    false,
    true,
  ]);
  const [limit] = await values(12165);
  const details = raw({ startTime: at(0), numValuesPerNode: 1 });
  const items = Array.from({ length: limit }, () => ({ path: "Context/Lot" }));
  expect(await historyRead(details, items)).toHaveLength(limit);
  await expect(historyRead(details, [...items, ...items])).rejects.toThrow(/BadTooManyOperations/);
});
