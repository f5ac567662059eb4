import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { errorText } from "../platform/errors.ts";
import { ConfigError } from "./config-error.ts";

/** @throws {ConfigError} with what to do when it cannot be read. */
export function readText(file: string, remedy: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(file, [`cannot be read: ${errorText(cause)}; ${remedy}`], cause);
  }
}

/** @throws {ConfigError} naming line and column of what is not YAML. */
export function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text, { lineCounter: new LineCounter() });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map((e) => e.message.split("\n")[0] ?? e.message),
    );
  return document.toJS();
}
