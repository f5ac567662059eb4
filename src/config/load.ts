import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { AppError, errorText } from "../platform/errors.ts";
import { type Config, configSchema, type Plugins } from "./schema.ts";

/** The configuration file does not describe a runnable site. Lists every problem found, not only the first. */
export class ConfigError extends AppError {
  readonly code = "CONFIG_INVALID";
  readonly problems: readonly string[];
  constructor(file: string, problems: readonly string[], cause?: unknown) {
    super(`${file}: ${problems.length} problem(s)\n${problems.map((p) => `  - ${p}`).join("\n")}`, { cause });
    this.problems = problems;
  }
}

/** @throws {ConfigError} listing every problem with its path, so that one round of editing mends the file. */
export function parseConfig(file: string, raw: unknown, plugins: Plugins): Config {
  const result = configSchema(plugins).safeParse(raw);
  if (result.success) return result.data;
  if (raw === null || raw === undefined)
    throw new ConfigError(file, ["the file is empty; `tallyline check --example` prints one to start from"]);
  throw new ConfigError(
    file,
    result.error.issues.flatMap((issue) => sentences(issue, [], raw)),
  );
}

/** @throws {ConfigError} also for a file that cannot be read or is not YAML; the message names line and column. */
export function loadConfig(file: string, plugins: Plugins): Config {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(file, [`cannot be read: ${errorText(cause)}; check the path after --config`], cause);
  }
  const document = parseDocument(text, { lineCounter: new LineCounter() });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map((e) => e.message.split("\n")[0] ?? e.message),
    );
  return parseConfig(file, document.toJS(), plugins);
}

/** For editors: `# yaml-language-server: $schema=…`. */
export const configJsonSchema = (plugins: Plugins): unknown =>
  z.toJSONSchema(configSchema(plugins), { io: "input", unrepresentable: "any" });

/** One sentence per problem, each with its path; an unknown key is a problem of its own. */
function sentences(issue: z.core.$ZodIssue, base: readonly PropertyKey[], raw: unknown): string[] {
  const path = [...base, ...issue.path];
  const where = path.map(String).join(".") || "(top level)";
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => `${[...path, key].map(String).join(".")}: unknown option; check the spelling`);
    case "invalid_union":
      return issue.errors.length > 0
        ? issue.errors.flatMap((alternative) => alternative.flatMap((inner) => sentences(inner, path, raw)))
        : [`${where}: unknown; \`tallyline check --schema\` lists what there is`];
    case "invalid_type":
    case "invalid_value":
      return [`${where}: ${valueAt(raw, path) === undefined ? "is missing" : issue.message}`];
    default:
      return [`${where}: ${issue.message}`];
  }
}

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], raw);
