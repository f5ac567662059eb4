import { BrowseDirection, DataType, type Variant, VariantArrayType, type VariantOptions } from "node-opcua";
import { type JobMethod, jobMethods } from "../../../nodeset/jobs.ts";
import { type RefusalCode, refuse } from "../../../src/domain/command.ts";
import { conformance } from "./support.ts";

const management = "ns=3;s=LINE-01/JobManagement";
const control = `${management}/JobOrderControl`;
const results = `${management}/JobOrderResults`;
const text = (value: string): VariantOptions => ({ dataType: DataType.String, value });
const comments: VariantOptions = {
  dataType: DataType.LocalizedText,
  arrayType: VariantArrayType.Array,
  value: [{ text: "why" }],
};

interface State {
  readonly browsePath: { readonly elements: readonly unknown[] | null };
  readonly stateText: { readonly text: string };
  readonly stateNumber: number;
}
interface Listed {
  readonly jobOrder: { readonly jobOrderID: string };
  readonly state: readonly State[];
}
interface Response {
  readonly jobResponseID: string;
  readonly jobOrderID: string;
  readonly jobState: readonly State[];
  readonly jobResponseData: readonly { readonly ID: string; readonly value: Variant }[];
}
const dataOf = ({ jobResponseData }: Response) =>
  Object.fromEntries(jobResponseData.map(({ ID, value }) => [ID, value.value])) as Record<string, unknown>;
/** Methods that name an order; the others bring one. */
const byId = jobMethods.filter((name): name is Exclude<JobMethod, "Store" | "StoreAndStart" | "Update"> =>
  ["Store", "StoreAndStart", "Update"].every((other) => other !== name),
);

