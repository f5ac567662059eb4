import { referenceSection } from "../config/reference.ts";
import { discoverPlugins } from "./plugins.ts";

/** docs/reference.md: every camera, trigger and step with its options, from the schemas that check them. */
export async function referencePage(): Promise<string> {
  const { cameras, triggers, steps } = await discoverPlugins();
  return `${[
    "# Cameras, triggers and steps",
    "",
    "Written by `npm run docs` from the schemas that check configuration and recipes.",
    "",
    referenceSection(
      "Cameras",
      "`stations[].cameras[]` of the configuration, chosen by `type`; each also takes `id` and `nameplate`.",
      cameras,
    ),
    referenceSection("Triggers", "`stations[].trigger` of the configuration, chosen by `type`.", triggers),
    referenceSection(
      "Steps",
      "`cameras.<id>.steps[]` of a recipe, chosen by `step`; they run in the order of the recipe. Zones are named regions of its reference picture.",
      steps,
    ),
  ].join("\n")}`;
}
