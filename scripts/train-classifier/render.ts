// Renders labelled pictures of the synthetic line at half size, for train.py: pictures.bin holds them one after the other
// (uint8, 256 × 320 × 3), labels.json what is on each.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { finished } from "node:stream/promises";
import { Command } from "commander";
import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer, type Picture } from "../../src/cameras/synthetic/renderer.ts";
import { unitTruth } from "../../src/cameras/synthetic/unit-truth.ts";
import { type Label, labelOf } from "./labels.ts";

const flags = new Command("render")
  .description("Render labelled pictures of the synthetic line for train.py.")
  .requiredOption("--out <dir>", "folder to write to")
  .option("--seed <n>", "seed of the line; training, validation and benches use different ones", "301")
  .option("--units <n>", "units", "9000")
  .option("--defect-rate <share>", "share of units with a defect", "0.6")
  .option("--only <class>", "makes every defect one of this class: more of what is hard to learn")
  .parse()
  .opts<{ out: string; seed: string; units: string; defectRate: string; only?: string }>();

/** Mean of each 2 × 2 px, as the model's own first operator makes it. */
function halved({ data, width, height }: Picture): Uint8Array {
  const half = new Uint8Array((width / 2) * (height / 2) * 3);
  const row = width * 3;
  let to = 0;
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2)
      for (let c = 0; c < 3; c++) {
        const at = y * row + x * 3 + c;
        half[to++] = (data[at]! + data[at + 3]! + data[at + row]! + data[at + row + 3]!) >> 2;
      }
  return half;
}

const count = Number(flags.units);
const codes = ["TEST-METAL-1", "TEST-SEAL-2", "TEST-LABEL-3"];
const options = syntheticOptions.parse({
  seed: Number(flags.seed),
  defectRate: Number(flags.defectRate),
  absentRate: 0.03,
  only: flags.only,
  // A test piece's own code is smaller than a product's, and no spoiled one.
  testPieces: Array.from({ length: Math.floor(count / 60) }, (_, i) => ({
    unit: 60 * (i + 1),
    code: codes[i % codes.length]!,
    defect: (["CONTAMINATION", "SEAL_TORN", "LABEL_MISSING", "LABEL_OFFSET"] as const)[i % 4]!,
  })),
});
await mkdir(flags.out, { recursive: true });
const renderer = await createSyntheticRenderer(options);
const pictures = createWriteStream(path.join(flags.out, "pictures.bin"));
const labels: Label[] = [];
for (let unit = 1; unit <= count; unit++) {
  if (!pictures.write(halved(renderer.render(unit)!))) await once(pictures, "drain");
  labels.push(labelOf(unitTruth(options, unit)));
}
pictures.end();
await finished(pictures);
await writeFile(path.join(flags.out, "labels.json"), JSON.stringify(labels));
console.log(`${count} pictures in ${flags.out}`);
