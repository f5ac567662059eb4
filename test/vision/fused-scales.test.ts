import { fusedAnomalyGraph } from "../../src/vision/model/anomaly-graph.ts";
import { openAnomalyModel } from "../../src/vision/model/anomaly-model.ts";
import { readBackbone } from "../../src/vision/model/backbone.ts";
import type { Picture } from "../../src/vision/picture.ts";
import {
  fusedScore,
  learnFusion,
  type MapSummary,
  scalesFor,
  summariseMap,
} from "../../src/vision/teach/fused-scales.ts";
import { combineMoments, distanceMap, gaussiansOf } from "../../src/vision/teach/gaussians.ts";
import { heldOutMaps, type LearntScale, learnScale, parametersOf } from "../../src/vision/teach/learn-scale.ts";
import { aPicture } from "../support/pictures.ts";

const good: readonly MapSummary[] = [
  { top: 3, median: 1 },
  { top: 3.3, median: 1.1 },
  { top: 2.4, median: 0.9 },
];
const restless = good.map(({ top, median }, i) => ({ top: top * 2 ** i, median }));

// Light and surface raise a whole map; that must neither hide a defect nor look like one.
test("a map that is raised as a whole scores the same, up to the level cap; beyond it the score rises", () => {
  const fusion = learnFusion([good]);
  const at = (factor: number): number => fusedScore([{ top: 3 * factor, median: factor }], fusion);
  expect(at(1.2)).toBeCloseTo(at(0.5));
  expect(at(10)).toBeGreaterThan(5 * at(1));
});

test("the scale that is steadier on good pictures weighs more, and weights add up to 1", () => {
  const [steady, other] = learnFusion([good, restless]);
  expect(steady!.weight).toBeGreaterThan(3 * other!.weight);
  expect(steady!.weight + other!.weight).toBeCloseTo(1);
});

test("loose photographs are seen at two scales, a fixed camera at one that keeps its proportions", () => {
  expect(scalesFor({ width: 500, height: 300 }, true).map((s) => s.size.width)).toEqual([160, 256]);
  expect(scalesFor({ width: 1280, height: 1024 }, false)).toEqual([
    { size: { width: 320, height: 256 }, components: 64 },
  ]);
});

// The threshold comes from scores computed here, the verdict from the graph: they must be the same number.
test("the graph computes the score that the threshold was learnt from", async () => {
  const backbone = await readBackbone();
  const pictures = new Map(Array.from({ length: 20 }, (_, i) => [String(i), aPicture(i)]));
  const scales: LearntScale[] = [];
  for (const side of [64, 96])
    scales.push(
      await learnScale({
        backbone,
        plan: { size: { width: side, height: side }, components: 8 },
        channels: 3,
        good: [...pictures.keys()],
        empty: [],
        isMirrored: false,
        read: async (file) => pictures.get(file)!,
        onProgress: () => undefined,
      }),
    );
  const fusion = learnFusion(scales.map((scale) => heldOutMaps(scale, (map) => summariseMap(map, scale.top))));
  const [first, second] = scales.map((scale, i) => ({
    size: scale.size,
    parameters: parametersOf(scale),
    ...fusion[i]!,
  }));
  await using model = await openAnomalyModel(fusedAnomalyGraph(backbone, 3, [first!, second!]));
  for (const index of [3, 17]) {
    const summaries = scales.map((scale) => {
      const gaussians = gaussiansOf(scale.parts.reduce((a, b) => combineMoments(a, b, 1)));
      return summariseMap(distanceMap(gaussians, scale.pictures[index]!), scale.top);
    });
    const { score, map } = await model.inspect(pictures.get(String(index)) as Picture);
    expect(Math.abs(score / fusedScore(summaries, fusion) - 1)).toBeLessThan(0.02);
    expect(map).toHaveLength(12 * 12);
  }
  // What stands out of the picture stands out of the map, where it is.
  const scratched = await model.inspect(aPicture(3, "scratched"));
  const hottest = scratched.map.indexOf(Math.max(...scratched.map));
  expect(Math.floor(hottest / 12)).toBeGreaterThanOrEqual(4);
  expect(Math.floor(hottest / 12)).toBeLessThanOrEqual(7);
}, 30_000);
