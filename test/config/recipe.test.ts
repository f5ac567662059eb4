import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { discoverPlugins } from "../../src/app/plugins.ts";
import { loadRecipe, recipeJsonSchema } from "../../src/config/load-recipe.ts";

const { steps } = await discoverPlugins();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tallyline-recipe-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = (text: string, name = "BAG@2"): string => {
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
};
const sound = `
recipe: BAG
version: 2
skus: [SB-150]
cameras:
  CAM-01:
    picture: { width: 640, height: 512 }
    zones: { seal: [100, 10, 400, 60] }
    steps:
      - { step: anomaly, model: snack-bag@2, zones: { seal: SEAL_TORN } }
classes:
  SEAL_TORN: { reject: 0.6, review: 0.4, code: Q-17 }
`;

const withStep = (text: string, step: string): string => text.replace(/- \{ step.*\}/, `- ${step}`);

test("a recipe is read with its defaults, and its hash is that of the file", () => {
  const { recipe, text } = loadRecipe(written(sound), steps);
  expect(text).toBe(sound);
  expect(recipe).toMatchObject({
    id: "BAG",
    version: 2,
    hash: createHash("sha256").update(sound).digest("hex"),
    skus: ["SB-150"],
    cameras: {
      "CAM-01": { steps: [{ step: "anomaly", options: { model: "snack-bag@2", zones: { seal: "SEAL_TORN" } } }] },
    },
    classes: { SEAL_TORN: { reject: 0.6, review: 0.4, code: "Q-17" } },
    reject: { invalid: true, notInspected: true },
    evidence: { fails: true, passes: 0, format: "webp" },
  });
});

// The hash says which bytes decided: two files that only look alike once decoded must not have the same.
test("what is not UTF-8 is refused; a byte order mark is part of what is hashed", () => {
  const file = written("");
  writeFileSync(file, Buffer.concat([Buffer.from(sound), Buffer.from("title: caf\xe9\n", "latin1")]));
  expect(() => loadRecipe(file, steps)).toThrow(/is not UTF-8 text: save it as UTF-8/);
  const marked = `\uFEFF${sound}`;
  const { recipe, text } = loadRecipe(written(marked), steps);
  expect(text).toBe(marked);
  expect(recipe.hash).toBe(createHash("sha256").update(Buffer.from(marked)).digest("hex"));
});

// A recipe that half fits is worse than none: every problem is named, with its place, in one go.
test.each<[string, (text: string) => string, RegExp]>([
  [
    "a zone outside the picture",
    (t) => t.replace("400, 60", "600, 60"),
    /CAM-01\.zones\.seal: reaches to 700, 70, but the picture is 640 × 512/,
  ],
  [
    "a step that names no zone of it",
    (t) => t.replace("{ seal: SEAL_TORN }", "{ lid: SEAL_TORN }"),
    /there is no zone "lid"; zones: seal/,
  ],
  [
    "an unknown step",
    (t) => t.replace("step: anomaly", "step: guess"),
    /steps\.0\.step: there is no such step; steps: .*read-code/,
  ],
  ["an unknown option", (t) => t.replace("model: snack-bag@2", "model: snack-bag@2, speed: 3"), /speed/],
  ["a review above reject", (t) => t.replace("review: 0.4", "review: 0.8"), /review must not be above reject/],
  ["no camera", (t) => t.replace(/cameras:[\s\S]*?classes/, "cameras: {}\nclasses"), /at least one camera/],
  // Inner problems of a step must not hide behind a crash of what looks at it next.
  [
    "a negative tolerance",
    (t) =>
      withStep(
        t,
        "{ step: measure, reference: r.png, measures: { m: { part: seal, limits: { offset_mm: { max: -2, class: A } } } } }",
      ),
    /steps\.0\.measures\.m\.limits\.offset_mm\.max/,
  ],
  [
    "a field that no print has",
    (t) => withStep(t, '{ step: read-date, zone: seal, lines: [{ pattern: "{yyyyy}", top: 0, bottom: 1 }] }'),
    /steps\.0\.lines\.0\.pattern/,
  ],
  [
    "a GTIN with a wrong check digit",
    (t) => withStep(t, '{ step: read-code, zone: seal, expected: { gtin: "09521234500019" } }'),
    /steps\.0\.expected/,
  ],
  [
    "a misspelt option of a measure",
    (t) =>
      withStep(
        t,
        "{ step: measure, reference: r.png, measures: { m: { edge: seal, sidde: top, limits: { gap_mm: { max: 2, class: A } } } } }",
      ),
    /sidde/,
  ],
  ["broken YAML", (t) => `${t}\n  - [`, /line/],
  ["nothing", () => "", /empty/],
])("a recipe with %s is refused", (_, change, message) => {
  expect(() => loadRecipe(written(change(sound)), steps)).toThrow(message);
});

test("a file whose name says another recipe is refused", () => {
  expect(() => loadRecipe(written(sound, "BAG@3"), steps)).toThrow(/name the file BAG@2\.yaml/);
});

test("editors get a JSON Schema that names every step", () => {
  const schema = JSON.stringify(recipeJsonSchema(steps));
  for (const { type } of steps) expect(schema).toContain(`"${type}"`);
});
