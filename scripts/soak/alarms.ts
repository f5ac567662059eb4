// The fault demo: ten minutes of a real line on which everything goes wrong that an operator meets, and how often it calls.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  AttributeIds,
  ClientMonitoredItem,
  ClientSubscription,
  constructEventFilter,
  DataType,
  ofType,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
import { stringify } from "yaml";
import { isAnnounced } from "../../src/domain/condition.ts";
import type { LedgerEntry } from "../../src/domain/ledger-entry.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { freePort, startDemo, temporaryFolder } from "./demo-run.ts";
import { isAlive } from "./processes.ts";
import { report } from "./result.ts";
import { listenToUnits } from "./unit-listener.ts";

const { values } = parseArgs({
  options: {
    "units-per-minute": { type: "string", default: "240" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log("usage: npm run soak:alarms -- [--units-per-minute 240]\n  takes 10 minutes");
  process.exit(0);
}

const perMinute = Number(values["units-per-minute"]);
const minutes = 10;
/** The unit that passes at this moment, in minutes since the start. */
const unitAt = (minute: number): number => Math.max(1, Math.round(minute * perMinute));
const lasting = (seconds: number): number => Math.round((seconds / 60) * perMinute);

const data = temporaryFolder();
const port = await freePort();
const file = join(data, "faults.yaml");
writeFileSync(
  file,
  stringify({
    site: "faults",
    opcua: { anonymous: "full", securityNone: true },
    stations: [
      {
        id: "LINE-01",
        trigger: { type: "timer", unitsPerMinute: perMinute },
        deadlineMs: 2_000, // this is about alarms, not about a machine that has other things to do
        cameras: [
          {
            id: "CAM-01",
            type: "synthetic",
            faults: [
              { fault: "covered", fromUnit: unitAt(1), units: lasting(20) },
              // A hand before the lens, again and again: one alarm, or a few, but not one per wave.
              ...[0, 1, 2, 3, 4, 5].map((n) => ({
                fault: "covered",
                fromUnit: unitAt(2) + lasting(5 * n),
                units: lasting(2.5),
              })),
              { fault: "gone", fromUnit: unitAt(8), units: lasting(20) },
            ],
            bursts: [
              { defect: "LABEL_MISSING", fromUnit: unitAt(3.5), units: 15 },
              { defect: "LABEL_MISSING", fromUnit: unitAt(4.5), units: lasting(30) },
            ],
          },
        ],
        model: "snack-bag@2",
      },
    ],
  }),
);

const run = startDemo(data, port, "core", ["--config", file]);
process.on("exit", () => isAlive(run.pid) && run.pressCtrlC());
const listener = await listenToUnits(`opc.tcp://127.0.0.1:${port}/tallyline`, "LINE-01", { giveUpMs: 60_000 });
const { session } = listener;

const subscription = ClientSubscription.create(session, {
  requestedPublishingInterval: 250,
  requestedLifetimeCount: 600,
  requestedMaxKeepAliveCount: 10,
  maxNotificationsPerPublish: 0,
  publishingEnabled: true,
  priority: 1,
});
const fields = ["EventId", "ConditionName", "2:Change", "Message"];
const item = ClientMonitoredItem.create(
  subscription,
  { nodeId: "ns=3;s=LINE-01", attributeId: AttributeIds.EventNotifier },
  {
    samplingInterval: 0,
    queueSize: 1_000,
    discardOldest: true,
    filter: constructEventFilter(fields, ofType("AlarmConditionType")),
  },
  TimestampsToReturn.Neither,
);
const heard: { readonly id: string; readonly alarm: string; readonly change: string }[] = [];
item.on("changed", (row: Variant[]) => {
  const [id, alarm, change, message] = row.map((v) => v.value);
  heard.push({ id: (id as Buffer).toString("hex"), alarm, change });
  console.error(`${((performance.now() - begunAt) / 60_000).toFixed(2)} min: ${alarm} ${change}: ${message?.text}`);
});
await new Promise<void>((resolve) => item.once("initialized", () => resolve()));
const ledgerFolder = join(data, "ledger");
const begunAt = performance.now();
const untilMinute = (minute: number): Promise<void> =>
  sleep(Math.max(0, begunAt + minute * 60_000 - performance.now()));

const context = async (method: string, ...texts: string[]): Promise<void> => {
  const result = await session.call({
    objectId: "ns=3;s=LINE-01/Context",
    methodId: `ns=3;s=LINE-01/Context/${method}`,
    inputArguments: [
      ...texts.map((value) => ({ dataType: DataType.String, value })),
      { dataType: DataType.Int32, value: 0 },
      ...[0, 0].map((value) => ({ dataType: DataType.UInt32, value })),
    ],
  });
  if (result.statusCode.isNotGood()) throw new Error(`${method}: ${result.statusCode.name}`);
};
await context("StartLot", "L1");
await untilMinute(6.5);
await context("ClearContext");
await untilMinute(7.2);
await context("StartLot", "L2");
await untilMinute(minutes);
await sleep(1_000);

await subscription.terminate();
await listener[Symbol.asyncDispose]();
run.pressCtrlC();
await run.ended;

using reader = openLedgerReader(ledgerFolder);
const entries: LedgerEntry[] = [];
for (let offset = 0, page = reader.read(0, 5_000); page.length > 0; page = reader.read(offset, 5_000)) {
  entries.push(...page.map(({ entry }) => entry));
  offset = page.at(-1)!.entry.offset;
}
const alarms = entries.filter((e) => e.kind === "alarm");
const called = alarms.filter(({ body }) => body.event === "active" && isAnnounced(body.condition));
const clusters = entries.filter((e) => e.kind === "cluster");
const expected = ["CameraLost", "DefectRateHigh", "ContextMissing", "ClusterUndisposed"];
const verified = await verifyLedger(ledgerFolder, {});

report(
  "soak:alarms",
  {
    annunciations: { value: called.length, is: "<=", bar: 10, unit: "calls of the operator in 10 minutes" },
    kindsMissed: {
      value: expected.filter((name) => !called.some(({ body }) => body.alarm === name)).length,
      is: "==",
      bar: 0,
      unit: "kinds of fault without an alarm",
    },
    eventsMissing: {
      value: alarms.length - heard.length,
      is: "==",
      bar: 0,
      unit: "events, ledger against client",
    },
    eventsDoubled: { value: heard.length - new Set(heard.map(({ id }) => id)).size, is: "==", bar: 0, unit: "events" },
    clusters: {
      value: clusters.filter(({ body }) => body.event === "started").length,
      is: ">=",
      bar: 2,
      unit: "runs of defects, 2 were planted",
    },
    chainOk: { value: Number(verified.ok), is: "==", bar: 1, unit: "boolean" },
  },
  {
    called: called.map(({ body }) => body.alarm),
    changes: alarms.length,
    clusters: clusters.map(({ body }) => ({
      event: body.event,
      id: body.cluster.clusterId,
      from: body.cluster.first.sequence,
      to: body.cluster.last.sequence,
      count: body.cluster.count,
      bounds: [body.cluster.firstBound, body.cluster.lastBound],
    })),
    planted: [unitAt(3.5), unitAt(3.5) + 14, unitAt(4.5), unitAt(4.5) + lasting(30) - 1],
    units: entries.filter(({ kind }) => kind === "unit").length,
  },
);
rmSync(data, { recursive: true, force: true });
process.exit();
