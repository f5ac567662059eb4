import { writeFile } from "node:fs/promises";
import path from "node:path";
import { bareInspection } from "../../src/app/bare-inspection.ts";
import { checkRecipe, recipeFileOf } from "../../src/app/check-recipe.ts";
import { demoConfig } from "../../src/app/demo.ts";
import { discoverPlugins } from "../../src/app/plugins.ts";
import { parseConfig } from "../../src/config/load.ts";
import { readPicture } from "../../src/vision/model/read-picture.ts";
import { inspectFolder } from "../../src/vision/model-tools/inspect-folder.ts";
import { writeOverlay } from "../../src/vision/model-tools/write-overlay.ts";
import { writePictures } from "../support/pictures.ts";
import { teachSmallModel, temporaryFolder } from "../support/taught-model.ts";

const plugins = await discoverPlugins();
const config = parseConfig("demo", demoConfig(), plugins);

test("the shipped recipe opens every step at the demo's station", async () => {
  const file = recipeFileOf("SNACK-BAG", "/nowhere", plugins.steps);
  const [result, ...others] = await checkRecipe(file, config, "/nowhere", plugins);
  expect(others).toEqual([]);
  expect(result).toMatchObject({ station: "LINE-01", cameras: ["CAM-01"], problems: [], notes: [] });
  expect(result!.models["CAM-01"]).not.toEqual([]);
});

// A recipe is corrected on a bench and carried to the line: each round trip that names one mistake costs a day.
test("everything that is wrong is listed in one go", async () => {
  await using temporary = await temporaryFolder();
  const file = path.join(temporary.folder, "BAD@1.yaml");
  await writeFile(
    file,
    `recipe: BAD
version: 1
cameras:
  CAM-01:
    picture: { width: 320, height: 256 }
    steps:
      - { step: anomaly, model: snack-bag@2 }
      - { step: anomaly, model: nothing@7 }
  CAM-09:
    steps: [{ step: anomaly, model: snack-bag@2 }]
classes: { SMUDGE: {} }
`,
  );
  const [result] = await checkRecipe(recipeFileOf(file, "/nowhere", plugins.steps), config, "/nowhere", plugins);
  for (const wrong of [
    /CAM-09: the station has no such camera/,
    /SMUDGE: is not in the station's defectClasses/,
    /nothing@7 is neither in/,
    /CAM-01, step anomaly: .* taught on 640 × 512 px, the recipe's picture is 320 × 256 px/,
  ])
    expect(result!.problems.filter((p) => wrong.test(p))).toHaveLength(1);
});

// It works, and nobody would see that dark and blurred pictures are inspected like any other.
test("a camera without taught pictures to compare with is noted", async () => {
  await using temporary = await temporaryFolder();
  const file = path.join(temporary.folder, "BARE@1.yaml");
  const steps = "[{ step: read-code, zone: code }]";
  await writeFile(
    file,
    `recipe: BARE\nversion: 1\ncameras:\n  CAM-01: { zones: { code: [0, 0, 90, 90] }, steps: ${steps} }\n`,
  );
  const [result] = await checkRecipe(recipeFileOf(file, "/nowhere", plugins.steps), config, "/nowhere", plugins);
  expect(result!.notes).toEqual([expect.stringMatching(/^camera CAM-01: .*size and frozen.*"baseline"/)]);
});

test("a recipe that is not there is refused with where it was looked for", () => {
  expect(() => recipeFileOf("NOPE", "/nowhere", plugins.steps)).toThrow(/recipes\/NOPE@1\.yaml/);
  expect(() => recipeFileOf("nope.yaml", "/nowhere", plugins.steps)).toThrow(/is not there/);
});

test("what was found is drawn over a copy of the picture, below its own name", async () => {
  await using temporary = await temporaryFolder();
  const { folder } = await teachSmallModel(temporary.folder);
  const pictures = path.join(temporary.folder, "pictures");
  await writePictures(path.join(pictures, "b"), 1, "scratched", 950);
  const setup = bareInspection(["CAM-01"], "unit@1", folder);
  const [inspected] = await Array.fromAsync(inspectFolder(setup, "CAM-01", plugins.step, pictures));
  const at = { station: "LINE-01", cameraId: "CAM-01", models: ["unit@1"] };
  const file = await writeOverlay(inspected!, at, setup.recipe, path.join(temporary.folder, "drawn"));
  expect(path.relative(temporary.folder, file)).toBe(path.join("drawn", "b", "000.png"));
  // The legend stands below the picture.
  expect((await readPicture(file, 3)).height).toBeGreaterThan(inspected!.picture.height);
});

test("a folder of pictures is judged as the line would, the guard's refusals included", async () => {
  await using temporary = await temporaryFolder();
  const { folder } = await teachSmallModel(temporary.folder);
  const pictures = path.join(temporary.folder, "pictures");
  await writePictures(path.join(pictures, "a"), 2, "good", 900);
  await writePictures(path.join(pictures, "b"), 1, "scratched", 950);
  await writePictures(path.join(pictures, "c"), 1, "empty", 960);
  await writePictures(path.join(pictures, "d"), 1, "empty", 960);
  const said = await Array.fromAsync(
    inspectFolder(bareInspection(["CAM-01"], "unit@1", folder), "CAM-01", plugins.step, pictures),
    ({ file, verdict, inspection }) =>
      `${file} ${inspection?.unitKind ?? ""} ${verdict.kind} ${verdict.kind === "invalid" ? verdict.reason : ""}`.trim(),
  );
  expect(said).toEqual([
    "a/000.png production pass",
    "a/001.png production pass",
    "b/000.png production fail",
    "c/000.png absent pass",
    "d/000.png  invalid frozen",
  ]);
});
