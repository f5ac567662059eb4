import { openDetector } from "../../../src/vision/model/detector.ts";
import type { Picture } from "../../../src/vision/picture.ts";
import { aPicture } from "../../support/pictures.ts";
import { detectorCard, detectorGraph } from "../../support/small-networks.ts";

/** A scratched unit, larger or beside an empty place. */
function scratched(width: number, height: number, scale: number): Picture {
  const [unit, belt] = [aPicture(4, "scratched"), aPicture(5, "empty")];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [Math.floor(x / scale), Math.floor(y / scale)];
      const from = u < 96 && v < 96 ? unit : belt;
      const at = ((v % 96) * 96 + (u % 96)) * 3;
      data.set(from.data.subarray(at, at + 3), (y * width + x) * 3);
    }
  return { data, width, height, channels: 3 };
}

// Evidence is drawn, and zones are looked up, in px of the picture: a box in px of the network's input would be elsewhere.
test.each([
  { how: "stretch", width: 192, height: 192, scale: 2 },
  { how: "stretch", width: 288, height: 192, scale: 2 },
  { how: "letterbox", width: 192, height: 96, scale: 1 },
  { how: "letterbox", width: 96, height: 128, scale: 1 },
] as const)("boxes come back in px of a $width × $height picture, $how", async ({ how, width, height, scale }) => {
  const card = { ...detectorCard, input: { ...detectorCard.input, resize: how } };
  const ref = { id: "boxes@1", hash: "" };
  await using detector = await openDetector({ folder: "boxes@1", card, graph: detectorGraph(), ref });
  const { found } = await detector.detect(scratched(width, height, scale));
  expect(found.map((d) => d.class)).toEqual(["SCRATCH"]);
  const [x, y, w, h] = found[0]!.box;
  // Within a cell of the middle of the stripe, x 24..48, y 40..52 of the unit.
  const cell = 8 * Math.max(width / 96, height / 96);
  expect(Math.abs(x + w / 2 - 36 * scale)).toBeLessThanOrEqual(1.5 * cell);
  expect(Math.abs(y + h / 2 - 46 * scale)).toBeLessThanOrEqual(1.5 * cell);
  expect(x >= 0 && y >= 0 && x + w <= width && y + h <= height).toBe(true);
});
