import {
  AttributeIds,
  type BrowsePathResult,
  DataChangeFilter,
  DataChangeTrigger,
  DataType,
  type DataValue,
  EventFilter,
  makeBrowsePath,
  StatusCodes,
  type Variant,
} from "node-opcua";
import { emptyFields } from "../../src/domain/context.ts";
import { noCounts } from "../../src/domain/counts.ts";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import { listNodes } from "../../src/opcua/listing.ts";
import { minuteMs, minuteOf } from "../../src/projections/minutes.ts";
import { aContext, aDraft, aTime, aUnit } from "../support/units.ts";
import { aPkiFolder, aRig, aSetup, monitor, monitorEvents, type Rig, someVitals, until } from "./support/rig.ts";

let pki: ReturnType<typeof aPkiFolder>;
let rig: Rig;
beforeAll(async () => {
  pki = aPkiFolder();
  // The vitals of one test are to be believed in the next, however slow the machine is.
  rig = await aRig(pki.path, {}, { silenceMs: 600_000 });
}, 60_000);
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

let sequence = 0;
const units = (count: number) =>
  Array.from({ length: count }, () =>
    aDraft("unit", aUnit({ sequence: ++sequence, triggeredAt: aTime + sequence * 150 }), aTime + sequence * 150),
  );
const append = (...drafts: readonly EntryDraft[]) => {
  const committed = rig.ledger.append(...drafts);
  rig.server.nudge();
  return committed;
};
const settled = () =>
  until(async () => (await rig.read("Ledger/EntryCount")).value.value === rig.ledger.reader.head.offset);
const status = async (path: string) => (await rig.read(path)).statusCode.name;
const value = async (path: string) => (await rig.read(path)).value.value;

// "Unknown is not zero": a historian that stored 0 here would report a line without defects.
test("before the first unit nothing reads as zero", async () => {
  for (const path of [
    "LastUnit/Sequence",
    "Statistics/Total/UnitCount",
    "Statistics/LastMinute/UnitCount",
    "Statistics/Lot/UnitCount",
    "Status/Heartbeat",
  ])
    expect([path, await status(path)]).toEqual([path, "BadWaitingForInitialData"]);
  expect(await status("Context/Since")).toBe("BadWaitingForInitialData");
  expect([await status("Context/Valid"), await value("Context/Valid")]).toEqual(["Good", false]);
  expect(await value("Ledger/LedgerId")).toBe("ledger-under-test");
});

test("namespaces have the published indexes", async () => {
  const namespaces = await rig.session.readNamespaceArray();
  expect(namespaces.slice(1, 5)).toEqual([
    "urn:tallyline:test",
    "urn:tallyline:inspection",
    "urn:tallyline:site:demo",
    "http://opcfoundation.org/UA/DI/",
  ]);
  expect(namespaces[12]).toBe("http://opcfoundation.org/UA/Weihenstephan/");
});

test("a unit is an event, LastUnit and the totals, with the trigger's time", async () => {
  const subscription = await rig.subscribe();
  const { got } = await monitorEvents(
    subscription,
    [
      "EventId",
      "SourceName",
      "Time",
      "ReceiveTime",
      "Message",
      "2:Sequence",
      "2:Verdict",
      "2:OffsetMm",
      "2:DefectClass",
      "7:Result.7:ResultMetaData.7:ResultId",
      "7:Result.7:ResultMetaData.7:ResultEvaluation",
    ],
    0,
  );
  const [first] = append(
    aDraft(
      "unit",
      aUnit({
        sequence: ++sequence,
        verdict: {
          kind: "fail",
          confidence: 0.9,
          defects: [{ class: "LABEL_OFFSET", confidence: 0.9, measures: { offset_mm: 3.2 } }],
        },
      }),
    ),
  );
  await until(() => got.length > 0);
  const [eventId, ...fields] = got[0]!.map((v: Variant) => v.value);
  expect(eventId).toHaveLength(16);
  expect(fields).toMatchObject([
    "LINE-01",
    new Date(aTime),
    new Date(first!.entry.committedAt),
    { text: "Unit 1: Fail (LABEL_OFFSET)" },
    1,
    2,
    3.2,
    "LABEL_OFFSET",
    "ledger-under-test:LINE-01:1",
    2,
  ]);
  await settled();
  const shown = await rig.read("LastUnit/VerdictText");
  expect([shown.value.value, shown.sourceTimestamp]).toEqual(["Fail", new Date(aTime)]);
  expect([await value("Statistics/Total/FailCount"), await value("Ledger/HeadSequence")]).toEqual([1, 1]);
  await subscription.terminate();
});

