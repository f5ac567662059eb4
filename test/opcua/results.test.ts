import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CallMethodResult,
  type ClientSession,
  DataType,
  StatusCodes,
  Variant,
  VariantArrayType,
  type VariantOptions,
} from "node-opcua";
import { openLedgerQuery } from "../../src/ledger/query.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { createCommandPort } from "../../src/opcua/commands.ts";
import { resultErrors } from "../../src/opcua/results/result-error.ts";
import { createInspectionServer, type InspectionServer } from "../../src/opcua/server.ts";
import { silentLog } from "../../src/platform/log.ts";
import { aContext, aDraft, aTime, aUnit } from "../support/units.ts";
import { aCore, type Core } from "./support/core.ts";
import { aClient, aPkiFolder, aSetup, type Client, monitorEvents, until } from "./support/rig.ts";

const station = "ns=3;s=LINE-01";
const management = `${station}/ResultManagement`;
const unit = (sequence: number, over: Parameters<typeof aUnit>[0] = {}) => {
  const triggeredAt = aTime + sequence * 100;
  return aDraft("unit", aUnit({ sequence, triggeredAt, ...over }), triggeredAt);
};
const fail = { kind: "fail", confidence: 0.8, defects: [{ class: "LABEL_OFFSET", confidence: 0.8 }] } as const;
const units = [
  unit(1),
  unit(2, { verdict: fail, rejectRequested: true }),
  unit(3, { verdict: { kind: "invalid", reason: "blurred" } }),
  unit(4, { context: aContext({ lot: "L-OTHER", orderId: "PO-2" }) }),
  ...Array.from({ length: 16 }, (_, n) => unit(n + 5)),
];
const [mes, historian, stranger] = ["urn:test:mes", "urn:test:historian", "urn:test:stranger"];

interface Plant extends AsyncDisposable {
  readonly server: InspectionServer;
  readonly core: Core;
}
/** Core and server over one ledger on disk; starting again over the same folder is a restart. */
async function aPlant(ledgerFolder: string, pkiFolder: string): Promise<Plant> {
  const setup = aSetup({ ledgerFolder, pkiFolder });
  let server: InspectionServer | undefined;
  const core = await aCore(ledgerFolder, setup.consumers, () => server?.nudge());
  const port = createCommandPort((id, command) => {
    void core.carryOut(command).then((answer) => port.answered(id, answer));
    return true;
  }, 5_000);
  using reader = openLedgerReader(ledgerFolder);
  if (reader.head.offset === 0) await core.append(...units);
  server = await createInspectionServer(setup, {
    reader: openLedgerReader(ledgerFolder),
    commands: port,
    log: silentLog,
    onFailure(error) {
      throw error;
    },
  });
  return {
    server,
    core,
    async [Symbol.asyncDispose]() {
      await server?.[Symbol.asyncDispose]();
      await core[Symbol.asyncDispose]();
    },
  };
}

const pki = aPkiFolder();
const folder = mkdtempSync(join(tmpdir(), "tallyline-results-"));
let plant: Plant;
const clients = new Map<string, Client>();
let ledgerId: string;

const connect = async (application: string): Promise<ClientSession> => {
  const known = clients.get(application) ?? (await aClient(plant.server.endpoints[0]!, pki.path, application));
  clients.set(application, known);
  return known.session;
};
const stop = async (): Promise<void> => {
  for (const client of clients.values()) await client[Symbol.asyncDispose]();
  clients.clear();
  await plant[Symbol.asyncDispose]();
};
beforeAll(async () => {
  plant = await aPlant(folder, pki.path);
  ledgerId = (await read("Ledger/LedgerId")).value;
  await call("GetLatestResult", [int32(0)]); // a client learns the structures with the first one, which takes seconds
}, 60_000);
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
  pki[Symbol.dispose]();
});

async function read(path: string): Promise<{ readonly value: never; readonly status: string }> {
  const session = await connect(stranger);
  const { value, statusCode } = await session.read({ nodeId: `${station}/${path}` });
  return { value: value.value as never, status: statusCode.name };
}
const consumer = async (id: string, name: string) => (await read(`ResultManagement/Consumers/${id}/${name}`)).value;

