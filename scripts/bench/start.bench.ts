// How long a start takes with a long ledger, beside the same start with an empty one: start-up must not grow with the ledger.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { foldStations, type Stations, snapshotName, toSnapshot } from "../../src/projections/station-state.ts";
import { percentile } from "../../src/projections/timing.ts";
import { freePort, startDemo, temporaryFolder } from "../soak/demo-run.ts";
import { report } from "../soak/result.ts";
import { unit } from "./unit.ts";

const { values } = parseArgs({
  options: {
    entries: { type: "string", default: "1000000" },
    runs: { type: "string", default: "5" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log("usage: npm run bench:start -- [--entries 1000000] [--runs 5]");
  process.exit(0);
}
const entries = Number(values.entries);
/** The longest tail that a core leaves behind its last snapshot. */
const tail = 4_999;

/** Writes a ledger by the real writer, with its last snapshot as far back as a core would leave it. */
async function fill(data: string): Promise<void> {
  await using ledger = await openLedgerWriter(join(data, "ledger"), { clock: systemClock });
  let stations: Stations = {};
  const from = Date.now() - entries * 150;
  for (let sequence = 1; sequence <= entries; ) {
    const drafts: EntryDraft[] = [];
    for (; drafts.length < 1_000 && sequence <= entries; sequence++)
      drafts.push(unit(sequence, from + sequence * 150, ""));
    for (const committed of await ledger.append(drafts)) {
      stations = foldStations(stations, committed);
      if (committed.entry.offset === entries - tail)
        await ledger.saveSnapshot(snapshotName, committed.entry.offset, toSnapshot(stations));
    }
    if (sequence % 100_000 < 1_000) console.error(`${sequence} entries`);
  }
}

/** One start until the endpoint is open: ms from the process start, and the server's own figure of filling. */
async function start(data: string): Promise<{ listeningMs: number; filledInMs: number }> {
  const run = startDemo(data, await freePort(), "core");
  for (;;) {
    const line = run.lastLines.find((l) => l.includes("OPC UA endpoint open"));
    if (line) {
      const listeningMs = performance.now() - run.startedAt;
      run.pressCtrlC();
      await run.ended;
      return { listeningMs, filledInMs: (JSON.parse(line) as { filledInMs: number }).filledInMs };
    }
    if (run.process.exitCode !== null) throw new Error(run.lastLines.join("\n"));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const full = temporaryFolder();
const empty = temporaryFolder();
await fill(full);
await start(empty); // certificate and compile cache
const snapshot = join(full, "ledger", `snapshot-${snapshotName}.json`);
const oldSnapshot = readFileSync(snapshot);
/** As after a kill: the last snapshot is as old as it can be. */
const startFull = (): ReturnType<typeof start> => {
  writeFileSync(snapshot, oldSnapshot);
  return start(full);
};
await startFull();
const starts = {
  full: [] as { listeningMs: number; filledInMs: number }[],
  empty: [] as { listeningMs: number; filledInMs: number }[],
};
for (let n = 0; n < Number(values.runs); n++) {
  starts.empty.push(await start(empty));
  starts.full.push(await startFull());
}
const median = (
  list: readonly { listeningMs: number; filledInMs: number }[],
  of: "listeningMs" | "filledInMs",
): number =>
  percentile(
    list.map((s) => s[of]),
    50,
  ) ?? Number.NaN;

report(
  "bench:start",
  {
    filled: {
      value: median(starts.full, "listeningMs"),
      is: "<=",
      bar: 3_000,
      unit: "ms from process start to a filled, open endpoint",
    },
    toEmptyLedger: {
      value: median(starts.full, "listeningMs") / median(starts.empty, "listeningMs"),
      is: "<=",
      bar: 1.3,
      unit: "ratio to an empty ledger",
    },
  },
  { entries, emptyMs: Math.round(median(starts.empty, "listeningMs")), filledInMs: median(starts.full, "filledInMs") },
);
for (const folder of [full, empty]) rmSync(folder, { recursive: true, force: true });
process.exit();
