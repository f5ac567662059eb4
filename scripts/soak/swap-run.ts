import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { dataPaths } from "../../src/app/paths.ts";
import { discoverPlugins } from "../../src/app/plugins.ts";
import { type StationRecipes, stationRecipes } from "../../src/app/recipes.ts";
import { startStation } from "../../src/app/station.ts";
import { parseConfig } from "../../src/config/load.ts";
import { recipeName } from "../../src/domain/recipe.ts";
import { nextTriggerId } from "../../src/domain/trigger.ts";
import type { UnitRecord } from "../../src/domain/unit-record.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { Log } from "../../src/platform/log.ts";
import { emptyStation } from "../../src/projections/station-state.ts";
import { percentile } from "../../src/projections/timing.ts";
import type { TriggerDefinition } from "../../src/triggers/trigger.ts";
import { figuresOf, type ProcessFigures, roleOf, treeOf } from "./processes.ts";

export interface SwapRunOptions {
  /** An empty folder. */
  readonly data: string;
  readonly units: number;
  readonly perSecond: number;
  /** Changes of recipe, back and forth between two versions, spread over the units. */
  readonly swaps: number;
  /** Between two SIGKILLs of the process that inspects, s; 0 = none. */
  readonly killEverySeconds: number;
  readonly threads: number;
  /** Pictures drawn beforehand. */
  readonly prerendered: number;
  readonly progress?: (line: string) => void;
}

/** Resident size, MB. */
export interface TreeSize {
  readonly core: number;
  /** Of a process that is as old as the last swap or kill. */
  readonly vision: number;
}

export interface SwapFigures {
  readonly units: number;
  readonly swaps: number;
  /** Kills, and those of them after which the recipe before took its place back. */
  readonly kills: number;
  readonly takenBack: number;
  readonly refused: readonly string[];
  /** Triggers without a unit entry. */
  readonly gaps: number;
  /** Unit entries of a trigger that has one already. */
  readonly doubled: number;
  readonly outOfOrder: number;
  /** Changes of recipe on command that the ledger tells of. */
  readonly recipeChanges: number;
  /** Units judged by another recipe than the one that the ledger's `recipe` entries put in force for their sequence. */
  readonly wrongRecipe: number;
  /** Units with a verdict, of those that came when no kill was near; 0..1. */
  readonly decidedShare: number;
  /** Units per verdict, and of `notInspected` per reason. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** From the command to the moment when the new recipe inspects, ms. */
  readonly changeP50Ms: number;
  /** Trigger to verdict of inspected units, ms. */
  readonly latencyP99Ms: number;
  /** Of the tree while one vision process is alive: after a quarter of the swaps, and after the last. */
  readonly rssMb: { readonly before: TreeSize; readonly after: TreeSize };
  /** Vision processes that the system knows of when all has settled, and after the stop. */
  readonly processes: number;
  readonly left: number;
  readonly ledgerIsSound: boolean;
}

/** So long after a kill its process may still be missing: loading a model takes some seconds. */
const killShadowMs = 5_000;

/** All vision processes below this one, also those that nobody speaks of any more. */
const visionProcesses = (): readonly ProcessFigures[] =>
  treeOf(process.pid)
    .flatMap((pid) => figuresOf(pid) ?? [])
    .filter((figures) => roleOf(figures) === "vision");

/** Two versions of a recipe that decide alike: what differs is their hash. */
function writeRecipes(data: string): void {
  const folder = dataPaths(data).recipes;
  mkdirSync(folder, { recursive: true });
  for (const version of [1, 2])
    writeFileSync(
      join(folder, `SWAP@${version}.yaml`),
      stringify({
        recipe: "SWAP",
        version,
        title: `Snack bags, edition ${version}`,
        cameras: {
          "CAM-01": {
            picture: { width: 640, height: 512, channels: 3 },
            steps: [{ step: "classify", model: "snack-bag-classifier@1", report: ["CONTAMINATION"] }],
          },
        },
        classes: { CONTAMINATION: { reject: 0.5 } },
      }),
    );
}

