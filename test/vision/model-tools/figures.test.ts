import fc from "fast-check";
import { fitPlatt } from "../../../src/vision/model-tools/platt.ts";
import { brierScore, calibrationError } from "../../../src/vision/model-tools/reliability.ts";
import { auroc, aurocInterval, rocPoints } from "../../../src/vision/model-tools/roc.ts";

const scored = fc.array(fc.record({ isGood: fc.boolean(), score: fc.integer({ min: 0, max: 9 }) }), { minLength: 2 });

// The definition, pair by pair: the quick way must count ties as the slow one does.
test("the area under the curve is the share of pairs in the right order", () => {
  fc.assert(
    fc.property(scored, (list) => {
      const [good, bad] = [list.filter((s) => s.isGood), list.filter((s) => !s.isGood)];
      fc.pre(good.length > 0 && bad.length > 0);
      const wins = bad.flatMap((b) => good.map((g) => (b.score > g.score ? 1 : b.score === g.score ? 0.5 : 0)));
      expect(auroc(list)).toBeCloseTo(wins.reduce<number>((a, w) => a + w, 0) / wins.length, 12);
      // Trapezoids below the drawn curve are the same area.
      const points = rocPoints(list);
      const area = points.slice(1).reduce((sum, [x, y], i) => sum + ((x - points[i]![0]) * (y + points[i]![1])) / 2, 0);
      expect(area).toBeCloseTo(auroc(list), 12);
    }),
  );
});

// Pictures of one piece are no independent witnesses: counted as such they make a figure look surer than it is.
test("pictures of one piece are resampled together", () => {
  const pieces = (copies: number) =>
    Array.from({ length: 30 * copies }, (_, i) => {
      const piece = Math.floor(i / copies);
      return { isGood: piece < 15, score: (piece * 37) % 31, group: `${piece}` };
    });
  const width = ([low, high]: readonly [number, number]): number => high - low;
  expect(width(aurocInterval(pieces(8)))).toBeCloseTo(width(aurocInterval(pieces(1))), 2);
  const alone = pieces(8).map((s, i) => ({ ...s, group: `${i}` }));
  expect(width(aurocInterval(alone))).toBeLessThan(0.6 * width(aurocInterval(pieces(8))));
});

// A known world: probability = 1 / (1 + exp(−(3 · score − 4))), drawn on an even grid.
test("Platt scaling finds the curve that the scores came from", () => {
  const scores = Array.from({ length: 40 }, (_, i) => i / 10).flatMap((score) => {
    const probability = 1 / (1 + Math.exp(-(3 * score - 4)));
    return Array.from({ length: 200 }, (_, i) => ({ score, isBad: (i + 0.5) / 200 < probability }));
  });
  const { a, b } = fitPlatt(scores);
  expect(a).toBeCloseTo(3, 1);
  expect(b).toBeCloseTo(-4, 1);
  const forecasts = scores.map(({ score, isBad }) => ({ probability: 1 / (1 + Math.exp(-(a * score + b))), isBad }));
  expect(calibrationError(forecasts)).toBeLessThan(0.01);
});

test("separable, equal and enormous scores give a finite curve", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 }),
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 }),
      (good, bad) => {
        const { a, b } = fitPlatt([
          ...good.map((score) => ({ score, isBad: false })),
          ...bad.map((score) => ({ score, isBad: true })),
        ]);
        expect(Number.isFinite(a) && Number.isFinite(b)).toBe(true);
      },
    ),
  );
});

test("a coin that says so is honest but useless; one that is sure of itself is neither", () => {
  const coin = Array.from({ length: 100 }, (_, i) => ({ probability: 0.5, isBad: i % 2 === 0 }));
  expect([calibrationError(coin), brierScore(coin)]).toEqual([0, 0.25]);
  const boast = coin.map(({ isBad }) => ({ probability: 1, isBad }));
  expect([calibrationError(boast), brierScore(boast)]).toEqual([0.5, 0.5]);
});
