// What reading history costs with a long ledger: the first page of a lot's events, and what live events feel of it.
// Quiet and reading periods alternate, because the machine's mood changes during a run.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { foldStations, type Stations, snapshotName, toSnapshot } from "../../src/projections/station-state.ts";
import { percentile } from "../../src/projections/timing.ts";
import { temporaryFolder } from "../soak/demo-run.ts";
import { report } from "../soak/result.ts";
import { startClients } from "./history/clients-process.ts";
import { startServer } from "./history/server-process.ts";
import { unit } from "./unit.ts";

const { values } = parseArgs({
  options: {
    units: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "15" },
    seconds: { type: "string", default: "4" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log("usage: npm run bench:history -- [--units 1000000] [--rounds 15] [--seconds 4]");
  process.exit(0);
}
const units = Number(values.units);
const periodMs = Number(values.seconds) * 1_000;
const unitsPerLot = 10_000;
const unitsPerSecond = 100;
const lotOf = (sequence: number): string => `L${Math.floor((sequence - 1) / unitsPerLot)}`;
const lots = [...new Set(Array.from({ length: Math.ceil(units / unitsPerLot) }, (_, i) => `L${i}`))];

const data = temporaryFolder();
const ledger = await openLedgerWriter(join(data, "ledger"), { clock: systemClock });
const begin = Date.now() - units * 150;
let sequence = 0;
let stations: Stations = {};
while (sequence < units) {
  const drafts = Array.from({ length: Math.min(1_000, units - sequence) }, () => {
    sequence += 1;
    return unit(sequence, begin + sequence * 150, lotOf(sequence));
  });
  for (const committed of await ledger.append(drafts)) stations = foldStations(stations, committed);
  if (sequence % 100_000 === 0) console.error(`${sequence} units written`);
}
await ledger.saveSnapshot(snapshotName, units, toSnapshot(stations));

const server = await startServer(data, join(data, "ledger"));
const listener = startClients();
const reader = startClients(10);
let running = true;
/** Live units at a steady rate, each a commit of its own, dated at it. */
async function line(): Promise<void> {
  for (let next = performance.now(); running; next += 1_000 / unitsPerSecond) {
    await sleep(Math.max(0, next - performance.now()));
    sequence += 1;
    await ledger.append([unit(sequence, Date.now(), "LIVE")]);
    server.nudge();
  }
}
await listener.ask({ type: "listen", endpoint: server.endpoint }, "ready");
const lining = line();
const read = (ms: number) => reader.ask({ type: "read", endpoint: server.endpoint, lots, ms }, "read");
await read(1_000); // the thread starts with the first read
const rssAtStart = server.rssMb();

const periods = { quiet: [] as number[], reading: [] as number[] };
const firstPages: number[] = [];
let [events, checksum, delivered, rssMost] = [0, 0, 0, rssAtStart];
for (let round = 0; round < Number(values.rounds); round++)
  for (const kind of ["quiet", "reading"] as const) {
    await sleep(300); // what is on its way belongs to the period before
    await listener.ask({ type: "collect" }, "collected");
    if (kind === "reading") {
      const done = await read(periodMs);
      firstPages.push(...done.firstPagesMs);
      events += done.events;
      checksum += done.checksum;
    } else await sleep(periodMs);
    const { latencyP99Ms, count } = await listener.ask({ type: "collect" }, "collected");
    periods[kind].push(latencyP99Ms);
    delivered += count;
    rssMost = Math.max(rssMost, server.rssMb());
  }
running = false;
await lining;

const median = (list: readonly number[]): number => percentile(list, 50) ?? Number.NaN;
report(
  "bench:history",
  {
    firstPage: { value: median(firstPages), is: "<=", bar: 50, unit: "ms, p50 of the first page of a lot's events" },
    liveP99WhileReading: {
      value: median(periods.reading) / median(periods.quiet),
      is: "<=",
      bar: 1.2,
      unit: "ratio of the live events' p99 latency, reading to quiet, medians of periods",
    },
    memory: { value: rssMost - rssAtStart, is: "<=", bar: 64, unit: "MB that the server grew by while it was read" },
  },
  {
    units,
    firstPageP99Ms: Math.round(percentile(firstPages, 99) ?? Number.NaN),
    eventsReadPerSecond: Math.round(events / ((periodMs / 1_000) * Number(values.rounds))),
    liveP99Ms: { quiet: periods.quiet.map(Math.round), reading: periods.reading.map(Math.round) },
    liveEvents: delivered,
    rssMb: Math.round(rssMost),
    checksum,
  },
);
for (const { stop } of [listener, reader, server]) stop();
await ledger[Symbol.asyncDispose]();
rmSync(data, { recursive: true, force: true });
process.exit();