const call = async (method: string, inputs: readonly VariantOptions[], by = stranger): Promise<CallMethodResult> => {
  const session = await connect(by!);
  const inputArguments = inputs.map((input) => new Variant(input));
  return session.call({ objectId: management, methodId: `${management}/${method}`, inputArguments });
};
/** Values of the outputs, in order. */
const outputs = ({ outputArguments }: CallMethodResult): unknown[] => (outputArguments ?? []).map(({ value }) => value);
const text = (value: string | null): VariantOptions => ({ dataType: DataType.String, value });
const texts = (value: readonly string[]): VariantOptions => ({
  dataType: DataType.String,
  arrayType: VariantArrayType.Array,
  value,
});
const uint32 = (value: number): VariantOptions => ({ dataType: DataType.UInt32, value });
const int32 = (value: number): VariantOptions => ({ dataType: DataType.Int32, value });
const idOf = (sequence: number | string, { ledger = ledgerId, of = "LINE-01" } = {}): string =>
  `${ledger}:${of}:${sequence}`;

describe("results by method (OPC 40001-101 §7.1)", () => {
  // §7.1.5: what the event carried is what the method returns, structure and all.
  test("GetLatestResult returns the newest unit's result with its metadata", async () => {
    const result = await call("GetLatestResult", [int32(0)]);
    expect(result.statusCode).toEqual(StatusCodes.Good);
    const [handle, { resultMetaData }, error] = outputs(result) as [number, { resultMetaData: object }, number];
    expect([handle > 0, error]).toEqual([true, 0]);
    expect(resultMetaData).toMatchObject({ resultId: idOf(20), partId: "20", jobId: "PO-1", resultEvaluation: 1 });
  });

  test("GetResultById returns that unit's result", async () => {
    const result = await call("GetResultById", [text(idOf(2)), int32(0)]);
    expect(outputs(result)[1]).toMatchObject({
      resultMetaData: { resultId: idOf(2), resultEvaluation: 2, isSimulated: true, hasTransferableDataOnFile: false },
    });
    expect(outputs(result)[2]).toBe(0);
  });

  // §7.1.2 Table 4: an Error below 0 is the application's, and the result may then be null.
  test.each([
    ["of nobody", (): string => "something", resultErrors.unknownId],
    ["that is empty", (): string => "", resultErrors.unknownId],
    ["that is null", () => null, resultErrors.unknownId],
    ["of another ledger", (): string => idOf(2, { ledger: "other" }), resultErrors.otherLedger],
    ["of another station", (): string => idOf(2, { of: "LINE-02" }), resultErrors.otherStation],
    ["of a unit that is not there yet", (): string => idOf(21), resultErrors.notThere],
    ["of a unit that never will be", (): string => idOf(9_999_999_999), resultErrors.notThere],
  ])("an id %s: Good, no result, and an Error that says why", async (_, id, error) => {
    const result = await call("GetResultById", [text(id()), int32(0)]);
    expect(result.statusCode).toEqual(StatusCodes.Good);
    expect(outputs(result)).toEqual([0, null, error]);
  });

  // OPC 10000-5 §12.43: a TrimmedString is trimmed by the server, or refused.
  test("white space around an id is taken off", async () => {
    expect(outputs(await call("GetResultById", [text(`\u2003${idOf(2)} \n`), int32(0)]))[2]).toBe(0);
  });

  test("an argument of another type: BadTypeMismatch for it (OPC 10000-4 §5.12.2)", async () => {
    const result = await call("GetResultById", [int32(2), int32(0)]);
    expect(result.statusCode).toEqual(StatusCodes.BadInvalidArgument);
    expect(result.inputArgumentResults).toEqual([StatusCodes.BadTypeMismatch, StatusCodes.Good]);
  });

  test("a handle is released once, by the session that holds it (§7.1.4)", async () => {
    const taken = await call("GetResultById", [text(idOf(1)), int32(-1)]);
    const handle = outputs(taken)[0] as number;
    expect(outputs(await call("ReleaseResultHandle", [uint32(handle)], mes))).toEqual([resultErrors.unknownHandle]);
    expect(outputs(await call("ReleaseResultHandle", [uint32(handle)]))).toEqual([0]);
    expect(outputs(await call("ReleaseResultHandle", [uint32(handle)]))).toEqual([resultErrors.unknownHandle]);
  });
});

