import { join } from "node:path";
import { facetNames } from "../../nodeset/station-shape.ts";
import { challengeRules } from "../config/challenges.ts";
import type { Config, StationConfig } from "../config/schema.ts";
import { alarmSettings } from "../domain/alarm.ts";
import type { AnswerTo, Command } from "../domain/command.ts";
import type { Consumer } from "../domain/consumer.ts";
import type { CameraHealth } from "../domain/judgement.ts";
import type { Committed } from "../domain/ledger-entry.ts";
import { type Recipe, type RecipeRef, recipeName } from "../domain/recipe.ts";
import type { ShiftCalendar } from "../domain/shift-calendar.ts";
import type { ModelRef } from "../domain/unit-record.ts";
import type { LedgerWriter } from "../ledger/ledger.ts";
import type { Surroundings } from "../line/alarm-readings.ts";
import { createLine, type Line } from "../line/line.ts";
import type { StationSetup, Vitals } from "../opcua/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { type Log, type LogFormat, type LogLevel, logFor } from "../platform/log.ts";
import type { StationState } from "../projections/station-state.ts";
import type { TriggerDefinition } from "../triggers/trigger.ts";
import type { VisionSetup } from "../vision/messages.ts";
import { carryOutShadow } from "./carry-out-shadow.ts";
import { createEvidenceShelf } from "./evidence-shelf.ts";
import type { ProbationRules } from "./probation.ts";
import type { StationRecipes } from "./recipes.ts";
import { failuresToGiveUp, StartFailedError, StartRefusedError } from "./start-failed.ts";
import { createVisionFleet, type VisionFleet } from "./vision-fleet.ts";

export interface StationDeps {
  readonly consumers: readonly Consumer[];
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: LedgerWriter;
  readonly shifts?: ShiftCalendar;
  /** IANA name. */
  readonly timeZone: string;
  readonly trigger: TriggerDefinition;
  readonly recipes: StationRecipes;
  /** How long a recipe that took over is watched, where that is not the usual. */
  readonly probation?: ProbationRules;
  readonly evidenceFolder: string;
  readonly childLog: { readonly level: LogLevel; readonly format: LogFormat };
  readonly childEnv: Readonly<Record<string, string>>;
  readonly output: (line: string) => void;
  readonly onCommitted: (state: StationState, entries: readonly Committed[]) => void;
  readonly onFatal: (error: unknown) => void;
}

/** One station at work: its line, its vision processes and its trigger. */
export interface Station {
  readonly config: StationConfig;
  readonly line: Line;
  readonly vision: VisionFleet;
  /** Resolves when it can inspect and its trigger runs; rejects when its setup is refused. */
  readonly ready: Promise<void>;
  command<C extends Command>(command: C): Promise<AnswerTo<C>>;
  vitals(heartbeat: number): Vitals;
  /** What was found out about disk and certificate since the last time. */
  surroundings(known: Surroundings): void;
  /** No more triggers; what is open is decided and on disk. The vision processes are ended after it. */
  stop(): Promise<void>;
}

