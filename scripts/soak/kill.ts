// Kills core, vision and OPC UA process at random with SIGKILL under load, and checks that nothing acknowledged is lost or doubled.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { UnitRecord } from "../../src/domain/unit-record.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { percentile } from "../../src/projections/timing.ts";
import { type DemoRun, freePort, startDemo, temporaryFolder } from "./demo-run.ts";
import { childrenOf, figuresOf, isAlive, roleOf, treeOf } from "./processes.ts";
import { report } from "./result.ts";
import { listenToUnits, type SeenUnit } from "./unit-listener.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log("usage: npm run soak:kill -- [--rounds 50] [--seed 1]");
  process.exit(0);
}

/** Mulberry32: the same seed kills the same processes. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const next = random(Number(values.seed));
const victims = ["core", "vision", "opcua"] as const;
const data = temporaryFolder();
const port = await freePort();
const endpoint = `opc.tcp://127.0.0.1:${port}/tallyline`;
const acknowledged = new Map<number, string>();
const kills = { core: 0, start: 0, vision: 0, opcua: 0 };
const backMs: number[] = [];
let conflicting = 0;
let orphans = 0;

const take = (seen: readonly SeenUnit[]): void => {
  for (const { sequence, recordHash } of seen) {
    if ((acknowledged.get(sequence) ?? recordHash) !== recordHash) conflicting += 1;
    acknowledged.set(sequence, recordHash);
  }
};
const die = (run: DemoRun, why: string): never => {
  for (const pid of treeOf(run.pid)) process.kill(pid, "SIGKILL");
  console.error(run.lastLines.join("\n"));
  throw new Error(why);
};

let run = startDemo(data, port, "core");
for (let round = 1; round <= Number(values.rounds); round++) {
  const victim = victims[Math.floor(next() * victims.length)]!;
  const listener = await listenToUnits(endpoint, "LINE-01", { publishingInterval: 100, giveUpMs: 60_000 }).catch(
    (e: unknown) => die(run, `no OPC UA connection in round ${round}: ${String(e)}`),
  );
  for (let waited = 0; listener.seen.length === 0; waited += 50) {
    if (waited > 60_000) die(run, `no unit for 60 s in round ${round}`);
    await sleep(50);
  }
  await sleep(200 + next() * 2_800);
  const children = childrenOf(run.pid);
  const pid = victim === "core" ? run.pid : children.find((p) => roleOf(figuresOf(p)!) === victim);
  if (pid === undefined) {
    await listener[Symbol.asyncDispose]();
    continue;
  }
  take(listener.seen);
  const killedAt = performance.now();
  process.kill(pid, "SIGKILL");
  kills[victim] += 1;
  // What the client still gets after the kill was acknowledged before it.
  await sleep(50);
  take(listener.seen);
  void listener[Symbol.asyncDispose]();
  if (victim === "core") {
    await run.ended;
    run = startDemo(data, port, "core");
    // One start in three is killed too, somewhere between opening the ledger and the first units.
    if (next() < 1 / 3) {
      const early = childrenOf(run.pid);
      await sleep(next() * 3_000);
      process.kill(run.pid, "SIGKILL");
      kills.start += 1;
      await run.ended;
      children.push(...early);
      run = startDemo(data, port, "core");
    }
    // A child that is loading its modules sees only afterwards that its parent is gone.
    for (let waited = 0; children.some(isAlive) && waited < 5_000; waited += 50) await sleep(50);
    orphans += children.filter(isAlive).length;
  }
  if (victim !== "vision") {
    await using probe = await listenToUnits(endpoint, "LINE-01", { giveUpMs: 60_000 });
    backMs.push(performance.now() - killedAt);
    take(probe.seen);
  }
  console.error(
    `round ${round}: killed ${victim}, ${acknowledged.size} units acknowledged, back after ${Math.round(backMs.at(-1) ?? 0)} ms`,
  );
}
run.process.kill("SIGTERM");
const exitCode = await run.ended;

using reader = openLedgerReader(join(data, "ledger"));
const recorded = new Map<number, string>();
let doubled = 0;
let units = 0;
for (let offset = 0, page = reader.read(0, 5_000); page.length > 0; page = reader.read(offset, 5_000)) {
  for (const { entry, hash } of page) {
    if (entry.kind !== "unit") continue;
    const { sequence } = entry.body as UnitRecord;
    if (recorded.has(sequence)) doubled += 1;
    recorded.set(sequence, hash);
    units += 1;
  }
  offset = page.at(-1)!.entry.offset;
}
const lost = [...acknowledged].filter(([sequence, hash]) => recorded.get(sequence) !== hash).length;
const gaps = Math.max(0, ...recorded.keys()) - recorded.size;
const verified = await verifyLedger(join(data, "ledger"), {});
if (!verified.ok) console.error(verified);

report(
  "soak:kill",
  {
    acknowledgedLost: { value: lost, is: "==", bar: 0, unit: "entries" },
    doubled: { value: doubled + conflicting, is: "==", bar: 0, unit: "entries" },
    sequenceGaps: { value: gaps, is: "==", bar: 0, unit: "sequences" },
    chainOk: { value: Number(verified.ok), is: "==", bar: 1, unit: "boolean" },
    opcuaBackP95: { value: percentile(backMs, 95) ?? 0, is: "<=", bar: 10_000, unit: "ms" },
    orphans: { value: orphans, is: "==", bar: 0, unit: "processes" },
    cleanExit: { value: exitCode, is: "==", bar: 0, unit: "exit code" },
  },
  { rounds: Number(values.rounds), kills, units, acknowledged: acknowledged.size },
);
rmSync(data, { recursive: true, force: true });
process.exit();
