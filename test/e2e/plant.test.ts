import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type DemoRun, freePort, startDemo, temporaryFolder } from "../../scripts/soak/demo-run.ts";
import { childrenOf, figuresOf, orphansOf, roleOf, treeOf } from "../../scripts/soak/processes.ts";
import { listenToUnits } from "../../scripts/soak/unit-listener.ts";
import type { UnitRecord } from "../../src/domain/unit-record.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";

// The whole program, as its user runs it: real processes, real inference, a real client over TCP.

let data: string;
const runs: DemoRun[] = [];
beforeEach(() => {
  data = temporaryFolder();
});
afterEach(async () => {
  for (const run of runs.splice(0)) {
    if (run.process.exitCode !== null || run.process.signalCode !== null) continue;
    for (const pid of treeOf(run.pid)) process.kill(pid, "SIGKILL");
    await run.ended;
  }
  rmSync(data, { recursive: true, force: true });
});
const start = (port: number, extra?: readonly string[]): DemoRun => {
  const run = startDemo(data, port, "core", extra);
  runs.push(run);
  return run;
};
const endpoint = (port: number): string => `opc.tcp://127.0.0.1:${port}/tallyline`;
const until = async (condition: () => boolean, ms = 30_000): Promise<void> => {
  for (const end = Date.now() + ms; !condition(); await new Promise((r) => setTimeout(r, 50)))
    if (Date.now() > end) throw new Error("waited too long");
};
const unitsIn = (folder: string, station = "LINE-01"): { record: UnitRecord; hash: string }[] => {
  using reader = openLedgerReader(join(folder, "ledger"));
  return reader
    .read(0, 100_000)
    .flatMap(({ entry, hash }) =>
      entry.kind === "unit" && entry.station === station ? [{ record: entry.body, hash }] : [],
    );
};

test("the demo inspects, a client gets every unit, and Ctrl-C leaves a ledger that verifies and no process behind", async () => {
  const port = await freePort();
  const run = start(port);
  const listener = await listenToUnits(endpoint(port), "LINE-01", {
    giveUpMs: 60_000,
    queueSize: 1,
    publishingInterval: 1_000,
  });
  // A unit that a busy machine did not decide in time has no model to name.
  const isDecided = ({ record }: { record: UnitRecord }): boolean => /^(pass|fail)$/.test(record.verdict.kind);
  await until(() => listener.seen.length >= 40 && unitsIn(data).filter(isDecided).length > 20, 90_000);
  await listener[Symbol.asyncDispose]();
  run.pressCtrlC();
  expect(await run.ended).toBe(0);
  expect(orphansOf(data)).toEqual([]);

  const units = unitsIn(data);
  expect(units.map((u) => u.record.sequence)).toEqual(units.map((_, n) => n + 1));
  const { seen } = listener;
  const recorded = units.filter(
    (u) => u.record.sequence >= seen[0]!.sequence && u.record.sequence <= seen.at(-1)!.sequence,
  );
  expect(seen.map((s) => [s.sequence, s.recordHash])).toEqual(recorded.map((u) => [u.record.sequence, u.hash]));
  expect(units.every((u) => u.record.simulated)).toBe(true);
  expect(new Set(units.filter(isDecided).map((u) => u.record.model?.id))).toEqual(new Set(["snack-bag-unit@1"]));
  expect((await verifyLedger(join(data, "ledger"))).ok).toBe(true);
}, 180_000);

// The short form of `npm run soak:kill`.
test("SIGKILL of each process: the sequence goes on without gap or double, the chain verifies", async () => {
  const port = await freePort();
  let run = start(port);
  for (const victim of ["vision", "opcua", "core"] as const) {
    const listener = await listenToUnits(endpoint(port), "LINE-01", { giveUpMs: 60_000, publishingInterval: 100 });
    await until(() => listener.seen.length >= 5);
    const pid = victim === "core" ? run.pid : childrenOf(run.pid).find((p) => roleOf(figuresOf(p)!) === victim)!;
    process.kill(pid, "SIGKILL");
    void listener[Symbol.asyncDispose]();
    if (victim === "core") {
      await run.ended;
      run = start(port);
    }
  }
  const after = await listenToUnits(endpoint(port), "LINE-01", { giveUpMs: 60_000, publishingInterval: 100 });
  await until(() => after.seen.length >= 5);
  await after[Symbol.asyncDispose]();
  run.process.kill("SIGTERM");
  expect(await run.ended).toBe(0);
  const units = unitsIn(data);
  expect(units.map((u) => u.record.sequence)).toEqual(units.map((_, n) => n + 1));
  expect(units.some((u) => u.record.verdict.kind === "notInspected")).toBe(true);
  expect((await verifyLedger(join(data, "ledger"))).ok).toBe(true);
}, 180_000);

