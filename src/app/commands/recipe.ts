import { Command } from "commander";
import { recipeJsonSchema } from "../../config/load-recipe.ts";
import { recipeName } from "../../domain/recipe.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { AppError } from "../../platform/errors.ts";
import type { InspectedFile } from "../../vision/model-tools/inspect-folder.ts";
import { quantile } from "../../vision/model-tools/quantile.ts";
import { checkRecipe, type RecipeAtStation, recipeFileOf } from "../check-recipe.ts";
import { dataFolder } from "../paths.ts";
import { discoverPlugins } from "../plugins.ts";
import { configOf } from "./config-of.ts";

/** A recipe cannot run; the message lists why. */
class RecipeCheckError extends AppError {
  readonly code = "RECIPE_UNFIT";
}

interface CheckFlags {
  readonly config?: string;
  readonly schema?: boolean;
  readonly images?: string;
  readonly camera?: string;
  readonly overlay?: string;
}

export const recipeCommand = (_version: string): Command =>
  new Command("recipe").description("look after recipes").addCommand(
    new Command("check")
      .description("check a recipe and everything that it names, and try it on pictures")
      .argument("[recipe]", "its file, or its name: SNACK-BAG (the newest version) or SNACK-BAG@1")
      .option("--config <file>", "the site's configuration (default: the demo's)")
      .option("--images <dir>", "inspect the pictures of this folder and print what comes of each")
      .option("--camera <id>", "whose pictures they are; the only one when left out")
      .option("--overlay <dir>", "also write each of them with what was found drawn into it (PNG)")
      .option("--schema", "print the JSON Schema of recipes, for editors")
      .action(async (given: string | undefined, flags: CheckFlags, command: Command) => {
        const plugins = await discoverPlugins();
        if (flags.schema) {
          console.log(JSON.stringify(recipeJsonSchema(plugins.steps), null, 2));
          return;
        }
        if (given === undefined) command.error("error: name a recipe, or give --schema");
        const data = dataFolder(process.env);
        const config = await configOf(flags.config);
        const file = recipeFileOf(given!, data, plugins.steps);
        const results = await checkRecipe(file, config, data, plugins);
        const problems = results.flatMap((r) => r.problems.map((p) => `${r.station}: ${p}`));
        if (problems.length > 0)
          throw new RecipeCheckError(
            `${file.file}: ${problems.length} problem(s)\n${problems.map((p) => `  - ${p}`).join("\n")}`,
          );
        for (const { station, cameras, models } of results)
          for (const id of cameras)
            console.log(`${station}: camera ${id}: every step opens (${models[id]!.join(", ") || "no models"})`);
        for (const { station, notes } of results) for (const note of notes) console.log(`note: ${station}: ${note}`);
        console.log(`${recipeName(file.recipe)} (sha256 ${file.recipe.hash}): fine`);
        if (flags.config === undefined)
          console.log(
            `note: checked against the demo's station (${results.map((r) => r.station).join(", ")}); --config site.yaml checks it against yours`,
          );
        if (flags.images !== undefined) await tryOn(results[0]!, flags.images, flags, plugins.step);
      }),
  );

/** Inspects a folder and prints a line per picture as it comes, then a summary. */
async function tryOn(
  { setup, cameras, station, models }: RecipeAtStation,
  folder: string,
  { camera, overlay }: Pick<CheckFlags, "camera" | "overlay">,
  steps: Awaited<ReturnType<typeof discoverPlugins>>["step"],
): Promise<void> {
  const id = camera ?? (cameras.length === 1 ? cameras[0] : undefined);
  if (id === undefined || !cameras.includes(id))
    throw new RecipeCheckError(`name the camera whose pictures they are with --camera: ${cameras.join(", ")}`);
  const { inspectFolder } = await import("../../vision/model-tools/inspect-folder.ts");
  const { writeOverlay } = await import("../../vision/model-tools/write-overlay.ts");
  const times: number[] = [];
  const counts = new Map<string, number>();
  console.log(row(["verdict", "what", "confidence", "ms", "file", "measures and texts"]));
  for await (const inspected of inspectFolder(setup, id, steps, folder)) {
    const word = wordOf(inspected);
    counts.set(word, (counts.get(word) ?? 0) + 1);
    times.push(inspected.ms);
    const at = { station, cameraId: id, models: models[id] ?? [] };
    if (overlay !== undefined) await writeOverlay(inspected, at, setup.recipe, overlay);
    console.log(
      row([
        word,
        whatOf(inspected.verdict),
        confidenceOf(inspected.verdict),
        inspected.ms.toFixed(1),
        inspected.file,
        factsOf(inspected),
      ]),
    );
  }
  console.log([...counts].map(([word, count]) => `${count} ${word}`).join(", "));
  console.log(
    `${times.length} pictures, ms per picture p50 ${quantile(times, 0.5).toFixed(1)}, p99 ${quantile(times, 0.99).toFixed(1)}`,
  );
}

const widths = [12, 24, 10, 8, 32];
const row = (cells: readonly string[]): string =>
  cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join("  ")
    .trimEnd();

const wordOf = ({ verdict, inspection }: InspectedFile): string =>
  inspection?.unitKind === "absent" ? "absent" : verdict.kind;

function whatOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case "fail":
      return [...new Set(verdict.defects.map((d) => d.class))].join(" ");
    case "pass":
      return verdict.review ? `review ${[...new Set(verdict.review.map((d) => d.class))].join(" ")}` : "";
    case "invalid":
    case "notInspected":
      return verdict.reason;
  }
}

const confidenceOf = (verdict: Verdict): string => ("confidence" in verdict ? verdict.confidence.toFixed(3) : "");

const factsOf = ({ verdict, inspection }: InspectedFile): string =>
  [
    ...("detail" in verdict && verdict.detail ? [verdict.detail] : []),
    ...(inspection?.score === undefined ? [] : [`score ${inspection.score.toFixed(3)}`]),
    ...Object.entries(inspection?.measures ?? {}).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`),
    ...Object.entries(inspection?.texts ?? {}).map(([name, text]) => `${name} ${JSON.stringify(text)}`),
  ].join(", ");
