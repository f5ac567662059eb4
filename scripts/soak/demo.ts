// Runs the demo as its user would, counts every unit as a client sees it, and compares events, ledger, minutes and totals; memory and CPU beside it.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import type { MinuteBody } from "../../src/domain/ledger-entry.ts";
import type { UnitRecord } from "../../src/domain/unit-record.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { percentile } from "../../src/projections/timing.ts";
import { freePort, startDemo, temporaryFolder } from "./demo-run.ts";
import { figuresOf, isAlive, type ProcessFigures, roleOf, treeOf } from "./processes.ts";
import { report } from "./result.ts";
import { listenToUnits } from "./unit-listener.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    "quiet-minutes": { type: "string", default: "2" },
    images: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log(
    "usage: npm run soak:demo -- [--minutes 10] [--quiet-minutes 2] [--images DIR]\n" +
      "  quiet-minutes  without a client, for the CPU figure\n" +
      "  images         a folder with train/good/, test/ and labels.csv: teaches from it and replays it by the folder camera",
  );
  process.exit(0);
}

const data = temporaryFolder();
const port = await freePort();
const flags = values.images ? ["--config", teachFrom(resolve(values.images))] : ["--demo"];
const run = startDemo(data, port, "npm", flags);
const listener = await listenToUnits(`opc.tcp://127.0.0.1:${port}/tallyline`, "LINE-01", { giveUpMs: 60_000 });
while (listener.firstAt === undefined) await sleep(20);
const firstEventMs = listener.firstAt - run.startedAt;
console.error(`first UnitInspected event after ${Math.round(firstEventMs)} ms`);

/** Teaches a model from the folder's good images and writes a configuration that replays its test images. */
function teachFrom(images: string): string {
  const main = fileURLToPath(new URL("../../src/app/main.ts", import.meta.url));
  execFileSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", main, "teach", "--images", images, "--name", "replay"],
    {
      env: { ...process.env, TALLYLINE_DATA: data },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const file = join(data, "replay.yaml");
  const camera = { id: "CAM-01", type: "folder", path: images, labels: "labels.csv", split: "test" };
  const station = {
    id: "LINE-01",
    trigger: { type: "timer", unitsPerMinute: 400 },
    cameras: [camera],
    model: "replay@1",
  };
  writeFileSync(
    file,
    stringify({ site: "replay", opcua: { anonymous: "full", securityNone: true }, stations: [station] }),
  );
  return file;
}

process.on("exit", () => isAlive(run.pid) && run.pressCtrlC());
const tree = (): ProcessFigures[] => treeOf(run.pid).flatMap((pid) => figuresOf(pid) ?? []);
const ours = (list: readonly ProcessFigures[]): ProcessFigures[] => list.filter((p) => roleOf(p) !== "launcher");
const sum = (list: readonly ProcessFigures[], of: "rssMb" | "cpuMs"): number => list.reduce((n, p) => n + p[of], 0);

/** Sum of resident sizes (MB) of the tree at the end of each period, sampled every 5 s. */
const rss: number[] = [];
const watch = async (minutes: number): Promise<void> => {
  const until = performance.now() + minutes * 60_000;
  while (performance.now() < until) {
    await sleep(Math.min(5_000, Math.max(0, until - performance.now())));
    rss.push(sum(ours(tree()), "rssMb"));
    if (rss.length % 12 === 0)
      console.error(`${rss.length / 12} min: ${listener.seen.length} units, ${Math.round(rss.at(-1)!)} MB`);
  }
};
await watch(Number(values.minutes));
/** Read in one request, so of one moment: the last unit, and the total that goes with it. */
const [lastSequence, total] = (
  await listener.session.read([
    { nodeId: "ns=3;s=LINE-01/LastUnit/Sequence" },
    { nodeId: "ns=3;s=LINE-01/Statistics/Total/TriggerCount" },
  ])
).map((value) => Number(value.value.value)) as [number, number];
const rssWithClient = Math.max(...rss.slice(-12));
const third = Math.floor(rss.length / 3);
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);
const rssGrowth = mean(rss.slice(-third)) / mean(rss.slice(third, 2 * third));
await sleep(1_000);
await listener[Symbol.asyncDispose]();
const before = { at: performance.now(), cpu: sum(ours(tree()), "cpuMs") };
await watch(Number(values["quiet-minutes"]));
const perCore = ((sum(ours(tree()), "cpuMs") - before.cpu) / (performance.now() - before.at)) * 100;
const byRole = Object.fromEntries(tree().map((p) => [roleOf(p), Math.round(p.rssMb)]));
const launcherRss = tree().reduce((n, p) => n + (roleOf(p) === "launcher" ? p.rssMb : 0), 0);
const stopAt = performance.now();
run.pressCtrlC();
await run.ended;
const stopMs = performance.now() - stopAt;