const station = (id: string, over: object = {}): object => ({
  id,
  trigger: { type: "timer", unitsPerMinute: 120 },
  cameras: [{ id: "CAM-01", type: "synthetic" }],
  model: "snack-bag@2",
  ...over,
});
const configFile = (stations: readonly object[]): string => {
  const file = join(data, "site.yaml");
  writeFileSync(file, JSON.stringify({ site: "test", opcua: { anonymous: "full", securityNone: true }, stations }));
  return file;
};

test("two stations share a process tree and a ledger, each with its own sequence", async () => {
  const port = await freePort();
  const run = start(port, ["--config", configFile([station("LINE-01"), station("LINE-02")])]);
  const second = await listenToUnits(endpoint(port), "LINE-02", { giveUpMs: 60_000, publishingInterval: 200 });
  await until(() => second.seen.length >= 4);
  await second[Symbol.asyncDispose]();
  run.process.kill("SIGTERM");
  expect(await run.ended).toBe(0);
  for (const id of ["LINE-01", "LINE-02"]) {
    const sequences = unitsIn(data, id).map((u) => u.record.sequence);
    expect(sequences.length).toBeGreaterThan(3);
    expect(sequences).toEqual(sequences.map((_, n) => n + 1));
  }
  expect((await verifyLedger(join(data, "ledger"))).ok).toBe(true);
}, 90_000);

// A service manager gives a program 10 s to stop, whatever it is doing.
test("SIGTERM in the middle of a start ends it in good order", async () => {
  const run = start(await freePort());
  await until(() => childrenOf(run.pid).length > 0);
  run.process.kill("SIGTERM");
  expect(await run.ended).toBe(0);
  expect(orphansOf(data)).toEqual([]);
}, 60_000);

describe("what cannot work does not start, and says what to do", () => {
  const refused = async (run: DemoRun): Promise<string> => {
    expect(await run.ended).not.toBe(0);
    expect(orphansOf(data)).toEqual([]);
    return run.lastLines.join("\n");
  };

  test("the port is in use", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const text = await refused(start(port));
    taken.close();
    expect(text).toMatch(new RegExp(`${port}.*in use`));
    expect(text).toMatch(/--port|opcua\.port/);
  }, 60_000);

  test("the data folder is in use by another run", async () => {
    const port = await freePort();
    start(port);
    await until(() => orphansOf(data).length > 1);
    const second = start(await freePort());
    expect(await second.ended).not.toBe(0);
    expect(second.lastLines.join("\n")).toMatch(/in use by another Tallyline \(process \d+/);
  }, 60_000);

  test("the model package was changed", async () => {
    const name = "snack-bag-unit@1";
    mkdirSync(join(data, "models"), { recursive: true });
    cpSync(join("models", name), join(data, "models", name), { recursive: true });
    const file = join(data, "models", name, "model.onnx");
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
    expect(await refused(start(await freePort()))).toMatch(/model\.onnx was changed/);
  }, 60_000);

  test("a child process that never gets ready", async () => {
    const file = configFile([station("LINE-01", { visionMemoryMb: 200, inferenceThreads: 3 })]);
    expect(await refused(start(await freePort(), ["--config", file]))).toMatch(
      /vision of LINE-01 does not start: used \d+ MB/,
    );
  }, 60_000);

  test("the configuration has a typo", async () => {
    const file = join(data, "site.yaml");
    writeFileSync(file, "site: north\nstatoins: []\n");
    const text = await refused(start(await freePort(), ["--config", file]));
    expect(text).toMatch(/statoins: unknown option/);
    expect(text).toMatch(/stations: /);
  }, 60_000);
});
