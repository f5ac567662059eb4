import { greyOf } from "../../../src/vision/locate/grey-of.ts";
import { createPartFinder } from "../../../src/vision/locate/part-finder.ts";
import { rigidFit } from "../../../src/vision/locate/rigid-fit.ts";
import { openCv } from "../../../src/vision/opencv/open-cv.ts";
import { placed, toPicture } from "../../../src/vision/placement.ts";
import { drawBags, upright } from "../../support/snack-bag-pictures.ts";

const draw = await drawBags();
const label = { name: "label", zone: [216, 146, 208, 184], reach: 24 } as const;

// Printers and labellers are adjusted by what this says: 0.1 mm is 0.2 px here.
test("a part is found again within 0.1 px, however its bag lies, in a picture with other folds and light", async () => {
  const { cv } = await openCv();
  using finder = createPartFinder(cv, greyOf(draw(upright, { dx_mm: 0, dy_mm: 0 }, 40)), label);
  for (let unit = 1; unit <= 8; unit++) {
    const placement = { dx16: 16 * unit - 60, dy16: 50 - 11 * unit, turn_mrad: 5 * unit - 22 };
    const offset = { dx_mm: unit - 4.5, dy_mm: 3 - unit / 2 };
    const place = placed(
      placement.turn_mrad / 1_000,
      { x: 320.5, y: 256.5 },
      { x: placement.dx16 / 16, y: placement.dy16 / 16 },
    );
    const found = finder.find(greyOf(draw(placement, offset, unit)), place);
    expect(Math.hypot(found.dx - offset.dx_mm / 0.5, found.dy - offset.dy_mm / 0.5)).toBeLessThan(0.1);
    expect(Math.abs(found.turn)).toBeLessThan(0.001);
    expect(found.similarity).toBeGreaterThan(0.85);
  }
});

test("a flat window resembles nothing", async () => {
  const { cv } = await openCv();
  using finder = createPartFinder(cv, greyOf(draw()), label);
  const flat = { data: new Uint8Array(640 * 512).fill(90), width: 640, height: 512 };
  const found = finder.find(flat, placed(0, { x: 0, y: 0 }, { x: 0, y: 0 }));
  expect(found.similarity).toBe(0);
  expect(found.contrast).toBe(0);
});

// A handler of OpenCV's would end the process at the first stray rejection of anything in it.
test("OpenCV is loaded once, and leaves no handlers behind", async () => {
  const before = process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection");
  const [{ cv: one }, { cv: other }] = await Promise.all([openCv(), openCv()]);
  expect(one === other).toBe(true);
  expect(process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection")).toBe(before);
});

test("the rigid motion between points is found exactly; what is no rigid motion stays as residual", () => {
  const points = [
    { x: 10, y: 20 },
    { x: 300, y: 40 },
    { x: 150, y: 400 },
  ];
  const place = placed(0.03, { x: 200, y: 200 }, { x: 5, y: -7 });
  const exact = rigidFit(
    points,
    points.map((p) => toPicture(place, p)),
  );
  expect(exact.turn).toBeCloseTo(0.03, 9);
  expect(exact.residual).toBeLessThan(1e-9);
  const [a, ...others] = points.map((p) => toPicture(place, p));
  expect(rigidFit(points, [{ x: a!.x + 9, y: a!.y }, ...others]).residual).toBeGreaterThan(2);
});
