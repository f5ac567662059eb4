// Whether every subscriber gets every event and every change, and what an event costs beside the stack's own path.
import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DataType, type UAVariable } from "node-opcua";
import { demoConfig } from "../../src/app/demo.ts";
import { opcUaSetup } from "../../src/app/plant.ts";
import { discoverPlugins } from "../../src/app/plugins.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { Committed, EntryDraft } from "../../src/domain/ledger-entry.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { createCommandPort } from "../../src/opcua/commands.ts";
import { type PlainEvent, plainEventsOf } from "../../src/opcua/events/plain-event.ts";
import { createInspectionServer } from "../../src/opcua/server.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log.ts";
import { percentile } from "../../src/projections/timing.ts";
import { temporaryFolder } from "../soak/demo-run.ts";
import { report } from "../soak/result.ts";
import type { FromClients, ToClients } from "./opcua/messages.ts";
import { plainPath } from "./opcua/plain-path.ts";
import { unit as lineUnit } from "./unit.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    subscribers: { type: "string", default: "20" },
    burst: { type: "string", default: "4000" },
    rounds: { type: "string", default: "3" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log("usage: npm run bench:opcua -- [--seconds 30] [--subscribers 20] [--burst 4000] [--rounds 3]");
  process.exit(0);
}
const seconds = Number(values.seconds);
const subscribers = Number(values.subscribers);
const burst = Number(values.burst);

const eventsPerSecond = 100;
const variables = 1_000;
const changesPerSecond = 10;
/** As the ledger's follower reads: so many entries, then the event loop has its turn. */
const page = 8;

/** Two dashboards: the same twenty fields in two orders are two distinct select lists. */
const fields = [
  ..."Sequence LotSequence StationId TriggerId UnitKind CameraId Verdict VerdictText DefectClass Confidence".split(" "),
  ..."Lot OrderId Sku RecipeId LatencyMs TriggeredAt RecordHash".split(" "),
].map((name) => `2:${name}`);
const lists = [
  [...fields, "EventId", "Time", "Message"],
  [...fields, "Time", "EventId", "Message"],
];

const unit = (sequence: number): EntryDraft => lineUnit(sequence, 1_760_000_000_000 + sequence * 10, "L25014A");

const folder = temporaryFolder();
const config = parseConfig("demo", demoConfig(), await discoverPlugins());
const setup = opcUaSetup({
  config: { ...config, opcua: { ...config.opcua, port: 0, shutdownSeconds: 0 } },
  data: folder,
  softwareVersion: "bench",
  childLog: { level: "error", format: "text" },
});
const ledger = await openLedgerWriter(setup.ledgerFolder, { clock: systemClock });
const server = await createInspectionServer(setup, {
  reader: openLedgerReader(setup.ledgerFolder),
  commands: createCommandPort(() => false, 5_000),
  log: silentLog,
  onFailure(error) {
    throw error;
  },
});
const { live } = server;
const endpoint = server.endpoints[0]!;

const clients = fork(new URL("./opcua/clients.ts", import.meta.url), {
  serialization: "advanced",
  execArgv: ["--disable-warning=ExperimentalWarning"],
});
async function ask(message: ToClients): Promise<FromClients> {
  clients.send(message);
  const [answer] = (await once(clients, "message")) as [FromClients];
  return answer;
}
async function counted(message: ToClients): Promise<Extract<FromClients, { type: "counted" }>> {
  const answer = await ask(message);
  if (answer.type !== "counted") throw new Error(`the clients answered ${answer.type}`);
  return answer;
}

await ask({
  type: "subscribe",
  endpoint,
  fieldLists: Array.from({ length: subscribers }, (_, i) => lists[i % lists.length]!),
});

let sequence = 0;
/** 100 events per second through ledger, follower and clients, as in life. */
async function steady() {
  const from = sequence + 1;
  const encodedBefore = live.encodings;
  const events = seconds * eventsPerSecond;
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  while (sequence < from - 1 + events) {
    const due = Math.min(events, Math.floor(((performance.now() - startedAt) / 1_000) * eventsPerSecond));
    const drafts: EntryDraft[] = [];
    while (sequence < from - 1 + due) drafts.push(unit(++sequence));
    if (drafts.length > 0) {
      await ledger.append(drafts);
      server.nudge();
    }
    await sleep(10);
  }
  const result = await counted({ type: "await", from, to: sequence });
  const cpu = process.cpuUsage(cpuBefore);
  return {
    ...result,
    encodingsPerEvent: (live.encodings - encodedBefore) / events,
    cpuShare: (cpu.user + cpu.system) / 1_000 / (performance.now() - startedAt),
  };
}

