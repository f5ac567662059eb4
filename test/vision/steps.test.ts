import type { Verdict } from "../../src/domain/verdict.ts";
import type { ModelCard } from "../../src/vision/model/card.ts";
import { measurePicture, type Picture } from "../../src/vision/picture.ts";
import { pipe, type Step } from "../../src/vision/step.ts";
import { frameGuard } from "../../src/vision/steps/frame-guard.ts";
import { hotBox, judge } from "../../src/vision/steps/judge.ts";
import { aPicture, pictureSize } from "../support/pictures.ts";

const context = { signal: new AbortController().signal, now: () => 0 };

/** A card as teaching on some good and empty pictures writes it. */
function aCard(): Pick<ModelCard, "input" | "baseline"> {
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

const card: Pick<ModelCard, "threshold" | "confidence" | "presence" | "grid"> = {
  threshold: { reject: 2 },
  confidence: { slope: 3, isProbability: false },
  presence: { absentBelow: 0.1 },
  grid: { rows: 4, columns: 5 },
};
const aFinding = (score: number, over: object = {}) => {
  const map = new Float32Array(20).fill(0.5);
  map.set([3, 4], 6);
  map[12] = 2.5;
  map[19] = 2.9;
  return { score, presence: 1, map, inferenceMs: 12, width: 640, height: 512, ...over };
};

// The threshold itself fails: "at or above" is what the card promises.
test.each<[number, Verdict["kind"]]>([
  [0.5, "pass"],
  [1.999, "pass"],
  [2, "fail"],
  [40, "fail"],
])("a score of %d with the threshold at 2 is %s", async (score, kind) => {
  const { verdict, unitKind } = await judge({ card, defectClass: "ANOMALY" }).run(aFinding(score), context);
  expect([verdict.kind, unitKind]).toEqual([kind, "production"]);
});

test("confidence is at least one half and grows with the distance from the threshold, on both sides", async () => {
  const step = judge({ card, defectClass: "ANOMALY" });
  const confidences = await Promise.all(
    [0.5, 1.5, 2.5, 3.5].map(async (score) => {
      const { verdict } = await step.run(aFinding(score), context);
      return "confidence" in verdict ? verdict.confidence : Number.NaN;
    }),
  );
  expect(confidences[0]).toBeGreaterThan(confidences[1]!);
  expect(confidences[3]).toBeGreaterThan(confidences[2]!);
  expect(Math.min(...confidences)).toBeGreaterThan(0.5);
  expect(Math.max(...confidences)).toBeLessThanOrEqual(1);
});

test("a failed unit names the configured class and boxes the hot region that holds the peak, in px of the camera's image", async () => {
  const { verdict } = await judge({ card, defectClass: "SEAL", threshold: 1 }).run(aFinding(1.5), context);
  // Columns 1 and 2 of rows 1 and 2 (128 px each); the hot cell in the corner touches nothing of it.
  expect(verdict).toMatchObject({ kind: "fail", defects: [{ class: "SEAL", box: [128, 128, 256, 256] }] });
});

test("boxes stay inside the image whatever its size", () => {
  const map = new Float32Array(20).fill(1);
  expect(hotBox({ map, width: 333, height: 101 }, { rows: 4, columns: 5 })).toEqual([0, 0, 333, 101]);
});

// An empty place is no product: it may neither fail nor count as one.
test("below the taught presence the unit is absent, however strange the picture", async () => {
  const step = judge({ card, defectClass: "ANOMALY" });
  expect(await step.run(aFinding(40, { presence: 0.02 }), context)).toMatchObject({ unitKind: "absent" });
  const { presence: _, ...withoutPresence } = card;
  const plain = judge({ card: withoutPresence, defectClass: "ANOMALY" });
  expect(await plain.run(aFinding(40, { presence: 0.02 }), context)).toMatchObject({ unitKind: "production" });
});

test("a pipeline stops between steps when nobody waits any more", async () => {
  const ran: string[] = [];
  const step = (name: string): Step<number, number> => ({
    name,
    run(input) {
      ran.push(name);
      return input + 1;
    },
  });
  const both = pipe(step("a"), step("b"));
  expect(both.name).toBe("a>b");
  expect(await both.run(1, context)).toBe(3);
  const abort = new AbortController();
  abort.abort(new Error("too late"));
  await expect(both.run(1, { ...context, signal: abort.signal })).rejects.toThrow("too late");
  expect(ran).toEqual(["a", "b", "a"]);
});
