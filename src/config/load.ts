import { z } from "zod";
import { ConfigError } from "./config-error.ts";
import { withEnvironment } from "./environment.ts";
import { parseYaml, readText } from "./read-yaml.ts";
import { type Config, configSchema, type Plugins } from "./schema.ts";
import { sentences } from "./sentences.ts";

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

/**
 * @param env where values written as `${NAME}` come from
 * @throws {ConfigError} also for a file that cannot be read or is not YAML; the message names line and column.
 */
export const loadConfig = (
  file: string,
  plugins: Plugins,
  env: Readonly<Record<string, string | undefined>> = {},
): Config =>
  parseConfig(
    file,
    withEnvironment(file, parseYaml(file, readText(file, "check the path after --config")), env),
    plugins,
  );

/** For editors: `# yaml-language-server: $schema=…`. */
export const configJsonSchema = (plugins: Plugins): unknown =>
  z.toJSONSchema(configSchema(plugins), { io: "input", unrepresentable: "any" });