describe("GetUnits: the flat facts as parallel arrays", () => {
  const names = ["next", "head", "sequence", "lotSequence", "trigger", "kind", "unitId", "verdict", "reason", "defect"];
  const get = async (from: number, max: number, by = stranger) => {
    const result = await call("GetUnits", [uint32(from), uint32(max)], by);
    expect(result.statusCode).toEqual(StatusCodes.Good);
    const values = outputs(result).map((v) => (typeof v === "number" ? v : Array.from(v as ArrayLike<unknown>)));
    return { all: values, ...Object.fromEntries(names.map((name, n) => [name, values[n]])) } as unknown as Record<
      string,
      never[]
    >;
  };

  test("pages lead through every unit once", async () => {
    const seen: number[] = [];
    for (let from = 0; ; ) {
      const { next, sequence } = (await get(from, 6)) as unknown as { next: number; sequence: number[] };
      if (sequence.length === 0) break;
      seen.push(...sequence);
      from = next;
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  test("each array has one value per unit", async () => {
    const { all, sequence, verdict, reason, defect } = await get(1, 4);
    expect([sequence, verdict, reason, defect]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 1],
      ["", "", "blurred", ""],
      ["", "LABEL_OFFSET", "", ""],
    ]);
    expect(all!.slice(2).map((array: never[]) => array.length)).toEqual(Array(20).fill(4));
  });

  // A number from another ledger must not leave a client waiting for units that come in years.
  test("beyond the head it is empty and leads back to the end", async () => {
    expect(await get(21, 0)).toMatchObject({ next: 21, head: 20, sequence: [] });
    expect(await get(4_000, 0)).toMatchObject({ next: 21, head: 20, sequence: [] });
  });
});

describe("acknowledged delivery", () => {
  const acknowledge = (ids: readonly string[], by = mes) => call("AcknowledgeResults", [texts(ids)], by);

  // Unknown is not zero: nothing was delivered yet as far as this process knows.
  test("a consumer that never came has everything before it", async () => {
    expect(await read("ResultManagement/Consumers/HIST-1/Delivered")).toMatchObject({
      status: "BadWaitingForInitialData",
    });
    expect(await consumer("HIST-1", "Acknowledged")).toBe(0);
    expect(await consumer("HIST-1", "OldestUnacknowledged")).toBe(1);
    expect(await consumer("HIST-1", "UnacknowledgedCount")).toBe(20);
    await until(async () => (await consumer("HIST-1", "OldestUnacknowledgedTime")) !== null);
    expect(await consumer("HIST-1", "OldestUnacknowledgedTime")).toEqual(new Date(aTime + 100));
  });

  // §7.1.6 Table 12: ErrorPerResultId is empty when all went well.
  test("AcknowledgeResults moves the cursor of the session's consumer, out of order too", async () => {
    const [errors, error] = outputs(await acknowledge([idOf(1), idOf(2), idOf(5)])) as [Int32Array, number];
    expect([Array.from(errors), error]).toEqual([[], 0]);
    await until(async () => (await consumer("MES-1", "Acknowledged")) === 2);
    expect(await consumer("MES-1", "OldestUnacknowledged")).toBe(3);
    expect(await consumer("MES-1", "UnacknowledgedCount")).toBe(17);
    expect(await consumer("HIST-1", "Acknowledged")).toBe(0);
  });

  test("again is fine and changes nothing", async () => {
    expect(outputs(await acknowledge([idOf(2), idOf(1)])).at(-1)).toBe(0);
    expect(await consumer("MES-1", "UnacknowledgedCount")).toBe(17);
  });

  // §7.1.6: each id has its own error; those that are right are acknowledged.
  test("foreign and unknown ids get their error, one per id; the right one is taken", async () => {
    const ids = [idOf(3), idOf(4, { ledger: "x" }), idOf(4, { of: "LINE-02" }), idOf(21), "?", ""];
    const [errors, error] = outputs(await acknowledge(ids)) as [Int32Array, number];
    expect(Array.from(errors)).toEqual([
      resultErrors.ok,
      resultErrors.otherLedger,
      resultErrors.otherStation,
      resultErrors.notThere,
      resultErrors.unknownId,
      resultErrors.unknownId,
    ]);
    expect(error).toBe(resultErrors.otherLedger);
    await until(async () => (await consumer("MES-1", "Acknowledged")) === 3);
  });

  test("Acknowledge takes everything up to one unit; 0 only asks", async () => {
    const one = await call("Acknowledge", [text("MES-1"), uint32(4)], mes);
    expect(outputs(one)).toEqual([5, 20]);
    await until(async () => (await consumer("MES-1", "Acknowledged")) === 5);
    expect(outputs(await call("Acknowledge", [text("MES-1"), uint32(0)], mes))).toEqual([5, 20]);
  });

  test.each([
    ["AcknowledgeResults", () => acknowledge([idOf(1)], stranger)],
    ["Acknowledge of another's", () => call("Acknowledge", [text("MES-1"), uint32(9)], historian)],
    ["Acknowledge of a stranger", () => call("Acknowledge", [text("MES-1"), uint32(9)], stranger)],
  ])("%s: BadUserAccessDenied, state unchanged", async (_, attempt) => {
    const before = await consumer("MES-1", "UnacknowledgedCount");
    expect((await attempt()).statusCode).toEqual(StatusCodes.BadUserAccessDenied);
    expect(await consumer("MES-1", "UnacknowledgedCount")).toBe(before);
  });

  test.each([
    ["ConsumerId", "MES-9", 1, [StatusCodes.BadInvalidArgument, StatusCodes.Good]],
    ["UpToSequence", "MES-1", 21, [StatusCodes.Good, StatusCodes.BadOutOfRange]],
  ] as const)("a wrong %s: BadInvalidArgument and a result per argument", async (_, id, upTo, results) => {
    const result = await call("Acknowledge", [text(id), uint32(upTo)], mes);
    expect(result.statusCode).toEqual(StatusCodes.BadInvalidArgument);
    expect(result.inputArgumentResults).toEqual(results);
  });

  test("Delivered follows what methods returned to the consumer's sessions", async () => {
    await call("GetUnits", [uint32(1), uint32(7)], historian);
    await call("GetUnits", [uint32(3), uint32(1)], historian);
    await until(async () => (await consumer("HIST-1", "Delivered")) === 7);
  });

  test("Delivered follows the events that went to the consumer's sessions", async () => {
    const session = await connect(mes!);
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 1,
    });
    const { got } = await monitorEvents(subscription, ["2:Sequence"], 0, management);
    await plant.core.append(unit(21), aDraft("state", { state: "starved", reason: "", from: "running" }), unit(22));
    await until(() => got.length === 2);
    expect(got.map(([sequence]) => sequence!.value)).toEqual([21, 22]);
    await until(async () => (await consumer("MES-1", "Delivered")) === 22);
    expect(await consumer("HIST-1", "Delivered")).toBe(7);
    await subscription.terminate();
  });

  // One call per unit, none awaited: what a client does that knows no better.
  test("a call per unit, all at once: each is answered, and no unit is written twice", async () => {
    const answers = await Promise.all(
      units.map((_, n) => call("AcknowledgeResults", [texts([idOf(n + 1)])], historian)),
    );
    expect(answers.map((answer) => outputs(answer).at(-1))).toEqual(units.map(() => 0));
    await call("Acknowledge", [text("HIST-1"), uint32(22)], historian);
    await until(async () => (await consumer("HIST-1", "UnacknowledgedCount")) === 0);
    expect(await read("ResultManagement/Consumers/HIST-1/OldestUnacknowledged")).toMatchObject({ status: "BadNoData" });
    using query = openLedgerQuery(folder);
    const streams = [{ station: "LINE-01", kind: "acknowledgement" }] as const;
    const written = query.page({ streams }, undefined, 100).filter(({ entry }) => entry.by.includes(historian!));
    const covered = written.flatMap(({ entry }) => (entry.kind === "acknowledgement" ? entry.body.ranges : []));
    const all = covered.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 22 }, (_, n) => n + 1));
  });

  // The promise: what is acknowledged survives; what is not comes again.
  test("a restart keeps every cursor, out of order too", async () => {
    await acknowledge([idOf(8), idOf(9)]);
    await stop();
    plant = await aPlant(folder, pki.path);
    expect(await consumer("MES-1", "Acknowledged")).toBe(5);
    expect(await consumer("MES-1", "UnacknowledgedCount")).toBe(15);
    expect(outputs(await acknowledge([idOf(6), idOf(7)])).at(-1)).toBe(0);
    await until(async () => (await consumer("MES-1", "Acknowledged")) === 9);
  }, 30_000);

  // Who took delivery of what is evidence: it is under the same chain as the units.
  test("acknowledgements are entries that the chain covers", async () => {
    expect(await verifyLedger(folder)).toMatchObject({ ok: true });
    using query = openLedgerQuery(folder);
    const streams = [{ station: "LINE-01", kind: "acknowledgement" }] as const;
    const [first] = query.page({ streams }, undefined, 1);
    expect(first!.entry).toMatchObject({
      by: `anonymous@${mes}`,
      body: {
        consumer: "MES-1",
        ranges: [
          [1, 2],
          [5, 5],
        ],
        cursor: 2,
      },
    });
  });
});
