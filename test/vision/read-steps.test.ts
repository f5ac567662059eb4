import { noExpectation } from "../../src/domain/expectation.ts";
import { judge } from "../../src/vision/judge.ts";
import { inPlace } from "../../src/vision/placement.ts";
import type { StepDefinition } from "../../src/vision/step.ts";
import { siteOf } from "../../src/vision/step-site.ts";
import checkProduct from "../../src/vision/steps/check-product.ts";
import readCode from "../../src/vision/steps/read-code.ts";
import readDate from "../../src/vision/steps/read-date.ts";
import productFixture from "../conformance/steps/check-product.ts";
import codeFixture from "../conformance/steps/read-code.ts";
import dateFixture from "../conformance/steps/read-date.ts";
import type { StepFixture } from "../conformance/steps/step-fixture.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/taught-model.ts";

const context = { signal: new AbortController().signal, now: () => 0 };
let temporary: TemporaryFolder;
beforeAll(async () => {
  temporary = await temporaryFolder();
});
afterAll(() => temporary[Symbol.asyncDispose]());

// What a step compares with comes from the context; while nobody has said it, a good unit is no pass.
test.each([
  ["read-code", readCode, codeFixture],
  ["read-date", readDate, dateFixture],
  ["check-product", checkProduct, productFixture],
] as const)(
  "%s: a good unit of which the context says nothing is invalid, whatever the rules",
  async (_, step, fixture) => {
    const { options, camera, pictures } = await fixture.prepare(temporary.folder);
    await using open = await step.open(
      step.options.parse(options) as never,
      siteOf(camera, "CAM-01", temporary.folder, {}),
    );
    const finding = await open.run({ picture: pictures[0]!.picture, place: inPlace, expected: noExpectation }, context);
    expect(judge([finding], {}).verdict).toMatchObject({ kind: "invalid", reason: "noExpectation" });
  },
);

// A rule may make a class as tolerant as it likes, but what was not read must never leave as good.
test.each([
  ["fail", "fail"],
  ["invalid", "invalid"],
] as const)("a code and a date that cannot be read, with unreadable: %s, are %s", async (unreadable, kind) => {
  // Without its limit on contrast an empty field is nothing but unreadable.
  const blind = { minContrast: 0 };
  const steps: readonly [StepDefinition, StepFixture, object][] = [
    [readCode, codeFixture, {}],
    [readDate, dateFixture, blind],
  ];
  for (const [step, fixture, over] of steps) {
    const { options, camera, expected, pictures } = await fixture.prepare(temporary.folder);
    const given = step.options.parse({ ...options, ...over, unreadable });
    await using open = await step.open(given, siteOf(camera, "CAM-01", temporary.folder, {}));
    const { picture } = pictures.at(-1)!;
    const finding = await open.run({ picture, place: inPlace, expected: expected! }, context);
    const strict = { reject: 1 };
    const rules = { CODE_UNREADABLE: strict, DATE_UNREADABLE: strict };
    expect(judge([finding], rules).verdict.kind).toBe(kind);
  }
});
