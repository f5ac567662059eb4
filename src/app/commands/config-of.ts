import { loadConfig, parseConfig } from "../../config/load.ts";
import type { Config } from "../../config/schema.ts";
import { demoConfig } from "../demo.ts";
import { discoverPlugins } from "../plugins.ts";

/** The configuration in that file, or the demo's. @throws AppError naming everything that is wrong with it. */
export async function configOf(file: string | undefined): Promise<Config> {
  const plugins = await discoverPlugins();
  return file ? loadConfig(file, plugins, process.env) : parseConfig("the demo's configuration", demoConfig(), plugins);
}