export function startStation(config: StationConfig, initial: StationState, deps: StationDeps): Station {
  const { clock, ledger } = deps;
  const log = logFor(deps.log, { station: config.id });
  let stopTrigger: (() => void) | undefined;
  let health: readonly CameraHealth[] = [];
  let model: ModelRef | undefined;
  let modelStatus = "starting";
  let simulated = false;
  let missed = 0;
  let stopped = false;
  let failures = 0;
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  ready.catch(() => undefined); // whoever awaits it hears of it; a start that is given up does not

  const line = createLine(
    {
      station: config.id,
      cameras: config.cameras.map((c) => c.id),
      deadlineMs: config.deadlineMs,
      starvedAfterMs: config.starvedAfterMs,
      context: {
        owner: config.context.owner,
        lotMarkers: deps.trigger.lotMarkers ?? false,
      },
      recipes: deps.recipes,
      timeZone: deps.timeZone,
      ...(deps.shifts && { shifts: deps.shifts }),
      pendingExpiryMs: config.pendingExpiryMs,
      maximumWaiting: 5_000,
      alarms: alarmSettings(config.alarms),
      maximumShelvingMs: config.maximumShelvingMinutes * 60_000,
      consumers: deps.consumers,
      challenges: challengeRules(config.challenges, config.defectClasses),
    },
    {
      clock,
      log,
      append: (drafts) => ledger.append(drafts),
      findEndedLot: (lot) => ledger.findEndedLot(config.id, lot),
      look: (trigger) => vision.look(trigger),
      selfTest: () => vision.selfTest(),
      recipes: {
        prepare: (recipe) => vision.prepare(recipe),
        activate: (recipe, change) => vision.activate(recipe, change),
        giveUp: () => vision.giveUp(),
        loaded: (recipe) => vision.loaded(recipe),
      },
      onCommitted: deps.onCommitted,
      onFatal: deps.onFatal,
    },
    initial,
  );
  line.start();

  const startTrigger = (): void => {
    const { type: _, ...options } = config.trigger;
    stopTrigger = deps.trigger.open(
      deps.trigger.options.parse(options),
      {
        fire: line.trigger,
        lotMarker: line.lotMarker,
        missed(count, from, to) {
          missed += count;
          line.missed(count, from, to);
        },
      },
      clock,
    );
  };

  const vision = createVisionFleet(
    {
      station: config.id,
      initial: line.recipe,
      ...(deps.probation && { probation: deps.probation }),
      setup: (recipe) => visionSetup(config, deps, recipe),
    },
    {
      ready({ loaded, simulated: isSimulated }) {
        [model] = loaded.models;
        simulated = isSimulated;
        modelStatus = `ready ${loaded.models.map((m) => m.id).join(", ")}`;
        line.vision({ up: true, loaded, simulated });
        if (!stopTrigger && !stopped) startTrigger();
        resolve();
      },
      down(reason) {
        modelStatus = `down: ${reason}`;
        health = health.map((camera) => ({ ...camera, state: "gone", reason: "vision process is down", fps: 0 }));
        line.vision({ up: false, reason });
        failures += 1;
        if (failures >= failuresToGiveUp) reject(new StartFailedError(`vision of ${config.id}`, reason));
      },
      refused(reason) {
        modelStatus = `refused: ${reason}`;
        log.error("station cannot inspect", { reason });
        reject(new StartRefusedError(reason));
      },
      judgement: (judgement) => line.judge(judgement),
      evidence: (report) => line.evidence(report),
      cameras(next) {
        health = next;
        line.cameras(next);
      },
      unfit: (reason) => line.recipeFailed(reason),
    },
    { clock, log, memoryLimitMb: config.visionMemoryMb, env: deps.childEnv, output: deps.output },
  );

  const alarms = alarmSettings(config.alarms);
  const shelf = createEvidenceShelf(
    {
      folder: join(deps.evidenceFolder, config.id),
      budget: { maximumBytes: config.evidence.maximumMb * 1e6, maximumAgeMs: config.evidence.days * 86_400_000 },
      storageLow: alarms.StorageLow,
    },
    {
      log,
      state: () => line.state.evidence,
      tell: line.evidence,
      enable: (isEnabled) => vision.keepEvidence(isEnabled),
    },
  );
  vision.keepEvidence(shelf.isOpen);

  return {
    config,
    line,
    vision,
    ready,
    command: <C extends Command>(command: C) =>
      (command.kind === "startShadow" || command.kind === "stopShadow"
        ? carryOutShadow(command, deps.recipes, vision, clock)
        : line.command(command)) as Promise<AnswerTo<C>>, // each answers its own kinds
    vitals: (heartbeat) => ({
      station: config.id,
      heartbeat,
      stationTime: line.time.now(),
      clockOffsetMs: line.time.offsetMs,
      clockSynchronized: line.time.synchronized,
      cameras: health,
      modelStatus: line.recipeStatus.trouble === "" ? modelStatus : `waiting: ${line.recipeStatus.trouble}`,
      recipeLoading: line.recipeStatus.loading,
      recipeTrouble: line.recipeStatus.trouble,
      shadow: vision.shadowState,
      simulated,
      storageFault: line.storageFault,
      missedTriggers: missed,
      ...(typeof Object(config.trigger)["unitsPerMinute"] === "number" && {
        targetUnitsPerMinute: Object(config.trigger)["unitsPerMinute"] as number,
      }),
    }),
    surroundings(known) {
      line.surroundings(known);
      shelf.check({
        now: line.time.now(),
        clockSynchronized: line.time.synchronized,
        freeDiskMb: known.freeDiskMb,
      });
    },
    async stop() {
      stopped = true;
      stopTrigger?.();
      await shelf[Symbol.asyncDispose]();
      await line.stop();
      log.debug("station stopped", { model: model?.id });
    },
  };
}

/** What a vision process needs to run that recipe; undefined when the station has no such one. */
function visionSetup(
  config: StationConfig,
  { recipes, evidenceFolder, childLog: log }: Pick<StationDeps, "recipes" | "evidenceFolder" | "childLog">,
  { hash }: RecipeRef,
): VisionSetup | undefined {
  const recipe = [recipes.own, ...recipes.all].find((r) => r.hash === hash);
  return (
    recipe && {
      station: config.id,
      cameras: config.cameras.map(({ id, type, nameplate: _, ...options }) => ({ id, type, options })),
      inspection: recipes.setup(recipe),
      deadlineMs: recipe.deadlineMs ?? config.deadlineMs,
      threads: config.inferenceThreads,
      evidenceFolder,
      log,
    }
  );
}

/** A context may name a recipe's newest version by its id alone. */
export const recipeNames = (all: readonly Recipe[]): readonly string[] => [
  ...new Set(all.flatMap((recipe) => [recipe.id, recipeName(recipe)])),
];

/** What the OPC UA process has to know of a station. `recipes`: absent where there is only the configuration, not its files. */
export const stationSetup = (
  { opcua, site }: Config,
  config: StationConfig,
  recipes?: StationRecipes,
): StationSetup => ({
  id: config.id,
  lineId: config.lineId ?? config.id,
  timeZone: site.timeZone,
  cameras: config.cameras.map((c) => c.id),
  defectClasses: config.defectClasses,
  consumers: opcua.consumers.map(({ id }) => id),
  nameplate: config.nameplate,
  cameraNameplates: Object.fromEntries(
    config.cameras.flatMap(({ id, nameplate }) => (nameplate ? [[id, nameplate]] : [])),
  ),
  facets: facetNames.filter((facet) => opcua.facets[facet]),
  // A command waits for the verdict of the unit before it, whichever recipe that is to come from.
  deadlineMs: Math.max(config.deadlineMs, ...(recipes?.all ?? []).map((recipe) => recipe.deadlineMs ?? 0)),
  rollingWindowSeconds: config.rollingWindowSeconds,
  recipes: recipes ? recipeNames(recipes.all) : config.recipes,
  recipeFiles: (recipes?.all ?? []).map((recipe) => ({
    name: recipeName(recipe),
    hash: recipe.hash,
    text: recipes!.text(recipe),
  })),
  contextOwner: config.context.owner,
  alarms: alarmSettings(config.alarms),
  maximumShelvingMs: config.maximumShelvingMinutes * 60_000,
  challenges: challengeRules(config.challenges, config.defectClasses),
});
