import {
  AttributeIds,
  BrowseDirection,
  DataType,
  EventFilter,
  HistoryReadRequest,
  ReadEventDetails,
  resolveNodeId,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
import { contractOf } from "../../nodeset/contract.ts";
import { stationNodes } from "../../nodeset/station-nodes.ts";
import { facetNames } from "../../nodeset/station-shape.ts";
import type { LineState } from "../../src/domain/line-state.ts";
import { aContext, aDraft, aTime, aUnit } from "../support/units.ts";
import { aPkiFolder, aRig, aSetup, monitor, type Rig, someVitals, until } from "./support/rig.ts";

const station = aSetup().stations[0]!;
let pki: ReturnType<typeof aPkiFolder>;
let rig: Rig;
beforeAll(async () => {
  pki = aPkiFolder();
  rig = await aRig(pki.path, {
    stations: [{ ...station, recipes: ["SNACK-BAG", "SNACK-BAG-XL"], facets: facetNames }],
  });
  // A client learns the structures of all standards once, by some hundred requests.
  await rig.read("PackML/Admin/StopReason");
}, 60_000);
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const value = async (path: string) => (await rig.read(path)).value.value;
const status = async (path: string) => (await rig.read(path)).statusCode.name;
const state = async (path: string): Promise<string> => {
  const read = await rig.read(`${path}/CurrentState`);
  return read.statusCode.isGood() ? read.value.value.text : read.statusCode.name;
};
let at = aTime;
const settled = () =>
  until(async () => (await rig.read("Ledger/EntryCount")).value.value === rig.ledger.reader.head.offset);
let current: LineState = "unknown";
async function line(name: LineState, reason = ""): Promise<void> {
  at += 1_000;
  rig.ledger.append(aDraft("state", { state: name, reason, from: current }, at));
  current = name;
  rig.server.tell(someVitals({ stationTime: at })); // a silent core would make everything uncertain after a while
  rig.server.nudge();
  await settled();
}

// A site that switches a facet on must find every NodeId where it was; one that switches it off loses only that view.
test("what is switched on adds nodes of its own and moves none; the contract holds all of them", () => {
  const ids = (facets: readonly (typeof facetNames)[number][]) =>
    stationNodes({ ...station, facets }, "0.1.0").map(({ id }) => String(id.id));
  const contract = contractOf();
  const none = ids([]);
  for (const facet of facetNames) {
    const one = ids([facet]);
    expect(one.filter((id) => none.includes(id))).toEqual(none);
  }
  for (const id of ids(facetNames).filter((name) => /\/(PackML|Weihenstephan|VisionSystem)\b/.test(name)))
    expect([id, contract[`3:${id}`]]).toEqual([id, expect.any(String)]);
});

// OPC 30050 §6: three nested state machines; an inner one has a state only in its outer one's (OPC 10000-16 §4.4.20).
test("PackML and Weihenstephan follow the line", async () => {
  const base = "PackML/BaseStateMachine";
  const ws = "Weihenstephan/OperatingStates/WS_Cur_State/MachineState/ExecuteState";
  await line("stopped");
  expect([await state(base), await state(`${base}/MachineState`)]).toEqual(["Cleared", "Stopped"]);
  expect(await state(`${base}/MachineState/ExecuteState`)).toBe("BadStateNotActive");
  for (const [name, execute, held, suspended] of [
    ["starting", "Starting", "BadStateNotActive", "BadStateNotActive"],
    ["running", "Execute", "BadStateNotActive", "BadStateNotActive"],
    ["starved", "Suspended", "BadStateNotActive", "Lack"],
    ["blocked", "Suspended", "BadStateNotActive", "Tailback"],
    ["faulted", "Held", "EquipmentFailure", "BadStateNotActive"],
  ] as const) {
    await line(name, name === "faulted" ? "camera: CAM-01 covered" : "");
    expect(await state(`${base}/MachineState/ExecuteState`)).toBe(execute);
    expect([await state(ws), await state(`${ws}/HeldState`), await state(`${ws}/SuspendedState`)]).toEqual([
      execute,
      held,
      suspended,
    ]);
    expect([await value("PackML/Status/EquipmentStarved"), await value("PackML/Status/EquipmentBlocked")]).toEqual([
      name === "starved",
      name === "blocked",
    ]);
  }
  const reason = await value("PackML/Admin/StopReason");
  expect({ id: reason.ID, message: reason.message, at: reason.dateTime.getTime() }).toEqual({
    id: 6,
    message: "camera: CAM-01 covered",
    at,
  });
});

// OPC 40100-1 §8.2: the automatic mode is the sub-state machine of Operational.
test("the vision system's state machines follow the line, and say by which transition", async () => {
  const machine = "VisionSystem/VisionStateMachine";
  for (const [name, outer, inner, spent] of [
    ["stopped", "Halted", "BadStateNotActive", 6],
    ["starting", "Preoperational", "BadStateNotActive", 2],
    ["running", "Operational", "ContinuousExecution", 1],
    ["blocked", "Operational", "Ready", 2],
    ["faulted", "Error", "BadStateNotActive", 5],
  ] as const) {
    await line(name);
    expect([await state(machine), await state(`${machine}/AutomaticModeStateMachine`)]).toEqual([outer, inner]);
    expect((await value("VisionSystem/SystemState")).state).toBe(spent);
  }
  expect((await value(`${machine}/LastTransition`)).text).toBe("OperationalToErrorAuto");
  expect((await value(`${machine}/LastTransition/TransitionTime`)).getTime()).toBe(at);
  const sub = await rig.session.browse({
    nodeId: `ns=3;s=LINE-01/${machine}/Operational`,
    referenceTypeId: "HasSubStateMachine",
  });
  expect(sub.references?.map(({ nodeId }) => nodeId.toString())).toEqual([
    `ns=3;s=LINE-01/${machine}/AutomaticModeStateMachine`,
  ]);
});

// OPC 10000-9 §5.12: from the vision system a client finds the conditions that say why it is in state Error.
test("the vision system names the station's alarms as its conditions", async () => {
  const { references } = await rig.session.browse({
    nodeId: "ns=3;s=LINE-01/VisionSystem",
    referenceTypeId: "HasCondition",
    browseDirection: BrowseDirection.Forward,
  });
  expect(references?.map(({ nodeId }) => nodeId.toString())).toEqual(
    expect.arrayContaining(["ns=3;s=LINE-01/Alarms/CameraLost", "ns=3;s=LINE-01/Alarms/ModelFault"]),
  );
});

// OPC 40100-1 §8.2.9: an event whenever the system enters a new state, and of its own at both ends of Error; fields and
// source as of OPC 10000-16 §4.4.17.
test("entering a state raises StateChanged, Error and ErrorResolved", async () => {
  const operand = (path: string) => ({
    typeDefinitionId: resolveNodeId("ns=0;i=2041"),
    browsePath: path.split("/").map((name) => ({ namespaceIndex: 0, name })),
    attributeId: AttributeIds.Value,
  });
  const transitionOperand = (path: string) => ({ ...operand(path), typeDefinitionId: resolveNodeId("ns=0;i=2311") });
  const filter = new EventFilter({
    selectClauses: [
      operand("EventType"),
      operand("SourceNode"),
      ...["FromState", "ToState", "Transition", "Transition/Id"].map(transitionOperand),
      operand("EventId"),
    ],
  });
  await line("starved");
  const before = at;
  const subscription = await rig.subscribe(50);
  const { got } = await monitor<Variant[]>(
    subscription,
    "ns=3;s=LINE-01",
    { queueSize: 100, filter },
    AttributeIds.EventNotifier,
  );
  const ofVision = ([type]: readonly Variant[]) => type?.value?.namespace === 10;
  const told = () => got.filter(ofVision);
  await line("running");
  await line("faulted", "camera: CAM-01 gone");
  await line("running");
  await until(() => told().length === 5);
  await subscription.terminate();
  const machine = "ns=3;s=LINE-01/VisionSystem/VisionStateMachine";
  const [stateChanged, error, resolved] = [1018, 1019, 1020].map((id) => `ns=10;i=${id}`);
  expect(
    told().map(([type, source, from, to, by]) => [
      type!.value.toString(),
      source!.value.toString(),
      `${from!.value.text} → ${to!.value.text}`,
      by!.value.text,
    ]),
  ).toEqual([
    [
      stateChanged,
      `${machine}/AutomaticModeStateMachine`,
      "Ready → ContinuousExecution",
      "ReadyToContinuousExecutionAuto",
    ],
    [stateChanged, machine, "Operational → Error", "OperationalToErrorAuto"],
    [error, machine, "Operational → Error", "OperationalToErrorAuto"],
    [stateChanged, machine, "Error → Operational", "ErrorToOperationalAuto"],
    [resolved, machine, "Error → Operational", "ErrorToOperationalAuto"],
  ]);
  expect(told()[1]![5]!.value.toString()).toBe("ns=10;i=5051");
  // Who was away reads the same events, with the same EventIds, from history.
  const { results } = await rig.session.historyRead(
    new HistoryReadRequest({
      historyReadDetails: new ReadEventDetails({ filter, startTime: new Date(before + 1), endTime: new Date(at + 1) }),
      timestampsToReturn: TimestampsToReturn.Both,
      nodesToRead: [{ nodeId: "ns=3;s=LINE-01" }],
    }),
  );
  const history = results![0]!.historyData as unknown as { readonly events: readonly { eventFields: Variant[] }[] };
  const plain = (events: readonly (readonly Variant[])[]) => events.map((fields) => fields.map((f) => String(f.value)));
  expect(plain(history.events.map(({ eventFields }) => eventFields).filter(ofVision))).toEqual(plain(told()));
});

/** GetRecipeListFiltered (OPC 40100-1 §7.5.2.4) with what a test is about. */
async function recipeList(over: { id?: string; isPrepared?: number; maxResults?: number; startIndex?: number }) {
  const uint32 = (given: number | undefined) => ({ dataType: DataType.UInt32, value: given ?? 0 });
  const structure = async (type: number, id: string) => ({
    dataType: DataType.ExtensionObject,
    value: await rig.session.constructExtensionObject(resolveNodeId(`ns=10;i=${type}`), { id }),
  });
  const result = await rig.session.call({
    objectId: "ns=3;s=LINE-01/VisionSystem/RecipeManagement",
    methodId: "ns=3;s=LINE-01/VisionSystem/RecipeManagement/GetRecipeListFiltered",
    inputArguments: [
      await structure(3002, over.id ?? ""),
      await structure(3003, ""),
      { dataType: DataType.Int32, value: over.isPrepared ?? 2 },
      uint32(over.maxResults),
      uint32(over.startIndex),
      { dataType: DataType.Int32, value: 0 },
    ],
  });
  const [isComplete, , , list, error] = result.outputArguments?.map((output) => output.value) ?? [];
  return {
    status: result.statusCode.name,
    arguments: result.inputArgumentResults?.map(({ name }) => name),
    isComplete,
    recipes: list && Array.from(list as { id: string }[], ({ id }) => id),
    error,
  };
}

test("recipes are listed by name and readiness, page by page", async () => {
  const model = { id: "snack-bag@2", hash: "b1946ac9", status: "ready", reason: "" } as const;
  rig.ledger.append(aDraft("model", model, at));
  await line("running");
  const good = { status: "Good", error: 0 };
  expect(await recipeList({})).toMatchObject({ ...good, isComplete: true, recipes: ["SNACK-BAG", "SNACK-BAG-XL"] });
  expect(await recipeList({ id: "SNACK-BAG-XL", isPrepared: 1 })).toMatchObject({ ...good, recipes: ["SNACK-BAG-XL"] });
  expect(await recipeList({ isPrepared: 0 })).toMatchObject({ ...good, isComplete: true, recipes: [] });
  expect(await recipeList({ maxResults: 1 })).toMatchObject({ ...good, isComplete: false, recipes: ["SNACK-BAG"] });
  expect(await recipeList({ maxResults: 1, startIndex: 1 })).toMatchObject({
    isComplete: true,
    recipes: ["SNACK-BAG-XL"],
  });
});

// OPC 10000-4 §5.12.2: a wrong argument is named by its place.
test("a readiness that is none of the three is refused by its argument", async () => {
  const refused = await recipeList({ isPrepared: 7 });
  expect([refused.status, refused.arguments?.[2]]).toEqual(["BadInvalidArgument", "BadOutOfRange"]);
});

test("mode and program follow the run", async () => {
  await line("running");
  at += 1_000;
  rig.ledger.append(
    aDraft("context", { context: aContext({ runType: "cleaning" }), fromSequence: 1, wasPending: false }, at),
  );
  await line("running");
  expect(await value("PackML/Status/UnitModeCurrent")).toBe(2);
  expect(await value("Weihenstephan/Programs/WS_Cur_Prog")).toBe(8);
  expect(await value("Weihenstephan/OperatingModes/WS_Cur_Mode")).toBe(8);
});

// Only a pass is a pass: what nobody inspected is not a good package.
test("counters agree with Statistics/Total, and what did not pass is defective", async () => {
  for (const [n, verdict] of (
    [
      { kind: "pass", confidence: 1 },
      { kind: "fail", confidence: 1, defects: [{ class: "OTHER", confidence: 1 }] },
      { kind: "notInspected", reason: "deadline" },
    ] as const
  ).entries())
    rig.ledger.append(aDraft("unit", aUnit({ sequence: n + 1, verdict, triggeredAt: at }), at));
  await line("running");
  rig.server.tell(someVitals({ stationTime: at }));
  const [processed] = await value("PackML/Admin/ProdProcessedCount");
  expect([processed.name, processed.count, processed.accCount]).toEqual(["Units", 3, 3]);
  const defective: { name: string; accCount: number }[] = await value("PackML/Admin/ProdDefectiveCount");
  expect(defective.map(({ name, accCount }) => [name, accCount])).toEqual([
    ["Fail", 1],
    ["Invalid", 0],
    ["NotInspected", 1],
  ]);
  const tags = ["WS_Tot_Packages", "WS_Good_Packages", "WS_Bad_Packages"];
  expect(await Promise.all(tags.map((tag) => value(`Weihenstephan/Counters/${tag}`)))).toEqual([3, 1, 2]);
  expect(await value("PackML/Status/MachSpeed")).toBe(400);
});

// OPC 10000-4 §5.12.2: a client sees beforehand that it cannot call them, and one that calls is told so.
test("commands that mean nothing here are not executable and change nothing", async () => {
  const closed = ["VisionSystem/VisionStateMachine/Halt", "VisionSystem/RecipeManagement/PrepareRecipe"];
  for (const path of closed)
    expect(
      (await rig.session.read({ nodeId: `ns=3;s=LINE-01/${path}`, attributeId: AttributeIds.Executable })).value.value,
    ).toBe(false);
  const methodId = "ns=3;s=LINE-01/PackML/SetUnitMode";
  const executable = await rig.session.read({ nodeId: methodId, attributeId: AttributeIds.Executable });
  expect(executable.value.value).toBe(false);
  const before = await value("PackML/Status/UnitModeCurrent");
  const result = await rig.session.call({
    objectId: "ns=3;s=LINE-01/PackML",
    methodId,
    inputArguments: [{ dataType: DataType.Int32, value: 1 }],
  });
  expect(result.statusCode.name).toBe("BadNotExecutable");
  expect([await value("PackML/Status/UnitModeCurrent"), rig.commands.length]).toEqual([before, 0]);
});

// OPC 10000-3 §6.4.4.4.1 and unknown is not zero: every node of the facets reads, or says why it does not.
test("every variable of the facets is readable and of its declared type", async () => {
  const reasons = new Set(["Good", "BadNoData", "BadStateNotActive"]);
  const rows = stationNodes({ ...station, facets: facetNames }, "0.1.0").filter(
    ({ id, nodeClass }) => nodeClass === "Variable" && /\/(PackML|Weihenstephan|VisionSystem)\//.test(String(id.id)),
  );
  expect(rows.length).toBeGreaterThan(60);
  const read = await rig.session.read(rows.map(({ id }) => ({ nodeId: `ns=3;s=${id.id}` })));
  const odd = read.flatMap(({ statusCode }, n) =>
    reasons.has(statusCode.name) ? [] : [`${rows[n]!.id.id}: ${statusCode.name}`],
  );
  expect(odd).toEqual([]);
  expect(await status("PackML/Admin/StopReason")).toBe("Good");
});
