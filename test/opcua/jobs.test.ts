import {
  type ClientSession,
  DataType,
  type ExtensionObject,
  resolveNodeId,
  StatusCodes,
  Variant,
  VariantArrayType,
} from "node-opcua";
import { type Log, silentLog } from "../../src/platform/log.ts";
import { fail, pass } from "../support/line.ts";
import { aLineRig, type LineRig } from "./support/line-rig.ts";
import { aPkiFolder, monitorEvents, until } from "./support/rig.ts";

const context = { owner: "jobs", lotMarkers: false } as const;
/** Fields of the lines that warn. */
const warned: unknown[] = [];
const log: Log = { ...silentLog, warn: (_, fields) => warned.push(fields) };
const pki = aPkiFolder();
let it_: LineRig;
let session: ClientSession;
beforeAll(async () => {
  it_ = await aLineRig(pki.path, undefined, { line: { context }, station: { contextOwner: "jobs" }, log });
  session = it_.rig.session;
  await anOrder("J0"); // the client reads all structure definitions of the server once, which takes seconds
}, 60_000);
afterAll(async () => {
  await it_[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const controlId = "ns=3;s=LINE-01/JobManagement/JobOrderControl";
const resultsId = "ns=3;s=LINE-01/JobManagement/JobOrderResults";
/** As the codes are on the wire: high and low word of a UInt64 (OPC 10031-4 §B.2). */
const codes: Record<string, string> = {
  "0,1": "no error",
  "0,2": "unknown",
  "0,8": "invalid status",
  "0,16": "not accepted",
  "1,0": "invalid request",
};
const codeOf = (variant: Variant | undefined): string | undefined => codes[String(variant?.value)];

const parameter = (ID: string, dataType: DataType, value: unknown) => ({
  ID,
  value: new Variant({ dataType, arrayType: VariantArrayType.Scalar, value }),
});
interface Given {
  readonly lot?: string;
  readonly recipe?: string;
  readonly parameters?: readonly object[];
}
async function anOrder(jobOrderID: string, { lot = `L-${jobOrderID}`, recipe, parameters = [] }: Given = {}) {
  return session.constructExtensionObject(resolveNodeId("ns=8;i=3008"), {
    jobOrderID,
    ...(recipe && { workMasterID: [{ ID: recipe }] }),
    jobOrderParameters: parameters,
    materialRequirements: [{ materialDefinitionID: "SNK-350G", materialLotID: lot, materialUse: "Material Produced" }],
  });
}
async function call(method: string, argument: Variant | string, comment?: string) {
  const first = typeof argument === "string" ? new Variant({ dataType: DataType.String, value: argument }) : argument;
  const comments = new Variant({
    dataType: DataType.LocalizedText,
    arrayType: VariantArrayType.Array,
    value: comment === undefined ? [] : [{ text: comment }],
  });
  const result = await session.call({
    objectId: controlId,
    methodId: `${controlId}/${method}`,
    inputArguments: [first, comments],
  });
  await it_.shown();
  return [result.statusCode.name, codeOf(result.outputArguments?.[0])];
}
const structure = (value: ExtensionObject | null) => new Variant({ dataType: DataType.ExtensionObject, value });
const storeAndStart = async (id: string, given?: Given) => call("StoreAndStart", structure(await anOrder(id, given)));
const good = ["Good", "no error"];

async function response(jobOrderId: string) {
  const result = await session.call({
    objectId: resultsId,
    methodId: `${resultsId}/RequestJobResponseByJobOrderID`,
    inputArguments: [new Variant({ dataType: DataType.String, value: jobOrderId })],
  });
  const [given, status] = result.outputArguments ?? [];
  const data = given?.value?.jobResponseData as { ID: string; value: Variant }[] | undefined;
  return {
    status: [result.statusCode.name, codeOf(status)],
    state: given?.value?.jobState?.[0]?.stateText?.text as string | undefined,
    data: Object.fromEntries(data?.map(({ ID, value }) => [ID, value.value]) ?? []) as Record<string, unknown>,
    given: given?.value,
  };
}
async function listed(): Promise<Record<string, string>> {
  const { value } = await session.read({ nodeId: `${controlId}/JobOrderList` });
  return Object.fromEntries(
    ((value.value ?? []) as { jobOrder: { jobOrderID: string }; state: { stateText: { text: string } }[] }[]).map(
      ({ jobOrder, state }) => [jobOrder.jobOrderID, state[0]!.stateText.text],
    ),
  );
}
const read = async (path: string) => (await session.read({ nodeId: `ns=3;s=LINE-01/${path}` })).value.value;

// The whole life of an order as an MES sees it (OPC 10031-4 §6.2.1, OPC 40001-3 §6.2).
test("an order is taken, begins with its first unit, pauses, goes on, ends, and answers with its totals", async () => {
  // 64-bit integers are two words to the stack, and a number to whoever sends them.
  const quantity = parameter("RunsPlanned", DataType.UInt64, [0, 500]);
  expect(await storeAndStart("J1", { recipe: "SNACK-BAG", parameters: [quantity] })).toEqual(good);
  expect(await listed()).toEqual({ J1: "AllowedToStart" });
  expect([await read("Context/JobOrderId"), await read("Context/JobsWaiting")]).toEqual(["", 1]);
  expect(await response("J1")).toMatchObject({ status: ["Uncertain", "invalid status"] });

  it_.t.unit(pass);
  it_.t.unit(fail);
  await it_.shown();
  expect([await read("Context/Lot"), await read("Context/RecipeId"), await read("Context/TargetQuantity")]).toEqual([
    "L-J1",
    "SNACK-BAG",
    500,
  ]);
  expect(await response("J1")).toMatchObject({ state: "Running", data: { UnitCount: 2, FailCount: 1, JobResult: 0 } });

  const subscription = await it_.rig.subscribe();
  const fields = ["JobOrderId", "JobStateText", "Change", "Comment", "Lot", "UnitCount"].map((name) => `2:${name}`);
  const { got: events } = await monitorEvents(subscription, fields, 0);
  expect(await call("Pause", "J1", "changing the roll")).toEqual(good);
  expect([await read("Context/JobOrderId"), await read("Context/JobStateText")]).toEqual(["J1", "Interrupted"]);
  const ofJobs = () => events.map((event) => event.map(({ value }) => value)).filter(([id]) => id !== null);
  await until(() => ofJobs().length > 0);
  expect(ofJobs()).toEqual([["J1", "Interrupted", "pause", "changing the roll", "L-J1", 2]]);
  await subscription.terminate();
  it_.t.unit(pass);
  await it_.shown();
  expect([await read("Context/Lot"), await read("Context/Valid")]).toEqual(["", false]);
  expect(await response("J1")).toMatchObject({
    state: "Interrupted",
    data: { UnitCount: 2, ReasonForStateChange: { text: "changing the roll" } },
  });
  expect(await call("Resume", "J1")).toEqual(good);
  it_.t.unit(pass);
  expect(await call("Stop", "J1")).toEqual(good);
  const { state, data, given } = await response("J1");
  expect([state, data]).toEqual([
    "Ended",
    expect.objectContaining({
      JobResult: 1,
      Lot: "L-J1",
      OrderNumbers: ["J1"],
      RunsPlanned: 500,
      UnitCount: 3,
      PassCount: 2,
      FailCount: 1,
      FirstSequence: 1,
      LastSequence: 4,
    }),
  ]);
  expect(given.materialActuals[0]).toMatchObject({
    materialLotID: "L-J1",
    materialDefinitionID: "SNK-350G",
    quantity: "3",
  });
  expect(given.endTime.getTime()).toBeGreaterThanOrEqual(given.startTime.getTime());
  const list = (await session.read({ nodeId: `${resultsId}/JobOrderResponseList` })).value.value;
  expect(list.map((r: { jobOrderID: string }) => r.jobOrderID)).toEqual(["J1"]);

  expect(await call("Clear", "J1")).toEqual(good);
  expect(await listed()).toEqual({});
  expect(await response("J1")).toMatchObject({ status: ["Uncertain", "unknown"], given: null });
});

// A quantity under a misspelt name is no quantity; the order stands, and whoever looks for it finds why.
test("parameters without a meaning here are left out, and one line of the log names them and those that are read", async () => {
  warned.length = 0;
  const parameters = ["TargetQuanity", "RunsPlanned", "JobNote"].map((ID) => parameter(ID, DataType.UInt32, 77));
  expect(await storeAndStart("P1", { parameters })).toEqual(good);
  expect(warned).toEqual([
    {
      station: "LINE-01",
      method: "StoreAndStart",
      jobOrderId: "P1",
      unread: ["TargetQuanity", "JobNote"],
      known: expect.arrayContaining(["TargetQuantity", "RunsPlanned", "Lot"]),
    },
  ]);
  // Of an order that was refused, and of one that says nothing else, there is nothing to tell.
  expect(await storeAndStart("P1", { parameters })).toEqual(["Uncertain", "not accepted"]);
  expect(await call("Update", structure(await anOrder("P1", { parameters: [parameters[1]!] })))).toEqual(good);
  expect(warned).toHaveLength(1);
  expect([await call("Cancel", "P1")]).toEqual([good]);
});

test("stored, revoked, updated, cancelled, aborted: every method does what its name says", async () => {
  expect(await call("Store", structure(await anOrder("K1")))).toEqual(good);
  expect(await listed()).toEqual({ K1: "NotAllowedToStart" });
  expect(await call("Start", "K1")).toEqual(good);
  expect(await call("RevokeStart", "K1")).toEqual(good);
  expect(await call("Update", structure(await anOrder("K1", { lot: "L-NEW" })))).toEqual(good);
  const { value } = await session.read({ nodeId: `${controlId}/JobOrderList` });
  expect(value.value[0].jobOrder.materialRequirements[0].materialLotID).toBe("L-NEW");
  expect(await call("Cancel", "K1")).toEqual(good);
  expect(await storeAndStart("K2")).toEqual(good);
  expect(await call("Abort", "K2")).toEqual(good);
  expect(await listed()).toEqual({ K2: "Aborted" });

  const byState = async (...numbers: number[]) => {
    const states = await Promise.all(
      numbers.map((stateNumber) => session.constructExtensionObject(resolveNodeId("ns=8;i=3006"), { stateNumber })),
    );
    const result = await session.call({
      objectId: resultsId,
      methodId: `${resultsId}/RequestJobResponseByJobOrderState`,
      inputArguments: [
        new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value: states }),
      ],
    });
    const [responses, status] = result.outputArguments ?? [];
    return [codeOf(status), (responses?.value ?? []).map((r: { jobOrderID: string }) => r.jobOrderID)];
  };
  expect(await byState(5, 6)).toEqual(["no error", ["K2"]]);
  expect(await byState(3)).toEqual(["no error", []]);
  expect(await byState(77)).toEqual(["invalid status", []]);
  expect(await byState()).toEqual(["invalid status", []]);
  expect(await call("Clear", "K2")).toEqual(good);
});

// With a bad status code no ReturnStatus would reach the client: hence Uncertain (OPC 10031-4 §B.2, Note).
describe("what is refused says why, and changes nothing", () => {
  beforeAll(async () => {
    await storeAndStart("R1");
    it_.t.unit(pass);
    await it_.shown();
  });
  test.each<[string, () => Promise<unknown>, string]>([
    ["an unknown order", () => call("Start", "NOBODY"), "unknown"],
    ["an empty id", () => call("Stop", ""), "unknown"],
    ["a state from which it cannot be", () => call("Resume", "R1"), "invalid status"],
    ["an id that is taken", () => storeAndStart("R1", { lot: "OTHER" }), "not accepted"],
    ["the lot of another order", () => storeAndStart("R2", { lot: "L-R1" }), "not accepted"],
    ["an unknown recipe", () => storeAndStart("R2", { recipe: "NO" }), "invalid request"],
    ["an order without a lot", () => storeAndStart("R2", { lot: "" }), "invalid request"],
    [
      "a quantity that is no number",
      () => storeAndStart("R2", { parameters: [parameter("TargetQuantity", DataType.String, "many")] }),
      "invalid request",
    ],
    ["a comment that cannot be recorded", () => call("Pause", "R1", "a\u0000b"), "invalid request"],
  ])("%s", async (_, refused, code) => {
    const was = it_.t.ledger.committed.length;
    expect(await refused()).toEqual(["Uncertain", code]);
    expect(it_.t.ledger.committed).toHaveLength(was);
  });

  test("an argument that is no job order, at its place (OPC 10000-4 §5.12.2)", async () => {
    const other = await session.constructExtensionObject(resolveNodeId("ns=8;i=3007"), { ID: "X" });
    for (const value of [null, other]) {
      const result = await session.call({
        objectId: controlId,
        methodId: `${controlId}/Store`,
        inputArguments: [
          structure(value),
          new Variant({ dataType: DataType.LocalizedText, arrayType: VariantArrayType.Array, value: [] }),
        ],
      });
      expect(result.statusCode).toEqual(StatusCodes.BadInvalidArgument);
    }
  });

  test("SetContext, while jobs own the context", async () => {
    const result = await session.call({
      objectId: "ns=3;s=LINE-01/Context",
      methodId: "ns=3;s=LINE-01/Context/EndLot",
      inputArguments: [
        new Variant({ dataType: DataType.Int32, value: 0 }),
        new Variant({ dataType: DataType.UInt32, value: 0 }),
        new Variant({ dataType: DataType.UInt32, value: 0 }),
      ],
    });
    expect([result.statusCode.name, await read("Context/Owner")]).toEqual(["BadInvalidState", "jobs"]);
  });
});

test("what an order may say can be read: recipes, and how many orders there may be", async () => {
  const masters = (await session.read({ nodeId: `${controlId}/WorkMaster` })).value.value;
  expect(masters.map((m: { ID: string }) => m.ID)).toEqual(["SNACK-BAG"]);
  expect(await read("JobManagement/JobOrderControl/MaxDownloadableJobOrders")).toBe(50);
  const state = await session.read({ nodeId: `${controlId}/CurrentState` });
  expect(state.statusCode.name).toBe("BadStateNotActive");
});
