import {
  type CallMethodResult,
  DataType,
  type ExtensionObject,
  resolveNodeId,
  Variant,
  type VariantOptions,
} from "node-opcua";
import type { UnitRecord } from "../../../src/domain/unit-record.ts";
import { resultErrors } from "../../../src/opcua/results/result-error.ts";
import { conformance } from "./support.ts";

const management = "ns=3;s=LINE-01/VisionSystem/ResultManagement";
/** Structures of OPC 40100-1 that hold an id. */
const idTypes = { result: 3021, meas: 3015, part: 3004, external: 3002, internal: 3013, product: 3003, job: 3016 };
const configuration = 3008;

const int32 = (value: number): VariantOptions => ({ dataType: DataType.Int32, value });
const uint32 = (value: number): VariantOptions => ({ dataType: DataType.UInt32, value });

interface Named {
  readonly id: string;
}
interface Result {
  readonly resultId: Named;
  readonly partId: Named;
  readonly jobId: Named;
  readonly resultState: number;
  readonly isSimulated: boolean;
  readonly creationTime: Date;
}

conformance("ResultManagement of OPC 40100-1", (the) => {
  const units = (): readonly UnitRecord[] =>
    the().subject.entries.flatMap((entry) => (entry.kind === "unit" ? [entry.body] : []));
  let ledgerId: string;
  beforeAll(async () => {
    ledgerId = (await the().session.read({ nodeId: "ns=3;s=LINE-01/Ledger/LedgerId" })).value.value;
    // A client learns the structures of all standards once, by some hundred requests.
    await named(idTypes.result, "");
  }, 30_000);
  const named = async (type: number, id: string): Promise<VariantOptions> => ({
    dataType: DataType.ExtensionObject,
    value: await the().session.constructExtensionObject(resolveNodeId(`ns=10;i=${type}`), { id }),
  });
  const call = async (method: string, inputs: readonly VariantOptions[]): Promise<CallMethodResult> =>
    the().session.call({
      objectId: management,
      methodId: `${management}/${method}`,
      inputArguments: inputs.map((input) => new Variant(input)),
    });
  const values = ({ outputArguments }: CallMethodResult): unknown[] =>
    (outputArguments ?? []).map(({ value }) => value);
  const byId = async (method: string, id: string) => call(method, [await named(idTypes.result, id), int32(0)]);

  interface Search {
    readonly state?: number;
    readonly meas?: string;
    readonly part?: string;
    readonly job?: string;
    readonly max?: number;
    readonly start?: number;
  }
  const list = async ({ state = 0, meas = "", part = "", job = "", max = 0, start = 0 }: Search) => {
    const [isComplete, count, , results, error] = values(
      await call("GetResultListFiltered", [
        int32(state),
        await named(idTypes.meas, meas),
        await named(idTypes.part, part),
        await named(idTypes.external, ""),
        await named(idTypes.internal, ""),
        await named(configuration, ""),
        await named(configuration, ""),
        await named(idTypes.product, ""),
        await named(idTypes.job, job),
        uint32(max),
        uint32(start),
        int32(0),
      ]),
    );
    const found = Array.from((results ?? []) as ArrayLike<Result & ExtensionObject>);
    expect(found).toHaveLength(count as number);
    return { isComplete, error, parts: found.map(({ partId }) => partId.id) };
  };
  const partOf = ({ unitId, sequence }: UnitRecord): string => unitId || String(sequence);

  // §7.10.2.1; the id is the one that the events of OPC 40001-101 carry, so that both views name the same result.
  test("a result is found by its id", async () => {
    const unit = units().find(({ context }) => context.orderId !== "")!;
    const id = `${ledgerId}:LINE-01:${unit.sequence}`;
    const [handle, result, error] = values(await byId("GetResultById", id)) as [number, Result, number];
    expect([error, handle > 0]).toEqual([resultErrors.ok, true]);
    expect({ id: result.resultId.id, part: result.partId.id, job: result.jobId.id }).toEqual({
      id,
      part: partOf(unit),
      job: unit.context.orderId,
    });
    expect([result.creationTime.getTime(), result.isSimulated]).toEqual([unit.decidedAt, unit.simulated]);
  });

  // §7.10.2.2: the same, field by field, for clients that do not know the structure.
  test("its components are the same", async () => {
    const unit = units().at(-1)!;
    const outputs = values(await byId("GetResultComponentsById", `${ledgerId}:LINE-01:${unit.sequence}`));
    const [isOnFile, handle, isPartial, isSimulated, state, meas, part] = outputs;
    expect([isOnFile, Number(handle) > 0, isPartial, isSimulated]).toEqual([false, true, false, unit.simulated]);
    expect([state, meas, (part as Named).id, outputs.at(-1)]).toEqual([1, null, partOf(unit), resultErrors.ok]);
  });

  // §7.10: values below 0 of Error are the application's; the call itself succeeds.
  test.each([
    ["", "unknownId"],
    ["no id of ours", "unknownId"],
    ["another-ledger:LINE-01:1", "otherLedger"],
    ["LEDGER:LINE-02:1", "otherStation"],
    ["LEDGER:LINE-01:4000000", "notThere"],
  ] as const)("an id that names nothing here, %p, gets %s", async (id, error) => {
    for (const method of ["GetResultById", "GetResultComponentsById"]) {
      const result = await byId(method, id.replace("LEDGER", ledgerId));
      expect([result.statusCode.name, values(result).at(-1)]).toEqual(["Good", resultErrors[error]]);
    }
  });

  // §7.10.2.3: what is not empty restricts; results are paged by StartIndex and MaxResults.
  test("a list has what fits every filter, page by page", async () => {
    const all = units().map(partOf);
    expect(await list({})).toEqual({ isComplete: true, error: 0, parts: all });
    const ofJob = units().filter(({ context }) => context.orderId === "PO-1");
    const failed = ofJob.filter(({ verdict }) => verdict.kind === "notInspected");
    expect(failed.length).toBeGreaterThan(0);
    expect(await list({ job: "PO-1", state: 4 })).toMatchObject({ error: 0, parts: failed.map(partOf) });
    expect(await list({ part: all[3]! })).toMatchObject({ isComplete: true, parts: [all[3]] });
    expect(await list({ max: 5, start: 5 })).toEqual({ isComplete: false, error: 0, parts: all.slice(5, 10) });
    expect(await list({ start: all.length + 1 })).toEqual({ isComplete: true, error: 0, parts: [] });
    expect(await list({ meas: "M-1" })).toEqual({ isComplete: true, error: 0, parts: [] });
  });

  // §7.10.2.4: a handle belongs to the session that it was given to, and is released once.
  test("a handle is released once, by its session", async () => {
    const [handle] = values(await byId("GetResultById", `${ledgerId}:LINE-01:1`)) as [number];
    const release = async () => values(await call("ReleaseResultHandle", [uint32(handle)]));
    expect([await release(), await release()]).toEqual([[resultErrors.ok], [resultErrors.unknownHandle]]);
    const [foreign] = values(await byId("GetResultById", `${ledgerId}:LINE-01:1`)) as [number];
    await using other = await the().subject.connect(the().security);
    const stolen = await other.session.call({
      objectId: management,
      methodId: `${management}/ReleaseResultHandle`,
      inputArguments: [uint32(foreign)],
    });
    expect(stolen.outputArguments?.[0]?.value).toBe(resultErrors.unknownHandle);
  });
});
