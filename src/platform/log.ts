import { stderr } from "node:process";
import type { Writable } from "node:stream";
import winston from "winston";

/** Constant message, data in fields; one line per change. Every `warn` names the remedy. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFormat = "text" | "json";

/** One line a person reads: time, level, message, then the fields as `name=value`. */
const line = winston.format.printf(({ timestamp, level, message, ...fields }) => {
  const data = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("");
  return `${String(timestamp).slice(11, 19)} ${level.padEnd(5)} ${String(message)}${data}`;
});

/** Logs to `stream`, by default stderr, so that stdout stays for what a command prints. `process` names the writer in every line. */
export function createLog(
  process: string,
  options: { readonly level: LogLevel; readonly format: LogFormat },
  stream: Writable = stderr,
): Log {
  return winston.createLogger({
    level: options.level,
    defaultMeta: { process },
    format: winston.format.combine(
      winston.format.timestamp(),
      options.format === "json" ? winston.format.json() : line,
    ),
    transports: [new winston.transports.Stream({ stream })],
  });
}

/** For tests and for parts that have nothing to say. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The same log, with these fields in every line: whose matter it is. */
export function logFor(log: Log, whose: Readonly<Record<string, unknown>>): Log {
  const say =
    (level: keyof Log) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void =>
      log[level](message, { ...whose, ...fields });
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}
