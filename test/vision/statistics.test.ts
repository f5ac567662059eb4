import {
  addPicture,
  distanceMap,
  gaussiansOf,
  mirror,
  noGridMoments,
  topMean,
} from "../../src/vision/teach/gaussians.ts";
import { addVector, noMoments, principalComponents } from "../../src/vision/teach/principal-components.ts";
import { absentBelow, outlierLimit, summarise, thresholdOf } from "../../src/vision/teach/threshold.ts";

/** Repeatable numbers, roughly normal with deviation 1. */
function normals(): () => number {
  let state = 7;
  const even = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296 - 0.5;
  };
  return () => Array.from({ length: 12 }, even).reduce((a, b) => a + b, 0);
}

// The unit of every score: one standard deviation of good units per component.
test("distances of unseen good pictures are about one, also for correlated components of different spread", () => {
  const grid = { rows: 4, columns: 4, block: 2, components: 3 };
  const next = normals();
  const picture = (): Float32Array =>
    Float32Array.from(
      Array.from({ length: 16 }, (_, p) => {
        const [a, b, c] = [next(), next(), next()];
        return [10 + p + 2 * a, a + 0.5 * b, -3 + c];
      }).flat(),
    );
  const moments = noGridMoments(grid);
  for (let i = 0; i < 400; i++) addPicture(moments, picture());
  const gaussians = gaussiansOf(moments);
  const squares = Array.from({ length: 50 }, picture).flatMap((p) => [...distanceMap(gaussians, p)].map((d) => d * d));
  expect(squares.reduce((a, b) => a + b, 0) / squares.length).toBeCloseTo(1, 1);
  const odd = picture();
  odd[5 * 3 + 1] = 40;
  const map = distanceMap(gaussians, odd);
  expect(map.indexOf(Math.max(...map))).toBe(5);
});

test("principal components find the direction of the spread and have unit variance", () => {
  const next = normals();
  const moments = noMoments(4);
  const vectors = Array.from({ length: 2_000 }, () => {
    const common = next();
    return Float32Array.from([100 + 50 * common, common + 0.1 * next(), next(), 5]);
  });
  for (const v of vectors) addVector(moments, v);
  const { projection, offset } = principalComponents(moments, 1);
  const values = vectors.map((v) => v.reduce((sum, x, i) => sum + x * projection[i]!, offset[0]!));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0, 2);
  expect(variance).toBeCloseTo(1, 1);
});

test("mirroring twice gives the picture back, and moves whole positions", () => {
  const grid = { rows: 2, columns: 2, block: 2, components: 2 };
  const picture = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([...mirror(picture, grid, "columns")]).toEqual([3, 4, 1, 2, 7, 8, 5, 6]);
  expect([...mirror(picture, grid, "rows")]).toEqual([5, 6, 7, 8, 1, 2, 3, 4]);
  expect([...mirror(mirror(picture, grid, "both"), grid, "both")]).toEqual([...picture]);
});

test("the score is the mean of the highest values, so one hot position alone does not decide", () => {
  expect(topMean(Float32Array.from([1, 9, 2, 5, 1]), 2)).toBe(7);
});

// One wrong image among the good ones must not open the gate for every defect.
test("an outlier among the good images does not move the threshold", () => {
  const next = normals();
  const scores = Array.from({ length: 100 }, () => 1 + 0.1 * next());
  const clean = thresholdOf(summarise(scores, 5));
  const spoilt = summarise([...scores, 6], 5);
  expect(spoilt.outliers).toBe(1);
  expect(thresholdOf(spoilt).reject).toBeCloseTo(clean.reject, 1);
  expect(clean.reject).toBeGreaterThan(Math.max(...scores));
  expect(outlierLimit(scores)).toBeGreaterThan(Math.max(...scores));
});

test("the limit of absence lies between the empty and the good pictures; when they overlap teaching is refused", () => {
  const limit = absentBelow([0.01, 0.04], [0.9, 1]);
  expect(limit).toBeGreaterThan(0.04);
  expect(limit).toBeLessThan(0.9);
  expect(() => absentBelow([0.01, 0.6], [0.9, 1])).toThrow(/wrong folder/);
});