// node-opcua up to 2.184 kept one event per publish for queueSize 0 and 1: 56 of 67 units were lost.
test("queueSize 0, 1 and 2 with a publishing interval of 1 s receive every unit, whoever names the fields", async () => {
  const subscription = await rig.subscribe(1_000);
  const items = await Promise.all([0, 1, 2].map((size) => monitorEvents(subscription, ["2:Sequence"], size)));
  const server = await monitorEvents(subscription, ["2:Sequence"], 0, "i=2253");
  const from = sequence;
  // 400 units/min for three seconds, faster than life: what counts is the number per publish.
  for (let burst = 0; burst < 4; burst++) {
    append(...units(7));
    await settled();
  }
  const expected = Array.from({ length: 28 }, (_, i) => from + 1 + i);
  await until(() => [...items, server].every(({ got }) => got.length >= expected.length));
  for (const { got } of [...items, server]) expect(got.map(([field]) => field!.value)).toEqual(expected);
  await subscription.terminate();
});

// The whole point of LastMinute: two equal minutes are two minutes (FACTS: the default trigger ignores timestamps).
test("equal minutes arrive one by one with StatusValueTimestamp, each in its last millisecond", async () => {
  const subscription = await rig.subscribe();
  const { got } = await monitor<DataValue>(subscription, "ns=3;s=LINE-01/Statistics/LastMinute/UnitCount", {
    samplingInterval: 0,
    queueSize: 10,
    discardOldest: true,
    filter: new DataChangeFilter({ trigger: DataChangeTrigger.StatusValueTimestamp }),
  });
  await until(() => got.length === 1);
  const start = minuteOf(aTime) * minuteMs;
  for (let i = 0; i < 3; i++)
    append(
      aDraft(
        "minute",
        { minuteNumber: minuteOf(start) + i, start: start + i * minuteMs, counts: noCounts, defects: {}, downMs: 0 },
        start + (i + 1) * minuteMs,
      ),
    );
  await until(() => got.length === 4);
  expect(
    got.slice(1).map((v) => [v.value.value, v.statusCode.name, v.sourceTimestamp!.toISOString().slice(17)]),
  ).toEqual(Array(3).fill([0, "Good", "59.999Z"]));
  await settled();
  expect(await status("Statistics/LastMinute/DefectRate")).toBe("BadNoData");
  expect(await value("Statistics/LastMinute/MinuteNumber")).toBe(minuteOf(start) + 2);
  await subscription.terminate();
});

test("minutes in which the program did not run are out of service, not zero", async () => {
  const from = (minuteOf(aTime) + 3) * minuteMs;
  append(aDraft("down", { from, to: from + 3 * minuteMs, clean: true }, from + 3 * minuteMs));
  await settled();
  expect([await status("Statistics/LastMinute/UnitCount"), await status("Statistics/LastMinute/MinuteNumber")]).toEqual(
    ["BadOutOfService", "Good"],
  );
});

test("vitals of the core are shown as they come", async () => {
  rig.server.tell(
    someVitals({
      heartbeat: 4_294_967_295,
      cameras: [{ cameraId: "CAM-01", state: "gone", reason: "unplugged", fps: 0, droppedFrames: 3 }],
    }),
  );
  expect([
    await value("Status/Heartbeat"),
    await value("Cameras/CAM-01/StatusText"),
    await value("Cameras/CAM-01/StatusReason"),
  ]).toEqual([4_294_967_295, "Gone", "unplugged"]);
  expect(await status("Cameras/CAM-01/LastFrameAgeMs")).toBe("BadNoData");
});

const call = (method: string, inputArguments: { dataType: DataType; value: unknown }[]) =>
  rig.session.call({
    objectId: "ns=3;s=LINE-01/Context",
    methodId: `ns=3;s=LINE-01/Context/${method}`,
    inputArguments,
  });
const text = (value: string) => ({ dataType: DataType.String, value });
const uint = (value: number) => ({ dataType: DataType.UInt32, value });
const int = (value: number) => ({ dataType: DataType.Int32, value });
const context = (over: { lot?: string; runType?: number; mode?: number; trigger?: number } = {}) => [
  ...["PO-1", over.lot ?? "L1", "SKU", "", "A", "Ann"].map(text),
  uint(500),
  int(over.runType ?? 0),
  int(over.mode ?? 0),
  uint(over.trigger ?? 0),
  uint(0),
];

