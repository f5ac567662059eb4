import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LedgerWriter } from "../../src/ledger/ledger.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import type { FromOpcUa, OpcUaSetup, ToOpcUa } from "../../src/opcua/messages.ts";
import type { Heartbeat } from "../../src/platform/channel.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { aDraft, aUnit } from "../support/units.ts";
import { aClient, aSetup, monitorEvents, someVitals, until } from "./support/rig.ts";

let folder: string;
let writer: LedgerWriter;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tallyline-opcua-"));
  writer = await openLedgerWriter(join(folder, "ledger"), { clock: systemClock });
});
afterAll(async () => {
  await writer[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const entry = fileURLToPath(new URL("../../src/opcua/process.ts", import.meta.url));
/** The core's side of an OPC UA process. */
function start(over: Partial<OpcUaSetup> = {}) {
  const child: ChildProcess = fork(entry, {
    execArgv: ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=2"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, "cache") },
  });
  const heard: (FromOpcUa | Heartbeat)[] = [];
  child.on("message", (message: FromOpcUa) => heard.push(message));
  const send = (message: ToOpcUa) => child.send(message);
  send({
    type: "setup",
    setup: aSetup({ ledgerFolder: join(folder, "ledger"), pkiFolder: join(folder, "pki"), ...over }),
  });
  const first = async <T extends FromOpcUa["type"]>(type: T) => {
    await until(() => heard.some((m) => m.type === type));
    return heard.find((m) => m.type === type) as Extract<FromOpcUa, { type: T }>;
  };
  return { child, heard, send, first, exit: once(child, "exit") };
}

// The whole process as the core knows it: from `setup` to `stop`, over the real ledger.
test("the process listens, raises what is committed, passes commands on, and says goodbye", async () => {
  const core = start();
  const { endpoints } = await core.first("listening");
  const client = await aClient(endpoints[0]!, join(folder, "client"));
  const subscription = await client.session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 100,
    requestedMaxKeepAliveCount: 10,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 0,
  });
  const { got } = await monitorEvents(subscription, ["2:Sequence"], 1);
  const committed = await writer.append([1, 2, 3].map((sequence) => aDraft("unit", aUnit({ sequence }))));
  core.send({ type: "nudge", offset: committed.at(-1)!.entry.offset });
  core.send({ type: "vitals", vitals: someVitals({ heartbeat: 42 }) });
  await until(() => got.length === 3);
  expect(got.map(([v]) => v!.value)).toEqual([1, 2, 3]);
  await until(
    async () => (await client.session.read({ nodeId: "ns=3;s=LINE-01/Status/Heartbeat" })).value.value === 42,
  );

  const answered = client.session.call({
    objectId: "ns=3;s=LINE-01/Context",
    methodId: "ns=3;s=LINE-01/Context/ClearContext",
    inputArguments: [
      { dataType: "Int32", value: 0 },
      { dataType: "UInt32", value: 0 },
      { dataType: "UInt32", value: 0 },
    ],
  });
  const { id, command } = await core.first("command");
  expect(command).toMatchObject({ kind: "clearContext", station: "LINE-01", source: "opcua" });
  core.send({ type: "answer", id, answer: { outcome: "accepted", revision: 4, fromSequence: 4, state: "effective" } });
  expect((await answered).outputArguments?.map((v) => v.value)).toEqual([4, 4, 0]);
  await until(() => core.heard.some((m) => m.type === "clients" && m.sessions === 1 && m.subscriptions === 1));

  // A second process on the same port: the start is refused in words, with an exit code of its own.
  const second = start({ port: Number(new URL(endpoints[0]!).port) });
  expect(await second.first("refused")).toMatchObject({
    code: "EADDRINUSE",
    reason: expect.stringContaining("is in use"),
  });
  expect(await second.exit).toEqual([2, null]);

  await client[Symbol.asyncDispose]();
  core.send({ type: "stop" });
  expect(await core.exit).toEqual([0, null]);
}, 60_000);

// A core that was killed must not leave a server behind that shows old values and holds the port.
test("the process does not outlive the core", async () => {
  const core = start();
  await core.first("listening");
  core.child.disconnect();
  expect(await core.exit).toEqual([0, null]);
}, 60_000);
