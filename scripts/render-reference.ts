// Writes the reference picture of the synthetic line: good bags, upright in the middle, their labels exactly in place.
// The mean of several: what differs from bag to bag (folds, noise, date, code, the belt) fades, what is the product's stays.
import { parseArgs } from "node:util";
import sharp from "sharp";
import { frameSize } from "../src/cameras/synthetic/geometry.ts";
import { syntheticOptions } from "../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../src/cameras/synthetic/renderer.ts";

const bags = 64;
const { values } = parseArgs({
  options: { out: { type: "string", default: "models/recipes/snack-bag-reference.png" } },
});
const { renderPosed } = await createSyntheticRenderer(syntheticOptions.parse({ goodOnly: true }));
const sums = new Uint32Array(frameSize.width * frameSize.height * 3);
for (let unit = 1; unit <= bags; unit++) {
  const { data } = renderPosed(unit, {
    placement: { dx16: 0, dy16: 0, turn_mrad: 0 },
    label: { dx_mm: 0, dy_mm: 0, offset_mm: 0 },
  });
  for (let i = 0; i < data.length; i++) sums[i]! += data[i]!;
}
const mean = Uint8Array.from(sums, (sum) => Math.round(sum / bags));
await sharp(mean, { raw: { ...frameSize, channels: 3 } })
  // 256 colours without dithering: a third of the size, and nothing that an edge or a template would notice.
  .png({ compressionLevel: 9, effort: 10, palette: true, colours: 256, dither: 0 })
  .toFile(values.out);
console.log(`${values.out} written`);
