import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import { frameGuard, type GuardSetup } from "../../src/vision/guard/frame-guard.ts";
import { readModelCard } from "../../src/vision/model/package.ts";
import { measurePicture, type Picture } from "../../src/vision/picture.ts";
import { aPicture, pictureSize } from "../support/pictures.ts";

/** A card as teaching on some good and empty pictures writes it. */
function aCard(): GuardSetup {
  const measures = [1, 2, 3].flatMap((seed) => [
    measurePicture(aPicture(seed)),
    measurePicture(aPicture(seed, "empty")),
  ]);
  const of = (key: keyof (typeof measures)[0]): number[] => measures.map((m) => m[key]);
  return {
    input: { ...pictureSize, anySize: false },
    baseline: {
      brightness: { min: Math.min(...of("brightness")), max: Math.max(...of("brightness")) },
      contrast: { min: Math.min(...of("contrast")) },
      saturated: { max: Math.max(...of("saturated")) },
      sharpness: { min: Math.min(...of("sharpness")) },
      rowStep: { max: Math.max(...of("rowStep")) },
    },
  };
}
const changed = (change: (value: number) => number): Picture => {
  const picture = aPicture(9);
  return { ...picture, data: picture.data.map((v) => Math.max(0, Math.min(255, change(v)))) };
};
/** Averages over 15 px along and across: out of focus. */
function blurred(): Picture {
  const picture = aPicture(9);
  const { width, height } = pictureSize;
  const data = new Uint8Array(picture.data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        let [sum, count] = [0, 0];
        for (let v = Math.max(0, y - 7); v <= Math.min(height - 1, y + 7); v++)
          for (let u = Math.max(0, x - 7); u <= Math.min(width - 1, x + 7); u++, count++)
            sum += picture.data[(v * width + u) * 3 + c]!;
        data[(y * width + x) * 3 + c] = sum / count;
      }
  return { ...picture, data };
}

// A picture that shows nothing must never become a verdict on a product: the model would give it a score.
test.each<[string, () => Picture, string]>([
  ["covered by a hand", () => changed(() => 11), "covered"],
  ["with the lamp off", () => changed((v) => v * 0.4), "dark"],
  ["far overexposed", () => changed((v) => v * 4), "overexposed"],
  ["out of focus", blurred, "blurred"],
  ["of another size", () => ({ ...aPicture(1), width: 48, height: 192 }), "wrongSize"],
  ["in grey where colour was taught", () => ({ ...aPicture(1), channels: 1, width: 288 }), "wrongSize"],
  ["with bytes missing", () => ({ ...aPicture(1), data: new Uint8Array(17) }), "badImage"],
])("a picture %s is refused", (_, picture, reason) => {
  expect(frameGuard(aCard()).run(picture())).toMatchObject({ usable: false, reason });
});

// What passes the line every second must not stop it: units, an empty belt, a defective unit, the lamp's daily drift.
test("good, scratched and empty pictures pass the guard, and so does light 15 % up or down", () => {
  const guard = frameGuard(aCard());
  for (let seed = 20; seed < 40; seed++)
    for (const scene of ["good", "scratched", "empty"] as const)
      expect(guard.run(aPicture(seed, scene))).toMatchObject({ usable: true });
  expect(guard.run(changed((v) => v * 0.85))).toMatchObject({ usable: true });
  expect(guard.run(changed((v) => v * 1.15))).toMatchObject({ usable: true });
});

// Sensor noise never repeats; a camera that sends the same bytes again shows the past.
test("the same bytes twice are frozen, each camera by itself, and the next new picture is fine", () => {
  const [guard, other] = [frameGuard(aCard()), frameGuard(aCard())];
  expect(guard.run(aPicture(1)).usable).toBe(true);
  expect(guard.run(aPicture(1))).toMatchObject({ usable: false, reason: "frozen" });
  expect(guard.run(aPicture(1))).toMatchObject({ usable: false, reason: "frozen" });
  expect(other.run(aPicture(1)).usable).toBe(true);
  expect(guard.run(aPicture(2)).usable).toBe(true);
});

// Torn pictures of a real camera need a real size; the shipped package knows how far good ones step.
test("each camera fault of the synthetic line is named, and no good, defective or empty picture is", async () => {
  const { baseline } = await readModelCard("models/snack-bag@2");
  const guard = frameGuard({ input: { width: 640, height: 512, channels: 3 }, baseline: baseline! });
  const said = async (over: object): Promise<Record<string, number>> => {
    const renderer = await createSyntheticRenderer(syntheticOptions.parse({ seed: 77, ...over }));
    const counts: Record<string, number> = {};
    for (let unit = 1; unit <= 6; unit++) {
      const result = guard.run(renderer.render(unit)!);
      const word = result.usable ? "usable" : result.reason;
      counts[word] = (counts[word] ?? 0) + 1;
    }
    return counts;
  };
  expect(await said({ defectRate: 0.5, absentRate: 0.2 })).toEqual({ usable: 6 });
  for (const fault of ["covered", "blurred", "overexposed", "dark", "wrongSize"])
    expect(await said({ absentRate: 0, faults: [{ fault, fromUnit: 1, units: 6 }] })).toEqual({ [fault]: 6 });
  expect(await said({ absentRate: 0, faults: [{ fault: "frozen", fromUnit: 2, units: 5 }] })).toEqual({
    usable: 1,
    frozen: 5,
  });
  const torn = await said({ absentRate: 0, faults: [{ fault: "torn", fromUnit: 1, units: 6 }] });
  expect(torn["torn"]).toBeGreaterThanOrEqual(5);
});
