import path from "node:path";
import { noExpectation } from "../../src/domain/expectation.ts";
import type { CameraRecipe, Zone } from "../../src/domain/recipe.ts";
import { cutZone } from "../../src/vision/cut-zone.ts";
import { inPlace, placed } from "../../src/vision/placement.ts";
import type { OpenStep } from "../../src/vision/step.ts";
import { siteOf } from "../../src/vision/step-site.ts";
import anomaly from "../../src/vision/steps/anomaly.ts";
import { teachModel } from "../../src/vision/teach/teach.ts";
import { aPicture, pictureSize, writePictures } from "../support/pictures.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/taught-model.ts";
import { aTime } from "../support/units.ts";

const part: Zone = [16, 16, 64, 64];
const context = { signal: new AbortController().signal, now: () => 0 };
let temporary: TemporaryFolder;
let step: OpenStep;
const camera = (zones: CameraRecipe["zones"]): CameraRecipe => ({ picture: pictureSize, zones, steps: [] });
const options = (zone: string) => anomaly.options.parse({ model: "part@1", zone, zones: { middle: "SCRATCH" } });
const siteFor = (zones: CameraRecipe["zones"]) =>
  siteOf(camera(zones), "CAM-01", temporary.folder, { "part@1": path.join(temporary.folder, "models", "part@1") });

beforeAll(async () => {
  temporary = await temporaryFolder();
  await writePictures(path.join(temporary.folder, "good"), 25);
  await teachModel({
    images: path.join(temporary.folder, "good"),
    see: async (whole) => cutZone(whole, inPlace, part),
    native: true,
    name: "part",
    out: path.join(temporary.folder, "models"),
    program: "test",
    now: aTime,
  });
  step = await anomaly.open(options("part"), siteFor({ part, middle: [30, 36, 20, 20] }));
}, 30_000);
afterAll(async () => {
  await step[Symbol.asyncDispose]();
  await temporary[Symbol.asyncDispose]();
});

test("a model of a zone sees that zone only: what is wrong in it is boxed in px of the picture and named by its place", async () => {
  const place = inPlace;
  const good = await step.run({ picture: aPicture(70), place, expected: noExpectation }, context);
  const bad = await step.run({ picture: aPicture(71, "scratched"), place, expected: noExpectation }, context);
  expect(good.defects?.[0]?.confidence ?? 0).toBeLessThan(0.5);
  expect(bad.defects).toMatchObject([{ class: "SCRATCH", zone: "middle" }]);
  expect(bad.defects![0]!.confidence).toBeGreaterThan(0.5);
  // The stripe of the scratched picture lies at x 24..48, y 40..52.
  const [x, y, width, height] = bad.defects![0]!.box!;
  expect(x < 48 && x + width > 24 && y < 52 && y + height > 40).toBe(true);
  // Outside its zone it is blind.
  const painted = aPicture(72);
  for (let at = 0; at < 8 * pictureSize.width * 3; at++) painted.data[at] = 255;
  const blind = await step.run({ picture: painted, place, expected: noExpectation }, context);
  expect(blind.defects?.[0]?.confidence ?? 0).toBeLessThan(0.5);
});

test("a unit that lies elsewhere is seen where it lies", async () => {
  const place = placed(0, { x: 48, y: 48 }, { x: 5, y: 3 });
  const moved = (seed: number, scene: "good" | "scratched") => {
    const whole = aPicture(seed, scene);
    return cutZone(whole, placed(0, { x: 48, y: 48 }, { x: -5, y: -3 }), [0, 0, pictureSize.width, pictureSize.height]);
  };
  const unlocated = await step.run({ picture: moved(73, "good"), place: inPlace, expected: noExpectation }, context);
  const good = await step.run({ picture: moved(73, "good"), place, expected: noExpectation }, context);
  const bad = await step.run({ picture: moved(74, "scratched"), place, expected: noExpectation }, context);
  expect(good.score!).toBeLessThan(unlocated.score!);
  expect(bad.defects).toMatchObject([{ class: "SCRATCH", zone: "middle" }]);
});

test("another zone than the one that it was taught on is refused", async () => {
  await expect(anomaly.open(options("other"), siteFor({ other: [0, 0, 32, 32], middle: part }))).rejects.toThrow(
    /taught on 64 × 64 px, the zone is 32 × 32 px/,
  );
});