using reader = openLedgerReader(join(data, "ledger"));
const units: { readonly record: UnitRecord; readonly hash: string; readonly committedMs: number }[] = [];
const minutes: MinuteBody[] = [];
for (let offset = 0, page = reader.read(0, 5_000); page.length > 0; page = reader.read(offset, 5_000)) {
  for (const { entry, hash } of page) {
    if (entry.kind === "unit") units.push({ record: entry.body, hash, committedMs: entry.committedAt - entry.time });
    if (entry.kind === "minute") minutes.push(entry.body);
  }
  offset = page.at(-1)!.entry.offset;
}
const hashes = new Map(units.map((u) => [u.record.sequence, u.hash]));
const first = listener.seen[0]!.sequence;
const last = listener.seen.at(-1)!.sequence;
const expected = units.filter((u) => u.record.sequence >= first && u.record.sequence <= last).length;
const matching = listener.seen.filter((s) => hashes.get(s.sequence) === s.recordHash).length;
const lastMinute = minutes.at(-1)?.minuteNumber ?? 0;
const inMinutes = units.filter(
  (u) => Math.floor(u.record.triggeredAt / 60_000) <= lastMinute && u.record.unitKind === "production",
).length;
const verified = await verifyLedger(join(data, "ledger"), {});
const latency = units.map((u) => u.record.latencyMs);

report(
  "soak:demo",
  {
    firstEvent: { value: firstEventMs, is: "<=", bar: 15_000, unit: "ms" },
    notInspected: {
      value: units.filter((u) => u.record.verdict.kind === "notInspected").length,
      is: "==",
      bar: 0,
      unit: "units",
    },
    eventsMissing: { value: expected - matching, is: "==", bar: 0, unit: "events" },
    eventsDoubled: {
      value: listener.seen.length - new Set(listener.seen.map((s) => s.sequence)).size,
      is: "==",
      bar: 0,
      unit: "events",
    },
    minutesMinusLedger: {
      value: minutes.reduce((n, m) => n + m.counts.units, 0) - inMinutes,
      is: "==",
      bar: 0,
      unit: "units",
    },
    totalMinusLedger: {
      value: total - units.filter((u) => u.record.sequence <= lastSequence).length,
      is: "==",
      bar: 0,
      unit: "triggers, Statistics/Total against the ledger up to LastUnit",
    },
    sequenceGaps: { value: (units.at(-1)?.record.sequence ?? 0) - units.length, is: "==", bar: 0, unit: "sequences" },
    chainOk: { value: Number(verified.ok), is: "==", bar: 1, unit: "boolean" },
    latencyP99: { value: percentile(latency, 99) ?? 0, is: "<=", bar: 50, unit: "ms" },
    rss: { value: rssWithClient, is: "<=", bar: 700, unit: "MB (core + vision + OPC UA)" },
    rssGrowth: {
      value: rssGrowth,
      is: "<=",
      bar: 1.05,
      unit: "last third ÷ middle third",
    },
    cpu: { value: perCore, is: "<=", bar: 60, unit: "% of one core, no clients" },
    stop: { value: stopMs, is: "<=", bar: 10_000, unit: "ms" },
  },
  {
    source: values.images ? "folder camera" : "synthetic camera",
    units: units.length,
    verdicts: Object.fromEntries(
      ["pass", "fail", "invalid", "notInspected"].map((kind) => [
        kind,
        units.filter((u) => u.record.verdict.kind === kind).length,
      ]),
    ),
    events: listener.seen.length,
    minutes: minutes.length,
    total,
    latencyP50: percentile(latency, 50),
    triggerToDiskP99: percentile(
      units.map((u) => u.committedMs),
      99,
    ),
    rssByProcess: byRole,
    launcherRssMb: Math.round(launcherRss),
  },
);
rmSync(data, { recursive: true, force: true });
process.exit();