test("SetContext becomes a command, and its answer the outputs", async () => {
  rig.answer = { outcome: "accepted", revision: 3, fromSequence: 11, state: "pending" };
  const result = await call("SetContext", context({ mode: 1, trigger: 77 }));
  expect([result.statusCode.name, result.outputArguments?.map((v) => v.value)]).toEqual(["Good", [3, 11, 1]]);
  expect(rig.commands.at(-1)).toEqual({
    kind: "setContext",
    station: "LINE-01",
    source: "opcua",
    by: expect.stringMatching(/^anonymous@urn:/),
    effective: { mode: "atTrigger", triggerId: 77 },
    expectedRevision: 0,
    fields: {
      ...emptyFields,
      orderId: "PO-1",
      lot: "L1",
      sku: "SKU",
      shift: "A",
      operator: "Ann",
      targetQuantity: 500,
    },
  });
});

test("a refused argument is named by its place (OPC 10000-4 §5.12.2)", async () => {
  rig.answer = {
    outcome: "refused",
    code: "invalidArgument",
    message: "lot: is empty",
    problems: [{ argument: "lot", problem: "is empty; name the lot" }],
  };
  const result = await call("SetContext", context({ lot: "" }));
  expect(result.statusCode.name).toBe("BadInvalidArgument");
  expect(result.inputArgumentResults?.map((s) => s.name)).toEqual([
    "Good",
    "BadInvalidArgument",
    ...Array(9).fill("Good"),
  ]);
});

// What is no call at all is refused before it reaches the line.
test.each([
  ["a missing argument", context().slice(1), "BadArgumentsMissing"],
  ["an argument of another type", [uint(1), ...context().slice(1)], "BadInvalidArgument"],
])("%s is refused without a command", async (_, inputs, expected) => {
  const before = rig.commands.length;
  expect((await call("SetContext", inputs)).statusCode.name).toBe(expected);
  expect(rig.commands).toHaveLength(before);
});

// One answer must be enough to mend the call: what the domain has no word for goes along, and the line judges the rest.
test("a code without a meaning reaches the line as unreadable, beside what it means", async () => {
  rig.answer = { outcome: "accepted", revision: 3, fromSequence: 11, state: "pending" };
  await call("SetContext", context({ mode: 9, runType: 7 }));
  expect(rig.commands.at(-1)).toMatchObject({ unreadable: [{ argument: "effectiveMode" }, { argument: "runType" }] });
  await call("SetContext", context({ mode: 2 }));
  expect(rig.commands.at(-1)).toMatchObject({ effective: { mode: "atLotMarker" } });
  await call("SetContext", context({ mode: 3, trigger: 5 }));
  expect(rig.commands.at(-1)).toMatchObject({ effective: { mode: "afterGap", seconds: 5 } });
});

test("a core that does not answer is BadTimeout", async () => {
  rig.answer = undefined;
  expect((await call("EndLot", [int(0), uint(0), uint(0)])).statusCode.name).toBe("BadTimeout");
});

test("a wrong revision is told at its argument", async () => {
  rig.answer = { outcome: "refused", code: "revisionMismatch", message: "the context has revision 4", problems: [] };
  const result = await call("StartLot", [text("L2"), int(0), uint(0), uint(3)]);
  expect([result.statusCode.name, result.inputArgumentResults?.map((s) => s.name)]).toEqual([
    "BadInvalidArgument",
    ["Good", "Good", "Good", "BadInvalidState"],
  ]);
});

const write = (tags: Record<string, { dataType: DataType; value: unknown }>) =>
  rig.session.write(
    Object.entries(tags).map(([tag, variant]) => ({
      nodeId: `ns=3;s=LINE-01/Context/Request/${tag}`,
      attributeId: AttributeIds.Value,
      value: { value: variant },
    })),
  );
const request = "Context/Request";

// PLC drivers and many SCADA systems can write tags, but not call methods.
test("a changed RequestId sends the tags as one SetContext and tells what became of it", async () => {
  rig.answer = { outcome: "accepted", revision: 5, fromSequence: 40, state: "effective" };
  // The id first: the order within one Write must not matter.
  await write({ RequestId: uint(1), Lot: text("L9"), TargetQuantity: uint(9) });
  await until(async () => (await value(`${request}/DoneId`)) === 1);
  expect(rig.commands.at(-1)).toMatchObject({
    kind: "setContext",
    source: "tags",
    fields: { lot: "L9", targetQuantity: 9 },
  });
  expect([
    await value(`${request}/Result`),
    await value(`${request}/Revision`),
    await value(`${request}/FromSequence`),
  ]).toEqual([0, 5, 40]);

  rig.answer = { outcome: "refused", code: "notSupported", message: "no lot marker", problems: [] };
  const sent = rig.commands.length;
  await write({ RequestId: uint(1), EffectiveMode: int(2) });
  expect(rig.commands).toHaveLength(sent);
  await write({ RequestId: uint(2) });
  await until(async () => (await value(`${request}/DoneId`)) === 2);
  expect(await value(`${request}/Result`)).toBe(StatusCodes.BadNotSupported.value);
});

