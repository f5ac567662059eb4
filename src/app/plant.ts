import { mkdirSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import cron from "node-cron";
import type { StepPlugin } from "../config/recipe-schema.ts";
import type { Config } from "../config/schema.ts";
import type { Committed } from "../domain/ledger-entry.ts";
import { createShiftCalendar } from "../domain/shift-calendar.ts";
import { openLedgerReader } from "../ledger/reader.ts";
import { openLedgerWriter } from "../ledger/writer.ts";
import type { OpcUaSetup } from "../opcua/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { lockFolder } from "../platform/folder-lock.ts";
import type { Log, LogFormat, LogLevel } from "../platform/log.ts";
import { assertPortUsable } from "../platform/port-check.ts";
import type { Supervised } from "../platform/supervise.ts";
import { type Position, replay } from "../projections/replay.ts";
import {
  emptyStation,
  type StationState,
  type Stations,
  snapshotName,
  toSnapshot,
} from "../projections/station-state.ts";
import type { TriggerDefinition } from "../triggers/trigger.ts";
import { startOpcUa } from "./opcua-child.ts";
import { dataPaths } from "./paths.ts";
import { type StationRecipes, stationRecipes } from "./recipes.ts";
import { scheduleSelfTests } from "./self-test-schedule.ts";
import { type Station, startStation, stationSetup } from "./station.ts";
import { measureSurroundings } from "./surroundings.ts";

export interface PlantOptions {
  readonly config: Config;
  readonly data: string;
  readonly softwareVersion: string;
  readonly trigger: (type: string) => TriggerDefinition;
  readonly steps: readonly StepPlugin[];
  readonly childLog: { readonly level: LogLevel; readonly format: LogFormat };
  /** Takes what child processes print. */
  readonly output: (line: string) => void;
}

/** Everything that runs for one configuration: stations, ledger, OPC UA. */
export interface Plant {
  readonly endpoints: readonly string[];
  readonly stations: readonly Station[];
  readonly clients: { readonly sessions: number; readonly subscriptions: number };
  /** What each child process said last of itself, by name; children that are down are left out. */
  children(): Readonly<Record<string, ChildFigures>>;
  /** Decides what is open, writes it, says goodbye to clients, and leaves nothing running. */
  stop(): Promise<void>;
}

export interface ChildFigures {
  readonly pid: number;
  readonly restarts: number;
  /** Resident size, MB. */
  readonly rssMb: number;
  /** p99 of its event-loop delay over the last half second, ms. */
  readonly loopDelayP99Ms: number;
}

/** Entries between two snapshots, at most; also the tail that a start has to read again. */
const snapshotEvery = 5_000;

/** What the OPC UA process is told, once. */
export const opcUaSetup = (
  { config, data, softwareVersion, childLog }: Pick<PlantOptions, "config" | "data" | "softwareVersion" | "childLog">,
  recipes: readonly StationRecipes[] = [],
): OpcUaSetup => ({
  site: config.site.name,
  stations: config.stations.map((station, n) => stationSetup(config, station, recipes[n])),
  consumers: config.opcua.consumers,
  ledgerFolder: dataPaths(data).ledger,
  evidenceFolder: dataPaths(data).evidence,
  pkiFolder: dataPaths(data).pki,
  host: config.opcua.host,
  port: config.opcua.port,
  applicationUri: config.opcua.applicationUri ?? `urn:tallyline:${config.site.name}`,
  softwareVersion,
  anonymous: config.opcua.anonymous,
  shutdownSeconds: config.opcua.shutdownSeconds,
  securityNone: config.opcua.securityNone,
  log: childLog,
});

/**
 * Starts in this order: data folder, ledger, stations, OPC UA; resolves when the endpoint is open and every station
 * inspects. On a failure everything is stopped again and the error tells what to do.
 *
 * @param onFatal the ledger can no longer be written: the caller has to stop the plant and exit
 * @param signal gives up a start that is not complete; later it means nothing
 */
export async function startPlant(
  options: PlantOptions,
  clock: Clock,
  log: Log,
  onFatal: (error: unknown) => void,
  signal: AbortSignal,
): Promise<Plant> {
  const { config, data, childLog, output } = options;
  const paths = dataPaths(data);
  // Checked first: what cannot work should not leave an opened ledger behind.
  const recipes = config.stations.map((s) => stationRecipes(s, data, options.steps));
  await using stack = new AsyncDisposableStack();
  stack.use(lockFolder(data));
  await assertPortUsable(config.opcua.host, config.opcua.port, 3_000, clock);
  mkdirSync(paths.compileCache, { recursive: true });
  const childEnv = { NODE_COMPILE_CACHE: paths.compileCache };

  const shifts = config.site.shifts.length > 0 ? createShiftCalendar(config.site) : undefined;
  const running: Station[] = [];
  const ids = config.stations.map((s) => s.id);
  const ledgerOpen = Promise.withResolvers<void>();
  const opcua = startOpcUa(
    ledgerOpen.promise.then(() => opcUaSetup(options, recipes)),
    config.opcua.memoryMb,
    async (command) => {
      const station = running.find((s) => s.config.id === command.station);
      if (station) return station.command(command);
      const message = `there is no station ${command.station}; stations: ${ids.join(", ")}`;
      return { outcome: "refused", code: "invalidArgument", message, problems: [] };
    },
    childEnv,
    clock,
    log,
    output,
  );
  stack.defer(() => opcua.child.stop({ type: "stop" }, 2_000 + config.opcua.shutdownSeconds * 1_000));

  const ledger = stack.use(await openLedgerWriter(paths.ledger, { clock, log }));
  ledgerOpen.resolve();
  let loaded: Position;
  {
    using reader = openLedgerReader(paths.ledger);
    loaded = await replay(reader, breathe);
  }
  log.info("ledger open", { ledgerId: ledger.head.ledgerId, entries: ledger.head.offset, replayed: loaded.replayed });

  let stations: Stations = loaded.stations;
  let committedTo = loaded.offset;
  let snapshotAt = loaded.offset;
  const saveSnapshot = (): Promise<void> => {
    snapshotAt = committedTo;
    return ledger
      .saveSnapshot(snapshotName, committedTo, toSnapshot(stations))
      .catch((error: unknown) =>
        log.warn("snapshot not saved; the next start takes longer", { reason: String(error) }),
      );
  };
  const onCommitted = (state: StationState, entries: readonly Committed[]): void => {
    const last = entries.at(-1)!.entry;
    stations = { ...stations, [state.station]: state };
    committedTo = Math.max(committedTo, last.offset);
    opcua.child.send({ type: "nudge", offset: last.offset });
    const minuteClosed = entries.some(({ entry }) => entry.kind === "minute");
    if (minuteClosed || committedTo - snapshotAt >= snapshotEvery) setImmediate(saveSnapshot);
  };

  // A snapshot as of the end, so that the next start has nothing to replay.
  stack.defer(saveSnapshot);

  config.stations.forEach((station, n) => {
    const started = startStation(station, loaded.stations[station.id] ?? emptyStation(station.id), {
      consumers: config.opcua.consumers,
      clock,
      log,
      ledger,
      ...(shifts && { shifts }),
      timeZone: config.site.timeZone,
      trigger: options.trigger(station.trigger.type),
      recipes: recipes[n]!,
      evidenceFolder: paths.evidence,
      childLog,
      childEnv,
      output,
      onCommitted,
      onFatal,
    });
    running.push(started);
  });
  // All at once: the time to stop does not grow with the stations.
  stack.defer(async () => {
    await Promise.all(running.map((s) => s.vision.stop()));
  });
  stack.defer(async () => {
    await Promise.all(running.map((s) => s.stop()));
  });

  let heartbeat = 0;
  const ticker = cron.schedule("* * * * * *", () => {
    heartbeat = (heartbeat + 1) >>> 0;
    for (const station of running) {
      station.line.tick();
      opcua.child.send({ type: "vitals", vitals: station.vitals(heartbeat) });
    }
  });
  stack.defer(async () => {
    await ticker.destroy();
  });
  const lookAround = async (): Promise<void> => {
    const known = await measureSurroundings(data);
    for (const station of running) station.surroundings(known);
  };
  const surveyor = cron.schedule("30 * * * * *", lookAround);
  stack.defer(async () => {
    await surveyor.destroy();
  });
  void opcua.listening.then(lookAround, () => undefined); // before, there may be no certificate to look at

  stack.use(scheduleSelfTests(running, config.site.timeZone));

  const given = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => given.reject(signal.reason), { once: true });
  signal.throwIfAborted();
  await Promise.race([given.promise, Promise.all([opcua.listening, ...running.map((s) => s.ready)])]);
  const everything = stack.move();
  return {
    get endpoints() {
      return opcua.endpoints;
    },
    stations: running,
    get clients() {
      return opcua.clients;
    },
    children() {
      const all: (readonly [string, Supervised<never>])[] = [
        ["opcua", opcua.child],
        ...running.flatMap((s) => s.vision.processes),
      ];
      return Object.fromEntries(
        all.flatMap(([name, { pid, vitals, restarts }]) =>
          pid && vitals ? [[name, { pid, restarts, ...vitals }]] : [],
        ),
      );
    },
    stop: () => everything.disposeAsync(),
  };
}
