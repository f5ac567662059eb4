import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { errorText } from "../platform/errors.ts";
import { ConfigError } from "./config-error.ts";

/** @throws {ConfigError} with what to do when it cannot be read. */
export const readText = (file: string, remedy: string): string => readBytes(file, remedy).toString("utf8");

/** @throws {ConfigError} with what to do when it cannot be read. */
export function readBytes(file: string, remedy: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigError(file, [`cannot be read: ${errorText(cause)}; ${remedy}`], cause);
  }
}

/** The text of exactly these bytes, a byte order mark included. @throws {ConfigError} when they are not UTF-8. */
export function textOf(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError(file, ["is not UTF-8 text: save it as UTF-8"], cause);
  }
}

/** @throws {ConfigError} naming line and column of what is not YAML. */
export function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text, { lineCounter: new LineCounter() });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map((e) => withLine(e.message)),
    );
  return document.toJS();
}

/** The parser's sentence ends in "line 3, column 1:" and shows the text up to there on lines of its own; its last one is kept. */
function withLine(message: string): string {
  const [sentence = message, ...shown] = message.split("\n").map((line) => line.trim());
  const line = shown.findLast((text) => text !== "" && !/^\^+$/.test(text));
  return line === undefined ? sentence.replace(/:$/, "") : `${sentence} ${line}`;
}