test("nothing else can be written", async () => {
  const results = await write({ DoneId: uint(7) });
  expect(results.map((s) => s.name)).toEqual(["BadNotWritable"]);
  // Declared writable by the standard's own document.
  const type = await rig.session.write({
    nodeId: "ns=7;i=6056",
    attributeId: AttributeIds.Value,
    value: { value: { dataType: DataType.DateTime, value: new Date() } },
  });
  expect(type.name).toBe("BadUserAccessDenied");
});

test("context, lot and line status raise events", async () => {
  const subscription = await rig.subscribe();
  const { got } = await monitorEvents(
    subscription,
    ["EventType", "Message", "2:Lot", "2:LineStatus", "2:HeadHash", "2:Reconciled"],
    0,
  );
  append(
    aDraft("context", { context: aContext({ lot: "L7", revision: 6 }), fromSequence: 50, wasPending: false }),
    aDraft("lot", {
      event: "started",
      lot: "L7",
      orderId: "PO-1",
      sku: "S",
      counts: noCounts,
      defects: {},
      startedAt: aTime,
      firstSequence: 0,
      lastSequence: 0,
    }),
    aDraft("state", { from: "starting", state: "running", reason: "" }),
    aDraft("lot", {
      event: "ended",
      lot: "L7",
      orderId: "PO-1",
      sku: "S",
      counts: noCounts,
      defects: {},
      startedAt: aTime,
      firstSequence: 0,
      lastSequence: 0,
      tally: { sequences: 0, lotSequence: 0 },
      headHash: "ab",
      reconciled: true,
    }),
  );
  await until(() => got.length === 4);
  expect(got.map((fields) => [fields[4]!.value, fields[5]!.value]).at(-1)).toEqual(["ab", true]);
  expect(got.map(([, message, lot, line]) => [message!.value.text, lot!.value, line!.value])).toEqual([
    ['Context 6 from unit 50: lot "L7", order "PO-1"', "L7", null],
    ["Lot L7 started", "L7", null],
    ["Line Running", null, 3],
    ["Lot L7 ended with 0 units, 0 failed", "L7", null],
  ]);
  await settled();
  expect([await value("Context/Lot"), await value("Status/LineStatusText"), await value("Context/Valid")]).toEqual([
    "L7",
    "Running",
    true,
  ]);
  await subscription.terminate();
});

// `tallyline nodes` lists without a server; what it prints must be what a client finds.
test("every listed node is found under its NodeId by its browse path", async () => {
  const listed = listNodes(aSetup().stations[0]!, "0.1.0");
  expect(listed.length).toBeGreaterThan(150);
  const paths = listed.map(({ browsePath }) =>
    makeBrowsePath("i=85", browsePath.replaceAll(/(?<=\/)(?=\d+:|[A-Z])/g, "")),
  );
  const found: BrowsePathResult[] = [];
  // No request may carry more than the server says that it takes.
  for (let from = 0; from < paths.length; from += 200)
    found.push(...(await rig.session.translateBrowsePath(paths.slice(from, from + 200))));
  expect(found.map(({ targets }) => targets?.[0]?.targetId.toString())).toEqual(listed.map(({ nodeId }) => nodeId));
  expect(listed.find(({ nodeId }) => nodeId.endsWith("/Request/Lot"))).toMatchObject({
    dataType: "String",
    access: "read/write",
  });
});

// FACTS: a select clause that names an object killed the process.
test("a select clause that names no event type is answered, and the server lives", async () => {
  const subscription = await rig.subscribe();
  const filter = new EventFilter({
    selectClauses: ["i=2253", "i=2256", "i=11489", "ns=9;i=4711"].map((typeDefinitionId) => ({
      typeDefinitionId,
      browsePath: ["EventId"].map((name) => ({ name })),
      attributeId: AttributeIds.Value,
    })),
  });
  await monitor(
    subscription,
    "ns=3;s=LINE-01",
    { queueSize: 10, samplingInterval: 0, filter },
    AttributeIds.EventNotifier,
  ).catch(() => undefined);
  append(...units(1));
  await settled();
  await subscription.terminate();
});

// One client without a filter must not keep the others from their events (node-opcua throws while it raises).
test("an event item without a filter, or one that names no event type, harms nobody", async () => {
  const subscription = await rig.subscribe();
  await monitor(
    subscription,
    "ns=3;s=LINE-01",
    { queueSize: 10, samplingInterval: 0 },
    AttributeIds.EventNotifier,
  ).catch(() => undefined);
  const { got } = await monitorEvents(subscription, ["2:Sequence"], 0);
  append(...units(1));
  await until(() => got.length === 1);
  expect(got[0]![0]!.value).toBe(sequence);
  await subscription.terminate();
});