/** One station as the program runs it, with real vision processes and a real ledger, whose recipe changes again and again. */
export async function runSwaps(options: SwapRunOptions): Promise<SwapFigures> {
  const { data, units, perSecond, swaps, killEverySeconds, threads, prerendered } = options;
  const say = options.progress ?? (() => undefined);
  writeRecipes(data);
  const plugins = await discoverPlugins();
  const config = parseConfig(
    "soak",
    {
      site: "swap",
      stations: [
        {
          id: "LINE-01",
          trigger: { type: "timer" },
          cameras: [{ id: "CAM-01", type: "synthetic", prerendered }],
          recipe: "SWAP@1",
          recipes: ["SWAP"],
          deadlineMs: 2_000, // this is about swaps, not about a machine that has other things to do
          inferenceThreads: threads,
          defectClasses: ["CONTAMINATION"],
        },
      ],
    },
    plugins,
  );
  const [stationConfig] = config.stations as [(typeof config.stations)[number]];
  const recipes: StationRecipes = stationRecipes(stationConfig, data, plugins.steps);

  // The timer of the program, quicker than a configuration may ask for, and it ends.
  let fired = 0;
  const timer = plugins.trigger("timer");
  const trigger: TriggerDefinition = {
    ...timer,
    open: (_, events, clock) =>
      timer.open(
        { unitsPerMinute: perSecond * 60 },
        {
          ...events,
          fire(at) {
            if (fired >= units) return;
            fired += 1;
            events.fire(at);
          },
          missed(count, from, to) {
            const taken = Math.min(count, units - fired);
            fired += taken;
            if (taken > 0) events.missed(taken, from, to);
          },
        },
        clock,
      ),
  };
  const hear = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    if (message.startsWith("recipe")) say(`unit ${fired}: ${message} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: () => undefined, info: hear, warn: () => undefined, error: hear };

  await using ledger = await openLedgerWriter(dataPaths(data).ledger, { clock: systemClock });
  const station = startStation(stationConfig, emptyStation("LINE-01"), {
    consumers: [],
    timeZone: "UTC",
    evidenceFolder: dataPaths(data).evidence,
    clock: systemClock,
    log,
    ledger,
    trigger,
    recipes,
    // Short, so that kills come in it as well as after it.
    probation: { units: 20, atLeastMs: 1_000, atMostMs: 5_000 },
    childLog: { level: "error", format: "text" },
    childEnv: { NODE_COMPILE_CACHE: dataPaths(data).compileCache },
    output: say,
    onCommitted: () => undefined,
    onFatal(error) {
      throw error;
    },
  });
  await station.ready;
  const ticks = setInterval(() => station.line.tick(), 1_000);

  /** One vision process, and it inspects. */
  const isSettled = (): boolean =>
    station.vision.processes.length === 1 &&
    visionProcesses().length === 1 &&
    station.vitals(0).modelStatus.startsWith("ready");
  const settled = async (): Promise<void> => {
    for (const end = performance.now() + 60_000; !isSettled(); await sleep(50))
      if (performance.now() > end)
        throw new Error(
          `there are still ${station.vision.processes.map(([name]) => name).join(", ")}; of the system ${visionProcesses().map(({ pid }) => pid)}`,
        );
  };
  const treeSize = async (): Promise<TreeSize> => {
    await settled();
    await sleep(2_000);
    await settled();
    const vision = visionProcesses().reduce((sum, { rssMb }) => sum + rssMb, 0);
    return { core: figuresOf(process.pid)!.rssMb, vision };
  };

  /** Station time, UTC ms. */
  const killedAt: number[] = [];
  let running = true;
  const killer = (async () => {
    if (killEverySeconds === 0) return;
    for (let next = performance.now(); running; await sleep(50)) {
      if (performance.now() - next < killEverySeconds * 1_000) continue;
      next = performance.now();
      const [, current] = station.vision.processes[0]!;
      if (current.pid === undefined) continue;
      killedAt.push(station.line.time.now());
      say(`unit ${fired}: kill`);
      process.kill(current.pid, "SIGKILL");
    }
  })();

  const refused: string[] = [];
  const changeMs: number[] = [];
  let done = 0;
  let before: TreeSize = { core: 0, vision: 0 };
  for (let n = 1; n <= swaps; n++) {
    while (fired < (units * n) / (swaps + 1)) await sleep(5);
    const recipeId = recipeName(station.line.recipe) === "SWAP@1" ? "SWAP@2" : "SWAP@1";
    const asked = performance.now();
    const answer = await station.command({
      kind: "selectRecipe",
      station: "LINE-01",
      by: "soak",
      source: "opcua",
      effective: { mode: "nextUnit" },
      expectedRevision: 0,
      recipeId,
    });
    if (answer.outcome === "refused") {
      say(`unit ${fired}: refused: ${answer.message}`);
      refused.push(answer.message);
      continue;
    }
    // Accepted, and pending until it has loaded.
    const hasTakenOver = (): boolean => recipeName(station.line.recipe) === recipeId;
    while (!hasTakenOver() && fired < units && performance.now() - asked < 30_000) await sleep(5);
    if (!hasTakenOver()) {
      refused.push(station.line.recipeStatus.trouble || `${recipeId} did not take over while units came`);
      continue;
    }
    changeMs.push(performance.now() - asked);
    done += 1;
    if (n === Math.ceil(swaps / 4)) before = await treeSize();
  }
  while (fired < units) await sleep(20);
  running = false;
  await killer;
  const after = await treeSize();
  const processes = visionProcesses().length;
  clearInterval(ticks);
  await station.stop();
  await station.vision.stop();
  const left = visionProcesses().length;

  const records: UnitRecord[] = [];
  /** From that sequence on. */
  const inForce: { readonly from: number; readonly hash: string }[] = [];
  let takenBack = 0;
  let activated = 0;
  using reader = openLedgerReader(dataPaths(data).ledger);
  for (let offset = 0, page = reader.read(0, 5_000); page.length > 0; page = reader.read(offset, 5_000)) {
    for (const { entry } of page)
      if (entry.kind === "unit") records.push(entry.body);
      else if (entry.kind === "recipe" && entry.body.event !== "refused") {
        inForce.push({ from: entry.body.fromSequence, hash: entry.body.recipe.hash });
        if (entry.body.event === "rolledBack") takenBack += 1;
        else activated += 1;
      }
    offset = page.at(-1)!.entry.offset;
  }
  const verified = await verifyLedger(dataPaths(data).ledger);
  const outcomes: Record<string, number> = {};
  for (const { verdict } of records) {
    const outcome = verdict.kind === "notInspected" ? `notInspected ${verdict.reason}` : verdict.kind;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  const isDecided = ({ verdict }: UnitRecord): boolean => verdict.kind !== "notInspected";
  const inspected = records.filter(isDecided);
  // Those that were open at the kill too.
  const undisturbed = records.filter(
    ({ triggeredAt }) =>
      !killedAt.some((at) => triggeredAt > at - stationConfig.deadlineMs && triggeredAt < at + killShadowMs),
  );
  const triggerIds = new Set(records.map((r) => r.triggerId)).size;
  return {
    units: records.length,
    swaps: done,
    takenBack,
    kills: killedAt.length,
    refused,
    gaps: units - triggerIds,
    doubled: records.length - triggerIds,
    outOfOrder: records.filter(
      ({ sequence, triggerId }, i) =>
        sequence !== i + 1 || triggerId !== nextTriggerId(i === 0 ? 0 : records[i - 1]!.triggerId),
    ).length,
    wrongRecipe: records.filter(
      ({ recipe, sequence }) => recipe && recipe.hash !== inForce.findLast(({ from }) => from <= sequence)?.hash,
    ).length,
    recipeChanges: activated - 1, // the first is the one that it began with
    decidedShare: undisturbed.filter(isDecided).length / Math.max(1, undisturbed.length),
    outcomes,
    changeP50Ms: percentile(changeMs, 50) ?? 0,
    latencyP99Ms:
      percentile(
        inspected.map((r) => r.latencyMs),
        99,
      ) ?? 0,
    rssMb: { before, after },
    processes,
    left,
    ledgerIsSound: verified.ok,
  };
}
