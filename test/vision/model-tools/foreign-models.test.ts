import path from "node:path";
import { cardFacts } from "../../../src/vision/model-tools/card-facts.ts";
import { openFit } from "../../../src/vision/model-tools/model-under-test.ts";
import { verifyModel } from "../../../src/vision/model-tools/verify-model.ts";
import { aPicture } from "../../support/pictures.ts";
import {
  classifierCard,
  classifierGraph,
  detectorCard,
  detectorGraph,
  writeModel,
} from "../../support/small-networks.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/taught-model.ts";

let temporary: TemporaryFolder;
let folders: { readonly classifier: string; readonly detector: string };
beforeAll(async () => {
  temporary = await temporaryFolder();
  folders = {
    classifier: await writeModel(temporary.folder, classifierCard, classifierGraph()),
    detector: await writeModel(temporary.folder, detectorCard, detectorGraph()),
  };
});
afterAll(() => temporary[Symbol.asyncDispose]());

// Whoever releases a network must be able to ask the same questions of it as of a taught model.
test.each(["classifier", "detector"] as const)("a %s is verified and speaks in words of its classes", async (kind) => {
  const fitness = await verifyModel(folders[kind], 3);
  expect(fitness.problems).toEqual([]);
  expect(fitness.golden.map((g) => g.file)).toEqual(["golden/1.png", "golden/2.png"]);
  expect(Object.fromEntries(cardFacts(fitness.card))).toMatchObject({ licence: "MIT", "taught on": "written by hand" });
  await using model = await openFit(folders[kind]);
  expect(await model.judge(aPicture(5))).toMatchObject({ takenFor: "pass", isPass: true });
  const scratched = await model.judge(await model.read(path.join(folders[kind], "golden", "2.png")));
  expect(scratched).toMatchObject({ takenFor: "SCRATCH", isPass: false });
  expect(scratched.score).toBeGreaterThan(model.threshold);
});

test("a classifier that knows the empty place says so", async () => {
  await using model = await openFit(folders.classifier);
  expect(await model.judge(aPicture(5, "empty"))).toMatchObject({ takenFor: "absent", isPass: false });
});
