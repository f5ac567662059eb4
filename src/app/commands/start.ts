import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
import { loadConfig, parseConfig } from "../../config/load.ts";
import { configNotes } from "../../config/notes.ts";
import type { Config } from "../../config/schema.ts";
import { systemClock } from "../../platform/clock.ts";
import { AppError, errorText } from "../../platform/errors.ts";
import { createLog, type LogFormat } from "../../platform/log.ts";
import { createTerminal } from "../../platform/terminal.ts";
import { percentile } from "../../projections/timing.ts";
import { demoConfig } from "../demo.ts";
import { dataFolder } from "../paths.ts";
import { type Plant, startPlant } from "../plant.ts";
import { discoverPlugins } from "../plugins.ts";

interface StartFlags {
  readonly config?: string;
  readonly demo?: boolean;
  readonly listen?: string;
  readonly port?: number;
}

export const startCommand = (version: string): Command =>
  new Command("start")
    .description("inspect, record and serve, until Ctrl-C or SIGTERM")
    .option("--config <file>", "the site's configuration (YAML)")
    .option("--demo", "one simulated line with embedded settings, on loopback")
    .option("--listen <address>", "with --demo: listen on this address, read-only for clients")
    .option("--port <number>", "another port than the configured one; 0 picks a free one", parsePort)
    .action(async (flags: StartFlags, command: Command) => {
      if (!flags.config === !flags.demo) command.error("error: give either --config FILE or --demo");
      if (flags.listen && !flags.demo)
        command.error("error: --listen goes with --demo; set opcua.host in the configuration");
      await start(flags, version);
    });

/** Somebody wanted it to end before it had begun: no failure. */
class StoppedError extends AppError {
  readonly code = "STOPPED";
  constructor(why: string) {
    super(`stopped by ${why} before the start was complete`);
  }
}

/** @throws InvalidArgumentError with a sentence, which commander prints beside the option. */
function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("use a whole number from 0 to 65535; 0 picks a free port.");
  return port;
}

async function start(flags: StartFlags, version: string): Promise<void> {
  const plugins = await discoverPlugins();
  const config = withFlags(
    flags.config
      ? loadConfig(flags.config, plugins, process.env)
      : parseConfig("the demo's configuration", demoConfig(), plugins),
    flags,
  );
  const data = dataFolder(process.env);
  process.title = "tallyline core";
  const terminal = createTerminal(process.stderr);
  const { level } = config.log;
  const format: LogFormat = config.log.format === "auto" ? (terminal.interactive ? "text" : "json") : config.log.format;
  const log = createLog("core", { level, format }, terminal.stream);
  process.on("uncaughtException", (error) => {
    log.error("fault in the program; it ends and what is recorded is safe", {
      reason: error.stack ?? errorText(error),
    });
    process.exit(70);
  });

  for (const note of configNotes(config)) log.warn("the configuration asks for what cannot be yet", { note });
  const ending = new AbortController();
  const end = (why: string): void => {
    if (ending.signal.aborted) return;
    log.info("stopping", { why });
    // Whatever hangs, also in a start that is not finished: the service manager waits no longer than this.
    setTimeout(() => {
      log.error("could not stop within 10 s; what is recorded is safe");
      process.exit(1);
    }, 9_500).unref();
    ending.abort(new StoppedError(why));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => end(signal));

  const plant = await startPlant(
    {
      config,
      data,
      softwareVersion: version,
      trigger: plugins.trigger,
      steps: plugins.steps,
      childLog: { level, format },
      output: terminal.line,
    },
    systemClock,
    log,
    (error) => {
      log.error("the ledger cannot be written any more; run `tallyline ledger verify` and read docs/operation.md", {
        reason: errorText(error),
      });
      process.exitCode = 1;
      end("ledger");
    },
    ending.signal,
  ).catch((error: unknown) => {
    if (error instanceof StoppedError) return undefined;
    throw error;
  });
  if (!plant) return;
  greet(plant, config, data, flags);
  const status = setInterval(() => terminal.status(statusLine(plant)), 1_000);
  if (!ending.signal.aborted) await once(ending.signal, "abort");
  clearInterval(status);
  terminal.status("");
  try {
    await plant.stop();
    log.info("stopped", { data });
  } catch (error) {
    process.exitCode = 1;
    log.error("stopped, but not everything could be written; run `tallyline ledger verify`", {
      reason: errorText(error),
    });
  }
}

function withFlags(config: Config, { listen, port, demo }: StartFlags): Config {
  const anonymous = demo && listen ? "read" : config.opcua.anonymous;
  return {
    ...config,
    opcua: {
      ...config.opcua,
      anonymous,
      ...(listen !== undefined && { host: listen }),
      ...(port !== undefined && { port }),
    },
  };
}

/** What a person who just started it wants to know next. To stdout: it is the command's answer, not its log. */
function greet(plant: Plant, config: Config, data: string, { demo, listen }: StartFlags): void {
  const [endpoint] = plant.endpoints;
  const station = config.stations[0]!.id;
  const lines = [
    "",
    `  Tallyline is inspecting ${config.stations.map((s) => s.id).join(", ")}.`,
    "",
    `  OPC UA    ${endpoint}`,
    `  Data      ${data}`,
    "",
  ];
  if (demo) {
    lines.push(
      "  Try in UaExpert (or any OPC UA client):",
      `    1. Add the server ${endpoint}, security None, anonymous, and connect.`,
      `    2. Browse Objects > Machines > ${station}. Drag Statistics/Total and LastUnit into the Data Access View.`,
      `    3. Add an Event View and drop ${station} on it: one UnitInspected event per unit.`,
      ...(listen
        ? []
        : [`    4. Call ${station}/Context/SetContext with a Lot, and watch LotStarted and Statistics/Lot.`]),
      "",
    );
    if (listen)
      lines.push(
        `  Listening on ${listen} without encryption, read-only for clients: for a look, not for production.`,
        "",
      );
  }
  lines.push("  Ctrl-C stops it; nothing that was inspected is lost.", "");
  console.log(lines.join("\n"));
}

function statusLine(plant: Plant): string {
  const parts = plant.stations.map(({ config, line }) => {
    const { state, total, status, context, latencyMs } = { ...line.state, state: line.state.status.state };
    const p99 = percentile(latencyMs, 99);
    return [
      `${config.id} ${state}${status.reason && ` (${status.reason})`}`,
      `${total.units} units`,
      `${total.pass} pass`,
      `${total.fail} fail`,
      `${total.invalid + total.notInspected} undecided`,
      context.lot && `lot ${context.lot}`,
      p99 !== undefined && `p99 ${p99.toFixed(0)} ms`,
    ]
      .filter(Boolean)
      .join(" · ");
  });
  return `${parts.join(" | ")} · ${plant.clients.sessions} clients`;
}
