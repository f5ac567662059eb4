import { ConfigError } from "./config-error.ts";

/** A whole value that stands in the environment: `${NAME}`. */
const reference = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/**
 * Puts the environment's values where a text of the file is `${NAME}` and nothing else: passwords need not stand in it.
 *
 * @throws {ConfigError} naming each variable that is not set, with its path
 */
export function withEnvironment(
  file: string,
  raw: unknown,
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  const missing: string[] = [];
  const fill = (value: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item, n) => fill(item, [...path, String(n)]));
    if (value !== null && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key])]));
    const name = typeof value === "string" ? reference.exec(value)?.[1] : undefined;
    if (name === undefined) return value;
    const found = env[name];
    if (found === undefined || found === "")
      missing.push(`${path.join(".")}: the environment variable ${name} is not set`);
    return found;
  };
  const filled = fill(raw, []);
  if (missing.length > 0) throw new ConfigError(file, missing);
  return filled;
}
