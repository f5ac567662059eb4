import {
  AttributeIds,
  type CallMethodRequestOptions,
  type CallMethodResult,
  type ClientSubscription,
  constructEventFilter,
  DataType,
  EventFilter,
  NodeId,
  ofType,
  SimpleAttributeOperand,
  StatusCodes,
  type Variant,
} from "node-opcua";
import type { AlarmName } from "../../src/domain/alarm.ts";
import { emptyFields } from "../../src/domain/context.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { fail, pass } from "../support/line.ts";
import { aLineRig, type LineRig } from "./support/line-rig.ts";
import { aPkiFolder, monitor, until } from "./support/rig.ts";

const covered: Verdict = { kind: "invalid", reason: "covered" };
let pki: ReturnType<typeof aPkiFolder>;
let it_: LineRig;
beforeAll(async () => {
  pki = aPkiFolder();
  it_ = await aLineRig(pki.path);
  await it_.t.line.command({
    station: "LINE-01",
    by: "test",
    source: "opcua",
    kind: "setContext",
    fields: { ...emptyFields, lot: "L1" },
    expectedRevision: 0,
    effective: { mode: "nextUnit" },
  });
  await run(20);
}, 60_000);
afterAll(async () => {
  await it_[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

/** So many seconds of the line, and until the server has shown what came of them. */
async function run(seconds: number, verdict: Verdict = pass): Promise<void> {
  const { t, rig } = it_;
  for (let s = 0; s < seconds; s++) {
    for (let n = 0; n < 4; n++) {
      t.unit(verdict);
      t.clock.advance(250);
    }
    t.line.tick();
    await t.settle();
  }
  await until(async () => (await rig.read("Ledger/EntryCount")).value.value === rig.ledger.reader.head.offset);
}
const condition = (alarm: AlarmName) => `ns=3;s=LINE-01/Alarms/${alarm}`;
const value = async (path: string) => (await it_.rig.read(path)).value.value;
const call = (objectId: string, methodId: string, ...inputs: object[]): Promise<CallMethodResult> =>
  it_.rig.session.call({ objectId, methodId, inputArguments: inputs } as CallMethodRequestOptions);
const bytes = (id: Buffer | null) => ({ dataType: DataType.ByteString, value: id });
const comment = (text: string | null = null, locale: string | null = null) => ({
  dataType: DataType.LocalizedText,
  value: { text, locale },
});
const uint32 = (n: number) => ({ dataType: DataType.UInt32, value: n });
const idOf = async (alarm: AlarmName): Promise<Buffer> => value(`Alarms/${alarm}/EventId`);

const fields = [
  "EventType",
  "EventId",
  "SourceName",
  "Time",
  "Message",
  "Severity",
  "ConditionName",
  "BranchId",
  "Retain",
  "EnabledState.Id",
  "ActiveState.Id",
  "AckedState.Id",
  "ConfirmedState.Id",
  "SuppressedState.Id",
  "ShelvingState.CurrentState",
  "Quality",
  "LastSeverity",
  "Comment",
  "ClientUserId",
  "ConditionClassId",
  "SuppressedOrShelved",
  "2:Reason",
  "2:OperatorAction",
  "2:Change",
] as const;
const conditionIdClause = new SimpleAttributeOperand({
  typeDefinitionId: "i=2782",
  browsePath: [],
  attributeId: AttributeIds.NodeId,
});
type Told = Readonly<Record<(typeof fields)[number] | "ConditionId", unknown>>;

/** What a subscription is told of conditions; its filter asks for the condition's NodeId as §5.5.2 says. */
async function listen(subscription: ClientSubscription, nodeId = "ns=3;s=LINE-01") {
  const filter = new EventFilter({
    selectClauses: [conditionIdClause, ...constructEventFilter([...fields]).selectClauses!],
  });
  const parameters = { queueSize: 0, samplingInterval: 0, discardOldest: true, filter };
  const { got, item } = await monitor<Variant[]>(subscription, nodeId, parameters, AttributeIds.EventNotifier);
  const told = (): Told[] =>
    got.map((row) => Object.fromEntries(["ConditionId", ...fields].map((name, i) => [name, row[i]!.value])) as Told);
  const of = (alarm: AlarmName): Told[] => told().filter((t) => t.ConditionName === alarm);
  return { told, of, item };
}

test("an alarm that never was is enabled, inactive and quiet; its tag says false (OPC 10000-9 §5.8.2)", async () => {
  const read = Object.fromEntries(
    await Promise.all(
      ["Active", "EnabledState/Id", "ActiveState/Id", "AckedState/Id", "Retain", "ConditionName", "Severity"].map(
        async (name) => [name, await value(`Alarms/StorageLow/${name}`)] as const,
      ),
    ),
  );
  expect(read).toEqual({
    Active: false,
    "EnabledState/Id": true,
    "ActiveState/Id": false,
    "AckedState/Id": true,
    Retain: false,
    ConditionName: "StorageLow",
    Severity: 700,
  });
  expect((await it_.rig.read("Alarms/StorageLow/EventId")).statusCode.name).toBe("BadNoData");
});

test("a covered camera is one event with every field of a condition, and the nodes say the same", async () => {
  const subscription = await it_.rig.subscribe();
  const heard = await listen(subscription);
  await run(8, covered);
  // Two events of two entries: they may come with two Publish responses.
  await until(() => heard.of("CameraLost").length > 0 && heard.of("DefectRateHigh").length > 0);
  const [event] = heard.of("CameraLost");
  expect(event).toMatchObject({
    SourceName: "LINE-01",
    Message: { text: "A camera cannot see: camera: CAM-01 covered" },
    Severity: 800,
    Retain: true,
    "EnabledState.Id": true,
    "ActiveState.Id": true,
    "AckedState.Id": false,
    "ConfirmedState.Id": true,
    "SuppressedState.Id": false,
    "ShelvingState.CurrentState": { text: "Unshelved" },
    Quality: StatusCodes.Good,
    ClientUserId: "",
    SuppressedOrShelved: false,
    "2:Reason": "camera: CAM-01 covered",
    "2:Change": "active",
  });
  expect(String(event!.ConditionId)).toBe(condition("CameraLost"));
  expect(String(event!.ConditionClassId)).toBe("ns=0;i=11166");
  expect(NodeId.sameNodeId(event!.BranchId as NodeId, NodeId.nullNodeId)).toBe(true);
  expect(await value("Alarms/CameraLost/Active")).toBe(true);
  expect(await idOf("CameraLost")).toEqual(event!.EventId);
  expect(await value("Alarms/CameraLost/Message")).toMatchObject(event!.Message as object);
  // What only follows from it is suppressed, not said again (§5.8.2, SuppressedState).
  expect(heard.of("DefectRateHigh").map((t) => [t["2:Change"], t["ActiveState.Id"], t["SuppressedOrShelved"]])).toEqual(
    [["suppressed", false, true]],
  );
  await subscription.terminate();
});

test("a where clause on the standard's AlarmConditionType finds our alarms, and nothing else (§5.8.2)", async () => {
  const subscription = await it_.rig.subscribe();
  const filter = constructEventFilter(["EventType", "ConditionName"], ofType("AlarmConditionType"));
  const { got } = await monitor<Variant[]>(
    subscription,
    "i=2253",
    { queueSize: 0, samplingInterval: 0, discardOldest: true, filter },
    AttributeIds.EventNotifier,
  );
  await run(8);
  await run(8, covered);
  await until(() => got.length >= 4);
  expect(new Set(got.map((row) => row[1]!.value))).toEqual(new Set(["CameraLost", "DefectRateHigh"]));
  await subscription.terminate();
});

describe("Acknowledge, Confirm, AddComment (OPC 10000-9 §5.5.6, §5.7.3, §5.7.4)", () => {
  const acknowledge = (alarm: AlarmName, id: Buffer | null, text = "seen") =>
    call(condition(alarm), "i=9111", bytes(id), comment(text, "en"));

  test("an EventId that is unknown, null, or of another condition is BadEventIdUnknown; nothing changes", async () => {
    const entries = it_.rig.ledger.reader.head.offset;
    const foreign = await idOf("DefectRateHigh");
    for (const id of [Buffer.alloc(16, 7), null, Buffer.alloc(0), foreign])
      expect((await acknowledge("CameraLost", id)).statusCode.name).toBe("BadEventIdUnknown");
    expect((await acknowledge("StorageLow", await idOf("CameraLost"))).statusCode.name).toBe("BadEventIdUnknown");
    expect(it_.rig.ledger.reader.head.offset).toBe(entries);
  });

  test("a comment that no record takes is BadInvalidArgument at its place", async () => {
    const result = await acknowledge("CameraLost", await idOf("CameraLost"), "x".repeat(255));
    expect(result.statusCode.name).toBe("BadInvalidArgument");
    expect(result.inputArgumentResults!.map((s) => s.name)).toEqual(["Good", "BadInvalidArgument"]);
  });

  test("confirming what nobody acknowledged is BadConditionBranchAlreadyConfirmed", async () => {
    const result = await call(condition("CameraLost"), "i=9113", bytes(await idOf("CameraLost")), comment());
    expect(result.statusCode.name).toBe("BadConditionBranchAlreadyConfirmed");
  });

  test("by the type's method id: comment and user are kept, the alarm stays, and only once", async () => {
    const id = await idOf("CameraLost");
    expect((await acknowledge("CameraLost", id, "wiping it")).statusCode.name).toBe("Good");
    await until(async () => (await value("Alarms/CameraLost/AckedState/Id")) === true);
    expect(await value("Alarms/CameraLost/Comment")).toMatchObject({ text: "wiping it", locale: "en" });
    expect(await value("Alarms/CameraLost/ClientUserId")).toMatch(/^anonymous@/);
    expect(await value("Alarms/CameraLost/Retain")).toBe(true);
    expect(await value("Alarms/CameraLost/ConfirmedState/Id")).toBe(false);
    // The event that the operator saw, and the one that his acknowledgement made: both are acknowledged now.
    for (const known of [id, await idOf("CameraLost")])
      expect((await acknowledge("CameraLost", known)).statusCode.name).toBe("BadConditionBranchAlreadyAcked");
  });

  test("by the instance's own methods too; an empty comment leaves the old one", async () => {
    const method = `${condition("CameraLost")}/Confirm`;
    expect(
      (await call(condition("CameraLost"), method, bytes(await idOf("CameraLost")), comment())).statusCode.name,
    ).toBe("Good");
    await until(async () => (await value("Alarms/CameraLost/ConfirmedState/Id")) === true);
    expect(await value("Alarms/CameraLost/Comment")).toMatchObject({ text: "wiping it" });
    await call(condition("CameraLost"), "i=9029", bytes(await idOf("CameraLost")), comment("lens is dry", "en"));
    await until(async () => (await value("Alarms/CameraLost/Comment")).text === "lens is dry");
  });

  test("an event from before the alarm's last begin is not known any more", async () => {
    const old = await idOf("CameraLost");
    await run(8);
    await run(8, covered);
    expect((await acknowledge("CameraLost", old)).statusCode.name).toBe("BadEventIdUnknown");
  });
});

describe("shelving (OPC 10000-9 §5.8.17)", () => {
  const duration = (ms: number) => ({ dataType: DataType.Double, value: ms });
  const shelving = `${condition("CameraLost")}/ShelvingState`;

  test("MaxTimeShelved is told and kept: BadShelvingTimeOutOfRange", async () => {
    expect(await value("Alarms/CameraLost/MaxTimeShelved")).toBe(3_600_000);
    for (const ms of [3_600_001, 0, -1, Number.NaN])
      expect((await call(shelving, `${shelving}/TimedShelve`, duration(ms))).statusCode.name).toBe(
        "BadShelvingTimeOutOfRange",
      );
  });

  // "all Servers shall also allow Clients to call the TimedShelve Method by specifying ConditionId as the ObjectId"
  test("by the condition and the type's method id: it is active and shelved, and says for how long", async () => {
    expect((await call(condition("CameraLost"), "i=2949", duration(600_000))).statusCode.name).toBe("Good");
    await until(async () => (await value("Alarms/CameraLost/ShelvingState/CurrentState")).text === "TimedShelved");
    expect(await value("Alarms/CameraLost/ActiveState/Id")).toBe(true);
    expect(await value("Alarms/CameraLost/SuppressedOrShelved")).toBe(true);
    expect(await value("Alarms/CameraLost/ShelvingState/UnshelveTime")).toBe(600_000);
    expect((await call(shelving, `${shelving}/TimedShelve`, duration(1_000))).statusCode.name).toBe(
      "BadConditionAlreadyShelved",
    );
    expect((await call(condition("CameraLost"), `${shelving}/OneShotShelve`)).statusCode.name).toBe("Good");
    expect((await call(shelving, "i=2947")).statusCode.name).toBe("Good");
    expect((await call(shelving, `${shelving}/Unshelve`)).statusCode.name).toBe("BadConditionNotShelved");
  });
});

test("Disable and Enable (§5.5.4, §5.5.5): a disabled condition is not retained, and says so to everything else", async () => {
  const of = condition("CameraLost");
  expect((await call(of, "i=9027")).statusCode.name).toBe("BadConditionAlreadyEnabled");
  expect((await call(of, "i=9028")).statusCode.name).toBe("Good");
  await until(async () => (await value("Alarms/CameraLost/EnabledState/Id")) === false);
  expect(await value("Alarms/CameraLost/Retain")).toBe(false);
  expect((await call(of, "i=9028")).statusCode.name).toBe("BadConditionAlreadyDisabled");
  expect((await call(of, "i=9111", bytes(await idOf("CameraLost")), comment())).statusCode.name).toBe(
    "BadConditionDisabled",
  );
  expect((await call(of, "i=9027")).statusCode.name).toBe("Good");
  await run(8, covered);
  expect(await value("Alarms/CameraLost/Active")).toBe(true);
});

// Tables of result codes of §5.5.4 ff.: "Bad_NodeIdInvalid … or that the Method was called on the ConditionType Node".
test("methods called on a type, and optional ones that conditions do not have", async () => {
  const id = bytes(Buffer.alloc(16));
  const duration = { dataType: DataType.Double, value: 1 };
  const calls: [string, string, object[], string][] = [
    ["i=2881", "i=9111", [id, comment()], "BadNodeIdInvalid"],
    ["i=2782", "i=9029", [id, comment()], "BadNodeIdInvalid"],
    ["i=2782", "i=9027", [], "BadNodeIdInvalid"],
    ["i=2929", "i=2949", [duration], "BadNodeIdInvalid"],
    [condition("CameraLost"), "i=16403", [], "BadMethodInvalid"], // Suppress
    [condition("CameraLost"), "i=24756", [duration, comment()], "BadMethodInvalid"], // TimedShelve2
    [`${condition("CameraLost")}/ShelvingState`, "i=9111", [id, comment()], "BadMethodInvalid"],
  ];
  const statuses = await Promise.all(
    calls.map(async ([of, method, args]) => (await call(of, method, ...args)).statusCode.name),
  );
  expect(statuses).toEqual(calls.map(([, , , expected]) => expected));
});

describe("ConditionRefresh (OPC 10000-9 §5.5.7, §5.5.8)", () => {
  const refresh = (id: number) => call("i=2782", "i=3875", uint32(id));
  const refresh2 = (id: number, item: number) => call("i=2782", "i=12912", uint32(id), uint32(item));
  const refreshStart = "ns=0;i=2787";
  const refreshEnd = "ns=0;i=2788";

  test("RefreshStart, the retained conditions with their EventIds, RefreshEnd; to that subscription only", async () => {
    const [asking, other] = [await it_.rig.subscribe(), await it_.rig.subscribe()];
    const [heard, otherHeard] = [await listen(asking), await listen(other)];
    expect((await refresh(asking.subscriptionId)).statusCode.name).toBe("Good");
    await until(() => heard.told().some((t) => String(t.EventType) === refreshEnd));
    const types = heard.told().map((t) => String(t.EventType));
    expect([types[0], types.at(-1)]).toEqual([refreshStart, refreshEnd]);
    const between = heard.told().slice(1, -1);
    expect(between.map((t) => t.ConditionName)).toContain("CameraLost");
    expect(between.every((t) => t.Retain === true)).toBe(true);
    expect(heard.of("CameraLost")[0]!.EventId).toEqual(await idOf("CameraLost"));
    // A flood is bounded, and an immediate second call is one.
    expect((await refresh(asking.subscriptionId)).statusCode.name).toBe("BadRefreshInProgress");
    expect(otherHeard.told()).toEqual([]);
    await asking.terminate();
    await other.terminate();
  });

  test("ConditionRefresh2 asks for one item; a where clause does not keep the bracket back (§4.5)", async () => {
    const subscription = await it_.rig.subscribe();
    const heard = await listen(subscription);
    const filter = constructEventFilter(["EventType"], ofType("CertificateExpirationAlarmType"));
    const parameters = { queueSize: 0, samplingInterval: 0, discardOldest: true, filter };
    const narrow = await monitor<Variant[]>(subscription, "i=2253", parameters, AttributeIds.EventNotifier);
    const item = narrow.item.monitoredItemId as number;
    expect((await refresh2(subscription.subscriptionId, item)).statusCode.name).toBe("Good");
    await until(() => narrow.got.length >= 2);
    expect(narrow.got.map((row) => String(row[0]!.value))).toEqual([refreshStart, refreshEnd]);
    expect(heard.told()).toEqual([]);
    expect((await refresh2(subscription.subscriptionId, 4_000_000)).statusCode.name).toBe("BadMonitoredItemIdInvalid");
    await subscription.terminate();
  });

  test("an unknown subscription is BadSubscriptionIdInvalid, one without event items BadNothingToDo (Table 19)", async () => {
    expect((await refresh(4_000_000)).statusCode.name).toBe("BadSubscriptionIdInvalid");
    const subscription = await it_.rig.subscribe();
    expect((await refresh(subscription.subscriptionId)).statusCode.name).toBe("BadNothingToDo");
    await subscription.terminate();
  });
});

describe("clusters and SetDisposition", () => {
  const clusters = "ns=3;s=LINE-01/Alarms/Clusters";
  const dispose = (id: string, disposition: number, text = "") =>
    call(
      clusters,
      `${clusters}/SetDisposition`,
      { dataType: DataType.String, value: id },
      { dataType: DataType.Int32, value: disposition },
      { dataType: DataType.String, value: text },
    );
  const cluster = (name: string) => value(`Alarms/Clusters/${name}`);

  test("a run of defects is an event, flat nodes, and one standing condition until somebody decides", async () => {
    const subscription = await it_.rig.subscribe();
    const filter = constructEventFilter(["2:ClusterState", "2:ClusterId", "2:FirstSequence", "2:DefectCount", "2:Lot"]);
    const { got } = await monitor<Variant[]>(
      subscription,
      "ns=3;s=LINE-01",
      { queueSize: 0, samplingInterval: 0, discardOldest: true, filter },
      AttributeIds.EventNotifier,
    );
    await run(10);
    const first = it_.t.line.state.sequence + 1;
    await run(2, fail);
    await run(12);
    const told = () => got.map((row) => row.map((v) => v.value)).filter(([state]) => state !== null);
    await until(() => told().length >= 2);
    const [started, ended] = told();
    expect([started![0], ended![0]]).toEqual(["started", "ended"]);
    expect(ended!.slice(2)).toEqual([first, 8, "L1"]);
    const id = ended![1] as string;
    expect(await cluster("ClusterId")).toBe(id);
    expect(await cluster("OpenCount")).toBe(1);
    expect(await cluster("OpenIds")).toBe(id);
    expect([await cluster("FirstSequence"), await cluster("LastSequence")]).toEqual([first, first + 7]);
    expect(await value("Alarms/ClusterUndisposed/Active")).toBe(true);

    // Seen is not decided.
    await call(condition("ClusterUndisposed"), "i=9111", bytes(await idOf("ClusterUndisposed")), comment());
    await run(2);
    expect(await value("Alarms/ClusterUndisposed/Retain")).toBe(true);

    expect((await dispose(id, 4, "shredded")).statusCode.name).toBe("Good");
    await run(2);
    expect([await cluster("OpenCount"), await cluster("DispositionText"), await cluster("Comment")]).toEqual([
      0,
      "Scrap",
      "shredded",
    ]);
    expect(await value("Alarms/ClusterUndisposed/Active")).toBe(false);
    // Closed is closed.
    const entries = it_.rig.ledger.reader.head.offset;
    const again = await dispose(id, 2);
    expect([again.statusCode.name, again.inputArgumentResults!.map((s) => s.name)]).toEqual([
      "BadInvalidArgument",
      ["BadInvalidArgument", "Good", "Good"],
    ]);
    expect(it_.rig.ledger.reader.head.offset).toBe(entries);
    await subscription.terminate();
  });

  test("everything that is wrong is told at its place (OPC 10000-4 §5.12.2)", async () => {
    const result = await dispose("NO-1", 9, "a\u0000");
    expect(result.statusCode.name).toBe("BadInvalidArgument");
    expect(result.inputArgumentResults!.map((s) => s.name)).toEqual([
      "BadInvalidArgument",
      "BadOutOfRange",
      "BadInvalidArgument",
    ]);
  });
});

// The ledger is the state: an operator's screen before and after a restart must not differ, nor what he may acknowledge.
test("a server that is started again shows the same conditions, and the same event can be acknowledged", async () => {
  await run(8);
  await run(8, covered);
  const paths = ["CameraLost", "DefectRateHigh", "ClusterUndisposed"].flatMap((alarm) =>
    ["EventId", "Time", "Message", "Retain", "AckedState/Id", "ActiveState/Id", "Comment", "RecordHash"].map(
      (field) => `Alarms/${alarm}/${field}`,
    ),
  );
  const before = await Promise.all(paths.map(value));
  const id = await idOf("CameraLost");
  await it_[Symbol.asyncDispose]();
  it_ = await aLineRig(pki.path, it_);
  expect(await Promise.all(paths.map(value))).toEqual(before);
  expect((await call(condition("CameraLost"), "i=9111", bytes(id), comment())).statusCode.name).toBe("Good");
  await until(async () => (await value("Alarms/CameraLost/AckedState/Id")) === true);
}, 20_000);