/** A burst of events that are committed already; processor time of this process per delivery until the last has arrived. */
async function burstOf(raise: (event: PlainEvent) => void) {
  const from = sequence + 1;
  const committed = Array.from({ length: burst }, (): Committed => {
    const draft = unit(++sequence);
    return { entry: { ...draft, v: 1, offset: sequence, committedAt: draft.time + 40 }, hash: "0".repeat(64) };
  });
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  for (let i = 0; i < committed.length; i++) {
    for (const event of plainEventsOf(committed[i]!, setup.stations[0]!, "bench", live.index.types)) raise(event);
    if (i % page === page - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  const result = await counted({ type: "await", from, to: sequence });
  const cpu = process.cpuUsage(cpuBefore);
  const deliveries = burst * subscribers;
  return {
    ...result,
    microsPerDelivery: (cpu.user + cpu.system) / deliveries,
    perSecond: deliveries / ((performance.now() - startedAt) / 1_000),
  };
}

const median = (list: readonly number[]): number => percentile(list, 50) ?? Number.NaN;
const station = "ns=3;s=LINE-01";
const plain = plainPath(live, station);
const run = await steady();
console.error(`steady: ${run.received} received, ${run.missing} missing, ${run.doubles} doubles`);
const bursts = {
  ours: [] as Awaited<ReturnType<typeof burstOf>>[],
  plain: [] as Awaited<ReturnType<typeof burstOf>>[],
};
for (let round = -1; round < Number(values.rounds); round++) {
  const ours = await burstOf((event) => live.emit(event, station));
  const stock = await burstOf(plain);
  if (round < 0) continue; // warm-up
  bursts.ours.push(ours);
  bursts.plain.push(stock);
  console.error(
    `burst: ours ${ours.microsPerDelivery.toFixed(1)} µs, plain ${stock.microsPerDelivery.toFixed(1)} µs per delivery`,
  );
}

/** 1,000 variables that change ten times a second, each change wanted. */
async function changing() {
  const namespace = live.addressSpace.getOwnNamespace();
  const nodes = Array.from(
    { length: variables },
    (_, i): UAVariable =>
      namespace.addVariable({
        browseName: `Bench${i}`,
        nodeId: `s=bench-${i}`,
        dataType: "UInt32",
        minimumSamplingInterval: 0,
        organizedBy: live.addressSpace.rootFolder.objects,
        value: { dataType: DataType.UInt32, value: 0 },
      }),
  );
  await ask({ type: "watch", endpoint, nodeIds: nodes.map(({ nodeId }) => nodeId.toString()) });
  const changes = Math.min(seconds, 20) * changesPerSecond;
  const startedAt = performance.now();
  for (let value = 1; value <= changes; value++) {
    await sleep(Math.max(0, startedAt + (value * 1_000) / changesPerSecond - performance.now()));
    const at = new Date();
    for (const node of nodes) node.setValueFromSource({ dataType: DataType.UInt32, value }, undefined, at);
  }
  return { changes, ...(await counted({ type: "awaitValues", last: changes })) };
}
const changed = await changing();

const all = [run, ...bursts.ours];
const ours = median(bursts.ours.map((b) => b.microsPerDelivery));
const stock = median(bursts.plain.map((b) => b.microsPerDelivery));
report(
  "bench:opcua",
  {
    gaps: { value: all.reduce((n, r) => n + r.missing, 0), is: "==", bar: 0, unit: "events missing at a subscriber" },
    doubles: { value: all.reduce((n, r) => n + r.doubles, 0), is: "==", bar: 0, unit: "events received twice" },
    encodingsPerEvent: { value: run.encodingsPerEvent, is: "==", bar: lists.length, unit: "distinct select lists" },
    burstToPlainPath: { value: stock / ours, is: ">=", bar: 4, unit: "times the rate, by processor time, same run" },
    changesLost: { value: changed.missing, is: "==", bar: 0, unit: `of ${variables * changed.changes} changes` },
    changesDoubled: { value: changed.doubles, is: "==", bar: 0, unit: "changes" },
  },
  {
    subscribers,
    fields: lists[0]!.length,
    events: { steady: seconds * eventsPerSecond, burst, received: all.reduce((n, r) => n + r.received, 0) },
    microsPerDelivery: {
      ours: bursts.ours.map((b) => Math.round(b.microsPerDelivery * 10) / 10),
      plain: bursts.plain.map((b) => Math.round(b.microsPerDelivery * 10) / 10),
    },
    deliveriesPerSecond: {
      ours: Math.round(median(bursts.ours.map((b) => b.perSecond))),
      plain: Math.round(median(bursts.plain.map((b) => b.perSecond))),
    },
    steadyCpuShare: Math.round(run.cpuShare * 1_000) / 1_000,
  },
);
clients.disconnect();
await server[Symbol.asyncDispose]();
await ledger[Symbol.asyncDispose]();
rmSync(folder, { recursive: true, force: true });
process.exit();