// JOB-1 was paused, resumed and ended, JOB-2 aborted, JOB-3 waits: see ledger.ts.
conformance("job orders of OPC 40001-3 and OPC 10031-4", (the) => {
  const read = async (nodeId: string) => (await the().session.read({ nodeId })).value.value;
  // The client reads the definitions of all structures of the server before it can decode one, which takes seconds.
  beforeAll(async () => {
    await read(`${control}/JobOrderList`);
  }, 60_000);
  const call = (objectId: string, method: string, inputArguments: VariantOptions[]) =>
    the().session.call({ objectId, methodId: `${objectId}/${method}`, inputArguments });
  const responseOf = async (id: string) => {
    const result = await call(results, "RequestJobResponseByJobOrderID", [text(id)]);
    return result.outputArguments![0]!.value as Response;
  };

  // OPC 40001-3 §10.1: at least one instance as an AddIn of the building blocks, under the type's DefaultInstanceBrowseName.
  test("JobManagement is an AddIn of the station and of its building blocks", async () => {
    for (const nodeId of ["ns=3;s=LINE-01", "ns=3;s=LINE-01/MachineryBuildingBlocks"]) {
      const { references } = await the().session.browse({
        nodeId,
        referenceTypeId: "HasAddIn",
        browseDirection: BrowseDirection.Forward,
        resultMask: 63,
      });
      const found = references?.find((reference) => reference.nodeId.toString() === management);
      expect([found?.browseName.toString(), found?.typeDefinition.toString()]).toEqual([
        "9:JobManagement",
        "ns=9;i=1003",
      ]);
    }
  });

  // OPC 40001-3 §8.1: each order of the list that has begun has a response, and each response an order.
  test("the responses are those of the orders that have begun", async () => {
    const list = (await read(`${control}/JobOrderList`)) as Listed[];
    expect(list.map(({ jobOrder, state }) => [jobOrder.jobOrderID, state[0]!.stateText.text])).toEqual([
      ["JOB-1", "Ended"],
      ["JOB-2", "Aborted"],
      ["JOB-3", "AllowedToStart"],
    ]);
    const responses = (await read(`${results}/JobOrderResponseList`)) as Response[];
    expect(responses.map(({ jobOrderID }) => jobOrderID)).toEqual(["JOB-1", "JOB-2"]);
    expect(new Set(responses.map(({ jobResponseID }) => jobResponseID)).size).toBe(2);
  });

  // OPC 10031-4 §6.3.2: the first entry is the top-level state with a null path; text and number are the state machine's.
  test("states are named and numbered as the type's state machine has them", async () => {
    const list = (await read(`${control}/JobOrderList`)) as Listed[];
    const { references } = await the().session.browse({
      nodeId: "ns=8;i=1002",
      referenceTypeId: "HasComponent",
      browseDirection: BrowseDirection.Forward,
      resultMask: 63,
    });
    for (const { state } of list) {
      const [top] = state;
      const declared = references!.find(({ browseName }) => browseName.name === top!.stateText.text)!;
      const { references: properties } = await the().session.browse({
        nodeId: declared.nodeId,
        referenceTypeId: "HasProperty",
        browseDirection: BrowseDirection.Forward,
        resultMask: 63,
      });
      const number = properties!.find(({ browseName }) => browseName.name === "StateNumber")!;
      expect([top!.stateNumber, top!.browsePath.elements?.length ?? 0]).toEqual([
        await read(number.nodeId.toString()),
        0,
      ]);
    }
  });

  // An MES bills by these numbers: they are recounted here from the records, by the lot that each unit carries.
  test("a response's totals are those of the units that carry the order's lot", async () => {
    const units = the().subject.entries.flatMap((entry) => (entry.kind === "unit" ? [entry.body] : []));
    for (const [id, jobResult] of [
      ["JOB-1", 1],
      ["JOB-2", 2],
    ] as const) {
      const own = units.filter(({ context }) => context.lot === `L-${id}`);
      expect(own.length).toBeGreaterThan(5);
      expect(dataOf(await responseOf(id))).toMatchObject({
        JobResult: jobResult,
        UnitCount: own.length,
        PassCount: own.filter(({ verdict }) => verdict.kind === "pass").length,
        FirstSequence: own[0]!.sequence,
        LastSequence: own.at(-1)!.sequence,
      });
    }
  });

  test("the flat variables say that no order has the station, and that one waits", async () => {
    const { statusCode } = await the().session.read({ nodeId: "ns=3;s=LINE-01/Context/JobState" });
    expect([statusCode.name, await read("ns=3;s=LINE-01/Context/JobOrderId")]).toEqual(["BadNoData", ""]);
    expect(await read("ns=3;s=LINE-01/Context/JobsWaiting")).toBe(1);
  });

  // OPC 10031-4 §B.2, Table 95; with a bad status code no ReturnStatus would reach the client.
  test.each<[RefusalCode, readonly [number, number]]>([
    ["unknownJob", [0, 2]],
    ["wrongState", [0, 8]],
    ["jobNotAccepted", [0, 16]],
    ["notOwner", [0, 16]],
    ["invalidArgument", [1, 0]],
  ])("refused as %s is Uncertain with its ReturnStatus", async (code, expected) => {
    the().subject.answer = refuse(code, "because");
    const result = await call(control, "Stop", [text("JOB-1"), comments]);
    const [status] = result.outputArguments!;
    expect([result.statusCode.name, status!.dataType, [...status!.value]]).toEqual([
      "Uncertain",
      DataType.UInt64,
      expected,
    ]);
  });

  test.each(byId)("%s reaches the line as what it is, with order and comment, and answers NoError", async (name) => {
    the().subject.answer = { outcome: "done" };
    const result = await call(control, name, [text("JOB-9"), comments]);
    expect([result.statusCode.name, [...result.outputArguments![0]!.value]]).toEqual(["Good", [0, 1]]);
    expect(the().subject.commands.at(-1)).toMatchObject({
      kind: "controlJob",
      action: name[0]!.toLowerCase() + name.slice(1),
      jobOrderId: "JOB-9",
      comment: "why",
      source: "jobs",
    });
  });

  // OPC 10000-4 §5.12.2.2: what the call itself gets wrong is told by its own status codes, and reaches nobody.
  test.each(jobMethods)("%s without its arguments, or with others", async (name) => {
    const before = the().subject.commands.length;
    expect((await call(control, name, [])).statusCode.name).toBe("BadArgumentsMissing");
    expect((await call(control, name, [text("x"), comments, text("y")])).statusCode.name).toBe("BadTooManyArguments");
    const wrong = await call(control, name, [{ dataType: DataType.UInt32, value: 7 }, comments]);
    expect([wrong.statusCode.name, wrong.inputArgumentResults?.[0]?.name]).toEqual([
      "BadInvalidArgument",
      "BadTypeMismatch",
    ]);
    expect(the().subject.commands).toHaveLength(before);
  });
});
