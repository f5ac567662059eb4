// Renders good units and the empty belt of the synthetic line and teaches the packages that the demo ships with: the whole
// picture (`snack-bag`), and the located unit alone (`snack-bag-unit`), which sees smaller things.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { zoneView } from "../src/app/zone-view.ts";
import { syntheticOptions } from "../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../src/cameras/synthetic/renderer.ts";
import { encodePng } from "../src/vision/model/read-picture.ts";
import { teachModel } from "../src/vision/teach/teach.ts";

const options = new Command("teach-snack-bag")
  .description("Teach models/snack-bag@<next>, or -unit with --recipe, on good renders of the synthetic line.")
  .option("--recipe <file>", "teach snack-bag-unit: its zone `unit`, located as this recipe does")
  .option("--out <dir>", "folder of model packages", "models")
  .option("--seed <n>", "seed of the line that is taught; benches use others", "2025")
  .option("--good <n>", "good units", "400")
  .option("--empty <n>", "pictures of the empty belt", "12")
  .parse()
  .opts<{ out: string; seed: string; good: string; empty: string; recipe?: string }>();

/** From one taught unit to the next: a day's print within 400 units. What was never seen printed is strange to a model. */
const stride = 401;

const folder = await mkdtemp(path.join(tmpdir(), "tallyline-teach-"));
try {
  const renderer = await createSyntheticRenderer(
    syntheticOptions.parse({ seed: Number(options.seed), goodOnly: true }),
  );
  const write = async (kind: string, count: number, render: typeof renderer.renderEmpty): Promise<string> => {
    const target = path.join(folder, kind);
    await mkdir(target);
    for (let n = 1; n <= count; n++)
      await writeFile(
        path.join(target, `${String(n).padStart(4, "0")}.png`),
        await encodePng(render(1 + (n - 1) * stride)),
      );
    return target;
  };
  const images = await write("good", Number(options.good), (unit) => renderer.render(unit)!);
  const empty = await write("empty", Number(options.empty), renderer.renderEmpty);
  const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  await using view = options.recipe === undefined ? undefined : await zoneView(options.recipe, undefined, "unit");
  const { folder: written, card } = await teachModel({
    images,
    empty,
    ...(view && { see: view.see }),
    name: view ? "snack-bag-unit" : "snack-bag",
    out: options.out,
    program: `tallyline ${version}`,
    now: Date.now(),
    onProgress: ({ phase, done, total }) => process.stderr.write(`\r${phase} ${done}/${total}        `),
  });
  process.stderr.write("\n");
  console.log(JSON.stringify({ written, threshold: card.threshold, presence: card.presence, training: card.training }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
