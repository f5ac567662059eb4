// A client is away for five minutes at 6,000 units per minute: more events than any queue holds. After its return, live
// events and history by sequence have to give it every unit exactly once. The five minutes are written at once.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { temporaryFolder } from "../soak/demo-run.ts";
import { report } from "../soak/result.ts";
import { startClients } from "./history/clients-process.ts";
import { startServer } from "./history/server-process.ts";
import { unit } from "./unit.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "5" }, help: { type: "boolean", short: "h" } },
});
if (values.help) {
  console.log("usage: npm run bench:recover -- [--minutes 5]");
  process.exit(0);
}
const unitsPerSecond = 100;
const missed = Number(values.minutes) * 60 * unitsPerSecond;

const data = temporaryFolder();
const ledger = await openLedgerWriter(join(data, "ledger"), { clock: systemClock });
const server = await startServer(data, join(data, "ledger"));
const clients = startClients();
let sequence = 0;
let stationTime = Date.now();
const write = async (count: number): Promise<void> => {
  const drafts = Array.from({ length: count }, () => {
    sequence += 1;
    stationTime = Math.max(stationTime + 10, count === 1 ? Date.now() : 0);
    return unit(sequence, stationTime, "L25014A");
  });
  await ledger.append(drafts);
  server.nudge();
};

let running = true;
/** The line goes on all the time, also while the client catches up. */
async function line(): Promise<void> {
  while (running) {
    await write(1);
    await sleep(1_000 / unitsPerSecond);
  }
}
await clients.ask({ type: "listen", endpoint: server.endpoint }, "ready");
let lining = line();
await sleep(2_000);
await clients.ask({ type: "leave" }, "ready");
running = false;
await lining;
for (let left = missed; left > 0; left -= 1_000) await write(Math.min(left, 1_000));
// What was raised meanwhile went to nobody: history is the only way to it.
await clients.ask({ type: "watch", endpoint: server.endpoint, sequence }, "ready");
running = true;
lining = line();
const result = await clients.ask({ type: "return", endpoint: server.endpoint, settleMs: 2_000 }, "recovered");
running = false;
await lining;

report(
  "bench:recover",
  {
    recovered: { value: result.seconds, is: "<=", bar: 10, unit: "s from connecting to the last missed unit" },
    gaps: { value: result.gaps, is: "==", bar: 0, unit: "units that never came" },
    doubles: { value: result.doubles, is: "==", bar: 0, unit: "units that came twice" },
    fromHistory: { value: result.fromHistory, is: ">=", bar: missed, unit: "units read from history" },
  },
  { pages: result.pages, eventsPerSecond: Math.round(result.fromHistory / result.seconds), checksum: result.last },
);
clients.stop();
server.stop();
await ledger[Symbol.asyncDispose]();
rmSync(data, { recursive: true, force: true });
process.exit();
