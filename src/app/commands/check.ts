import { Command } from "commander";
import { configJsonSchema, loadConfig } from "../../config/load.ts";
import { configNotes } from "../../config/notes.ts";
import { recipeName } from "../../domain/recipe.ts";
import { systemClock } from "../../platform/clock.ts";
import { demoYaml } from "../demo.ts";
import { dataFolder } from "../paths.ts";
import { discoverPlugins } from "../plugins.ts";
import { stationRecipes } from "../recipes.ts";

export const checkCommand = (_version: string): Command =>
  new Command("check")
    .description("check a configuration and everything that it names, without starting")
    .option("--config <file>", "the site's configuration (YAML)")
    .option("--schema", "print the JSON Schema of the configuration, for editors")
    .option("--example", "print a commented configuration to start from")
    .action(async (flags: { config?: string; schema?: boolean; example?: boolean }, command: Command) => {
      const plugins = await discoverPlugins();
      if (flags.schema) console.log(JSON.stringify(configJsonSchema(plugins), null, 2));
      else if (flags.example) process.stdout.write(demoYaml);
      else if (flags.config) {
        const config = loadConfig(flags.config, plugins, process.env);
        const { openPipeline } = await import("../../vision/pipeline.ts");
        const data = dataFolder(process.env);
        for (const station of config.stations) {
          const recipes = stationRecipes(station, data, plugins.steps);
          for (const recipe of new Set([recipes.own, ...recipes.all]))
            for (const { id } of station.cameras) {
              await using pipeline = await openPipeline(recipes.setup(recipe), id, plugins.step);
              const models = pipeline.models.map((m) => m.id).join(", ");
              console.log(`${station.id}: ${recipeName(recipe) || "its own model"} fits camera ${id} (${models})`);
            }
          for (const { id, type, ...options } of station.cameras) {
            const definition = plugins.camera(type);
            const silent = { frame: () => undefined, unreadable: () => undefined, state: () => undefined };
            await using _camera = await definition.open(definition.options.parse(options), silent, systemClock, id);
            console.log(`${station.id}: camera ${id} opens`);
          }
        }
        for (const note of configNotes(config)) console.log(`note: ${note}`);
        console.log(`${flags.config}: fine`);
      } else command.error("error: give --config FILE, --schema or --example");
    });
