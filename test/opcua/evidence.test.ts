import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type CallMethodResult,
  type ClientSession,
  DataType,
  resolveNodeId,
  Variant,
  VariantArrayType,
  type VariantOptions,
} from "node-opcua";
import { type EvidenceBody, markedName, pictureName } from "../../src/domain/evidence.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { createCommandPort } from "../../src/opcua/commands.ts";
import { createInspectionServer, type InspectionServer } from "../../src/opcua/server.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log.ts";
import { aDraft, aTime, aUnit } from "../support/units.ts";
import { aClient, aPkiFolder, aSetup, type Client } from "./support/rig.ts";

const station = "ns=3;s=LINE-01";
const pki = aPkiFolder();
const data = mkdtempSync(join(tmpdir(), "tallyline-evidence-"));
const evidenceFolder = join(data, "evidence");
const bytesOf = (seed: number): Buffer => {
  // Larger than one Read gives, and never the same twice.
  const bytes = Buffer.alloc(150_000 + seed);
  for (let n = 0; n < bytes.length; n++) bytes[n] = (n * 31 + seed * 7 + (n >> 8)) & 255;
  return bytes;
};
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const nameOf = (sequence: number): string =>
  pictureName({
    station: "LINE-01",
    cameraId: "CAM-01",
    at: aTime + sequence * 100,
    triggerId: sequence,
    verdict: "fail",
    format: "webp",
  });
function write(file: string, bytes: Buffer) {
  mkdirSync(dirname(join(evidenceFolder, file)), { recursive: true });
  writeFileSync(join(evidenceFolder, file), bytes);
  return { file, bytes: bytes.byteLength, sha256: hashOf(bytes) };
}
const kept = (sequence: number): EvidenceBody => ({
  event: "kept",
  sequence,
  cameraId: "CAM-01",
  ...write(nameOf(sequence), bytesOf(sequence)),
  ...(sequence === 2 && { marked: write(markedName(nameOf(sequence)), bytesOf(99)) }),
});

let server: InspectionServer;
let ledgerId: string;
const clients = new Map<string, Client>();
const connect = async (name: string): Promise<ClientSession> => {
  const known = clients.get(name) ?? (await aClient(server.endpoints[0]!, pki.path, `urn:test:${name}`));
  clients.set(name, known);
  return known.session;
};
beforeAll(async () => {
  const ledgerFolder = join(data, "ledger");
  const units = Array.from({ length: 8 }, (_, n) => {
    const sequence = n + 1;
    const at = aTime + sequence * 100;
    const imageRef = sequence === 7 ? undefined : nameOf(sequence);
    const verdict = { kind: "fail", confidence: 0.8, defects: [{ class: "OTHER", confidence: 0.8 }] } as const;
    const cameras = [{ cameraId: "CAM-01", verdict, ...(imageRef && { imageRef }) }];
    return aDraft("unit", aUnit({ sequence, triggeredAt: at, verdict, cameraId: "CAM-01", cameras }), at);
  });
  const bodies: readonly EvidenceBody[] = [
    ...[1, 2, 3, 4, 5].map(kept),
    { event: "dropped", sequence: 6, cameraId: "CAM-01", file: nameOf(6), reason: "write", detail: "ENOSPC" },
    {
      event: "expired",
      until: aTime + 200,
      files: 1,
      bytes: bytesOf(1).byteLength,
      left: { files: 5, bytes: 750_000 },
      reason: "age",
    },
  ];
  {
    await using writer = await openLedgerWriter(ledgerFolder, { clock: systemClock });
    ledgerId = writer.head.ledgerId;
    await writer.append([...units, ...bodies.map((body) => aDraft("evidence", body, aTime + 1_000))]);
  }
  rmSync(join(evidenceFolder, nameOf(1)));
  appendFileSync(join(evidenceFolder, nameOf(4)), "x");
  rmSync(join(evidenceFolder, nameOf(5)));
  server = await createInspectionServer(aSetup({ ledgerFolder, evidenceFolder, pkiFolder: pki.path }), {
    reader: openLedgerReader(ledgerFolder),
    commands: createCommandPort(() => false, 1_000),
    log: silentLog,
    onFailure(error) {
      throw error;
    },
  });
}, 60_000);
afterAll(async () => {
  for (const client of clients.values()) await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(data, { recursive: true, force: true });
  pki[Symbol.dispose]();
});

