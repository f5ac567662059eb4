import { Command } from "commander";
import { dataFolder, dataPaths } from "../paths.ts";
import { createProgress } from "../progress.ts";
import { zoneView } from "../zone-view.ts";

interface TeachFlags {
  readonly images: string;
  readonly name: string;
  readonly empty?: string;
  readonly out?: string;
  readonly anySize?: boolean;
  readonly mirrored?: boolean;
  readonly native?: boolean;
  readonly recipe?: string;
  readonly camera?: string;
  readonly zone?: string;
}

export const teachCommand = (version: string): Command =>
  new Command("teach")
    .description("learn a model from images of good units, and write a model package")
    .requiredOption("--images <dir>", "folder of images of good units, or one laid out as train/good/…")
    .requiredOption("--name <name>", "name of the package: a-z, 0-9 and '-'")
    .option("--empty <dir>", "images of the empty belt; with them the model can tell that nothing is there")
    .option("--out <dir>", "where packages go (default: models/ in the data folder)")
    .option("--any-size", "squash images of different sizes to one: for loose photographs, not for a fixed camera")
    .option("--mirrored", "learn the mirror images too: for units without a left and a right")
    .option(
      "--native",
      "keep the resolution of the images (up to 512 px) instead of 256 px: slower, finds smaller things",
    )
    .option("--recipe <file>", "recipe (YAML) whose steps locate the unit before the zone is cut")
    .option("--camera <id>", "its camera; the only one when left out")
    .option("--zone <name>", "teach this zone of the located unit instead of the whole image")
    .action(async ({ images, name, empty, out, anySize, mirrored, native, recipe, camera, zone }: TeachFlags) => {
      await using view = await zoneView(recipe, camera, zone);
      const { teachModel } = await import("../../vision/teach/teach.ts");
      using progress = createProgress("teaching");
      const { folder, card, outliers } = await teachModel({
        images,
        name,
        out: out ?? dataPaths(dataFolder(process.env)).models,
        ...(empty !== undefined && { empty }),
        ...(anySize && { anySize }),
        ...(mirrored && { mirrored }),
        ...(native && { native }),
        ...(view && { see: view.see }),
        program: version,
        now: Date.now(),
        onProgress: ({ done, total }) => progress.update(done, total),
      });
      progress[Symbol.dispose]();
      for (const file of outliers) console.log(`stands out among the good ones, have a look at it: ${file}`);
      console.log(`${card.name}@${card.version} written to ${folder}`);
      const id = `${card.name}@${card.version}`;
      console.log(
        zone === undefined
          ? `use it in a recipe: "- { step: anomaly, model: ${id} }" (or "model: ${id}" in the station's configuration, to inspect without a recipe)`
          : `use it in the recipe: "- { step: anomaly, model: ${id}, zone: ${zone} }"`,
      );
      console.log(`then: tallyline model verify ${folder}; tallyline recipe check RECIPE --images DIR`);
    });
