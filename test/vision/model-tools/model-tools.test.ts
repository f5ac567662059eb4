import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { noExpectation } from "../../../src/domain/expectation.ts";
import type { AnomalyCard } from "../../../src/vision/model/card.ts";
import { loadAnomalyModel } from "../../../src/vision/model/load-package.ts";
import { calibrateModel } from "../../../src/vision/model-tools/calibrate-model.ts";
import { compareModels, mistakesOf } from "../../../src/vision/model-tools/compare-models.ts";
import { asPng, comparisonHtml, plotsOf } from "../../../src/vision/model-tools/comparison-report.ts";
import { labelledPictures } from "../../../src/vision/model-tools/labelled-pictures.ts";
import { verifyModel } from "../../../src/vision/model-tools/verify-model.ts";
import { inPlace } from "../../../src/vision/placement.ts";
import { siteOf } from "../../../src/vision/step-site.ts";
import anomaly from "../../../src/vision/steps/anomaly.ts";
import { aPicture, writePictures } from "../../support/pictures.ts";
import { type TemporaryFolder, teachSmallModel, temporaryFolder } from "../../support/taught-model.ts";
import { aTime } from "../../support/units.ts";

let temporary: TemporaryFolder;
let model: string;
let card: AnomalyCard;
/** Labelled pictures that the model tells apart without a mistake. */
let data: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  ({ folder: model, card } = await teachSmallModel(temporary.folder));
  data = path.join(temporary.folder, "labelled");
  await writePictures(path.join(data, "test", "good"), 24, "good", 3_000);
  await writePictures(path.join(data, "test", "scratch"), 22, "scratched", 4_000);
}, 30_000);
afterAll(() => temporary[Symbol.asyncDispose]());

/** A copy of the package with another card. */
async function aCopy(name: string, change: (card: AnomalyCard) => AnomalyCard): Promise<string> {
  const folder = path.join(temporary.folder, name);
  await cp(model, folder, { recursive: true });
  await writeFile(path.join(folder, "card.json"), JSON.stringify(change(card)));
  return folder;
}

test("a fit package says what it costs here", async () => {
  const fitness = await verifyModel(model, 20);
  expect(fitness).toMatchObject({ ref: { id: "unit@1" }, files: 5, problems: [], ms: { runs: 20 } });
  expect(Math.max(...fitness.golden.map((g) => g.deviation))).toBeLessThan(0.1);
  expect(fitness.ms.p99).toBeGreaterThanOrEqual(fitness.ms.p50);
  expect(fitness.ms.p50).toBeGreaterThan(0);
});

// One run must name everything: the person at the line has one visit.
test("every golden sample that is off is named, with what was expected", async () => {
  const off = await aCopy("off", (c) => ({
    ...c,
    golden: c.golden.map((g, i) => (i === 1 ? g : { ...g, score: g.score + 1 })),
  }));
  const { problems, golden } = await verifyModel(off, 5);
  expect(problems).toEqual([
    expect.stringMatching(/golden\/1\.png gives score/),
    expect.stringMatching(/golden\/3\.png gives score/),
  ]);
  expect(golden[1]!.deviation).toBeLessThan(1);
});

test("labels come from folders or from a table, and a folder without any is refused with the layout", async () => {
  const fromFolders = await labelledPictures(data);
  expect(fromFolders.filter((p) => p.isGood)).toHaveLength(24);
  const table = path.join(temporary.folder, "table");
  await mkdir(table);
  await writeFile(
    path.join(table, "labels.csv"),
    "file,label,defect_class,split,tile\na.png,good,,test,t1\nb.png,defect,crack,test,t1\nc.png,good,,train,t2\n",
  );
  expect(await labelledPictures(table)).toEqual([
    { file: "a.png", label: "good", isGood: true, group: "t1" },
    { file: "b.png", label: "crack", isGood: false, group: "t1" },
  ]);
  await expect(labelledPictures(path.join(temporary.folder, "models"), "test")).rejects.toThrow(/<split>\/good/);
});

test("two models are compared on the same pictures, and the page names what they judge differently", async () => {
  // Its threshold is beyond everything: it passes what the other fails.
  const blind = await aCopy("blind", (c) => ({ ...c, version: 2, threshold: { reject: 1e6 } }));
  const comparison = await compareModels([model, blind], data);
  const [sharp, dull] = comparison.models;
  expect(sharp).toMatchObject({ id: "unit@1", auroc: 1, falseRejectRate: 0, falseAcceptRate: 0 });
  expect(sharp!.confusion).toEqual({ good: { pass: 24, fail: 0 }, scratch: { pass: 0, fail: 22 } });
  expect(dull).toMatchObject({ id: "unit@2", auroc: 1, falseAcceptRate: 1 });
  expect(comparison.differences).toHaveLength(22);
  expect(mistakesOf(sharp!)).toEqual([]);
  expect(mistakesOf(dull!).map((j) => j.label)).toEqual(Array(22).fill("scratch"));

  const plots = plotsOf(comparison);
  expect(plots.map((p) => p.name)).toEqual([
    "roc",
    "confusion-unit@1",
    "scores-unit@1",
    "confusion-unit@2",
    "scores-unit@2",
  ]);
  const page = await comparisonHtml(comparison, plots, "test");
  for (const { file } of comparison.differences) expect(page).toContain(file);
  // One page that needs nothing beside it, and nothing from the network.
  expect([...page.matchAll(/(?:src|href)="(?!data:)/g)]).toEqual([]);
  expect([...page.matchAll(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/g)]).toEqual([]);
  // PNG signature and a drawing at twice its size.
  expect(
    Buffer.from(await asPng(plots[0]!.svg))
      .subarray(0, 8)
      .toString("latin1"),
  ).toBe("\x89PNG\r\n\x1a\n");
});

test("calibration writes a new version that reads scores as probabilities, and leaves verdicts as they were", async () => {
  const result = await calibrateModel({ model, data, out: path.dirname(model), program: "test", now: aTime });
  expect(path.basename(result.folder)).toBe("unit@2");
  expect(result.card).toMatchObject({
    version: 2,
    threshold: card.threshold,
    calibration: { kind: "platt", samples: { good: 24, bad: 22 } },
  });
  expect(result.after.brier).toBeLessThan(0.05);
  // Whole: every file is there and computes what it must.
  await using loaded = await loadAnomalyModel(result.folder);
  expect(loaded.card.calibration).toEqual(result.calibration);

  const site = siteOf({ zones: {}, steps: [] }, "CAM-01", "", { "unit@2": result.folder });
  await using step = await anomaly.open(anomaly.options.parse({ model: "unit@2" }), site);
  const context = { signal: new AbortController().signal, now: () => 0 };
  const { defects } = await step.run(
    { picture: aPicture(71, "scratched"), place: inPlace, expected: noExpectation },
    context,
  );
  expect(defects![0]!.probability).toBeGreaterThan(0.9);
  expect(defects![0]!.probability).not.toBe(defects![0]!.confidence);
});

test("too few pictures of either side are refused, and nothing is written", async () => {
  const few = path.join(temporary.folder, "few");
  await writePictures(path.join(few, "good"), 24);
  await writePictures(path.join(few, "scratch"), 3, "scratched");
  const before = await readdir(path.dirname(model));
  await expect(
    calibrateModel({ model, data: few, out: path.dirname(model), program: "test", now: aTime }),
  ).rejects.toThrow(/24 good and 3 defective pictures; at least 20 of each/);
  expect(await readdir(path.dirname(model))).toEqual(before);
  await expect(readFile(path.join(temporary.folder, "models", "unit@3", "card.json"))).rejects.toThrow();
});