const call = async (
  objectId: string,
  method: string,
  inputs: readonly VariantOptions[],
  by = "auditor",
): Promise<CallMethodResult> => {
  const session = await connect(by);
  const inputArguments = inputs.map((input) => new Variant(input));
  return session.call({ objectId, methodId: `${objectId}/${method}`, inputArguments });
};
const uint32 = (value: number): VariantOptions => ({ dataType: DataType.UInt32, value });
const openEvidence = (sequence: number, { camera = "", marked = false, by = "auditor" } = {}) =>
  call(
    `${station}/Evidence`,
    "OpenEvidence",
    [uint32(sequence), { dataType: DataType.String, value: camera }, { dataType: DataType.Boolean, value: marked }],
    by,
  );
interface Opened {
  readonly file: string;
  readonly handle: number;
  readonly rest: readonly unknown[];
}
function opened({ statusCode, outputArguments }: CallMethodResult): Opened {
  expect(statusCode.name).toBe("Good");
  const [file, handle, ...rest] = (outputArguments as Variant[]).map(({ value }) => value);
  return { file: file.toString(), handle, rest };
}
const close = ({ file, handle }: Opened, by?: string) => call(file, "Close", [uint32(handle)], by);
const readPart = (file: string, handle: number, length: number, by?: string) =>
  call(file, "Read", [uint32(handle), { dataType: DataType.Int32, value: length }], by);
async function readAll({ file, handle }: Opened): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (;;) {
    const { outputArguments } = await readPart(file, handle, 1_000_000);
    const part = outputArguments![0]!.value as Buffer | null;
    if (!part?.length) return Buffer.concat(parts);
    expect(part.length).toBeLessThanOrEqual(65_536);
    parts.push(part);
  }
}
const value = async (path: string) =>
  (await (await connect("auditor")).read({ nodeId: `${station}/${path}` })).value.value;
const status = async (made: Promise<CallMethodResult>): Promise<string> => (await made).statusCode.name;

// What an auditor does: takes the picture out of the record's unit, and holds it against the ledger's hash.
test("a client reads a picture in parts, and its hash is the ledger's", async () => {
  const picture = opened(await openEvidence(2));
  expect(picture.rest).toEqual([nameOf(2), bytesOf(2).byteLength, hashOf(bytesOf(2))]);
  const path = picture.file.replace("ns=3;s=LINE-01/", "");
  expect(Number((await value(`${path}/Size`))[1])).toBe(bytesOf(2).byteLength);
  expect(await value(`${path}/OpenCount`)).toBe(1);
  expect(await value(`${path}/MimeType`)).toBe("image/webp");
  expect(hashOf(await readAll(picture))).toBe(hashOf(bytesOf(2)));
  expect(await status(close(picture))).toBe("Good");
  expect(await value(`${path}/OpenCount`)).toBe(0);
  expect(await status(readPart(picture.file, picture.handle, 10))).toBe("BadInvalidArgument");
});

test("the picture with marks is another file", async () => {
  const picture = opened(await openEvidence(2, { camera: "CAM-01", marked: true }));
  expect(picture.rest[0]).toBe(markedName(nameOf(2)));
  expect(hashOf(await readAll(picture))).toBe(hashOf(bytesOf(99)));
  await close(picture);
});

// OPC 40001-101 §7.2: a client that knows only the standard gets the same file by the result's id.
test("GenerateFileForRead opens the picture of a result by its ResultId", async () => {
  const session = await connect("auditor");
  const generate = async (resultId: string): Promise<CallMethodResult> => {
    const options = await session.constructExtensionObject(resolveNodeId("ns=7;i=3004"), { resultId });
    return call(`${station}/ResultManagement/ResultTransfer`, "GenerateFileForRead", [
      { dataType: DataType.ExtensionObject, value: options },
    ]);
  };
  const picture = opened(await generate(`${ledgerId}:LINE-01:3`));
  expect(hashOf(await readAll(picture))).toBe(hashOf(bytesOf(3)));
  expect(picture.rest.map(String)).toEqual(["ns=0;i=0"]);
  await close(picture);
  expect(await status(generate("another-ledger:LINE-01:3"))).toBe("BadInvalidArgument");
  expect(await status(generate(`${ledgerId}:LINE-01:7`))).toBe("BadNoData");
  expect(await value("ResultManagement/ResultTransfer/ClientProcessingTimeout")).toBe(60_000);
});

test.each([
  ["one that expired", 1, {}, "BadNoData"],
  ["one that was changed on disk", 4, {}, "BadDataLost"],
  ["one that is gone", 5, {}, "BadDataLost"],
  ["one that was dropped", 6, {}, "BadNoData"],
  ["of a unit without a picture", 7, {}, "BadNoData"],
  ["one that is still on its way", 8, {}, "BadNoData"],
  ["of no unit", 4_711, {}, "BadNoData"],
  ["by a camera that there is not", 2, { camera: "CAM-99" }, "BadInvalidArgument"],
  ["with marks, where there are none", 3, { marked: true }, "BadNoData"],
])("a picture that cannot be given out is refused: %s", async (_, sequence, which, expected) => {
  expect(await status(openEvidence(sequence, which))).toBe(expected);
  expect(await value("Evidence/Files/File1/OpenCount")).toBe(0);
});

// OPC 10000-20 §4.2: handles are of a session, positions of a handle.
test("position, further handles and wrong handles follow the standard", async () => {
  const picture = opened(await openEvidence(3));
  const { file, handle } = picture;
  const mode = (by: number): VariantOptions => ({ dataType: DataType.Byte, value: by });
  const position = async (of: number): Promise<number> =>
    Number((await call(file, "GetPosition", [uint32(of)])).outputArguments![0]!.value[1]);
  await readPart(file, handle, 100);
  expect(await position(handle)).toBe(100);
  const second = (await call(file, "Open", [mode(1)])).outputArguments![0]!.value as number;
  expect(await position(second)).toBe(0);
  const to: VariantOptions = {
    dataType: DataType.UInt64,
    arrayType: VariantArrayType.Scalar,
    value: [0, 149_990],
  };
  expect(await status(call(file, "SetPosition", [uint32(handle), to]))).toBe("Good");
  const { outputArguments } = await readPart(file, handle, 1_000);
  expect(outputArguments![0]!.value).toEqual(bytesOf(3).subarray(149_990));
  expect(await status(call(file, "Open", [mode(2)]))).toBe("BadNotWritable");
  expect(await status(call(file, "Open", [mode(0)]))).toBe("BadInvalidArgument");
  expect(await status(readPart(file, handle, 0))).toBe("BadInvalidArgument");
  expect(await status(readPart(file, handle, 10, "stranger"))).toBe("BadInvalidArgument");
  expect(await status(call(file, "Open", [mode(1)], "stranger"))).toBe("BadNotReadable");
  const written: VariantOptions[] = [uint32(handle), { dataType: DataType.ByteString, value: Buffer.from("x") }];
  expect(await status(call(file, "Write", written))).toBe("BadNotWritable");
  await close(picture);
  await close({ ...picture, handle: second });
});

// One client that leaves its files open must not keep the others from reading.
test("a session has at most two pictures open, all together four", async () => {
  const open: [Opened, string][] = [];
  for (const by of ["auditor", "auditor", "second", "second"]) open.push([opened(await openEvidence(3, { by })), by]);
  expect(await status(openEvidence(3))).toBe("BadTooManyOperations");
  expect(await status(openEvidence(3, { by: "third" }))).toBe("BadResourceUnavailable");
  for (const [picture, by] of open) expect(await status(close(picture, by))).toBe("Good");
  await close(opened(await openEvidence(3, { by: "third" })), "third");
});

test("the counters say what the ledger says", async () => {
  expect([await value("Evidence/KeptCount"), await value("Evidence/DroppedCount")]).toEqual([5, 1]);
  expect(await value("Evidence/UsedMb")).toBe(0.75);
  expect(await value("Evidence/OldestTime")).toEqual(new Date(aTime + 200));
  expect(await value("Evidence/Stopped")).toBe("");
});
