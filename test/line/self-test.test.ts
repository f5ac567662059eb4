import type { RunSelfTest } from "../../src/domain/command.ts";
import { conditionOf } from "../../src/projections/alarms.ts";
import { aLine, aLoadedRecipe, type TestLine } from "../support/line.ts";

const order: RunSelfTest = {
  kind: "runSelfTest",
  trigger: "method",
  station: "LINE-01",
  by: "anna@urn:hmi",
  source: "opcua",
};
const run = async (t: TestLine) => {
  const answered = t.line.command(order);
  await t.settle();
  return answered;
};
const later = async (t: TestLine, seconds: number): Promise<void> => {
  for (let n = 0; n < seconds; n++) {
    t.clock.advance(1_000);
    t.line.tick();
    await t.settle();
  }
};
const fault = (t: TestLine) => conditionOf(t.line.state.alarms, "ModelFault", 0);
const failed = {
  passed: false,
  models: aLoadedRecipe.models,
  samples: 3,
  details: "snack-bag@2: golden sample golden/1.png gives score 3.1, the card says 1 ± 0.02.",
} as const;

test("a self test is answered when it is on disk, with who asked for it", async () => {
  const t = aLine();
  expect(await run(t)).toEqual({ outcome: "selfTested", passed: true, details: "3 samples" });
  expect(t.ledger.of("selfTest")).toMatchObject([
    { by: "anna@urn:hmi", body: { passed: true, samples: 3, maxDeviation: 0.01, trigger: "method" } },
  ]);
  expect(t.line.state.selfTest).toMatchObject({ passed: true, details: "3 samples" });
});

// What it found must call somebody, also when nobody was looking at the answer.
test("a failed one is a ModelFault until a later one passes", async () => {
  const t = aLine();
  t.selfTests.answer = failed;
  expect(await run(t)).toMatchObject({ outcome: "selfTested", passed: false });
  await later(t, 7);
  expect(fault(t)).toMatchObject({ active: true, reason: `self test failed: ${failed.details}` });
  t.selfTests.answer = { ...failed, passed: true, details: "fine" };
  await run(t);
  await later(t, 7);
  expect(fault(t).active).toBe(false);
});

test("models that are loaded anew have run their samples: what failed before is over", async () => {
  const t = aLine();
  t.selfTests.answer = failed;
  await run(t);
  await later(t, 7);
  t.line.vision({ up: true, loaded: aLoadedRecipe, simulated: true });
  await later(t, 7);
  expect(fault(t).active).toBe(false);
});

// "Not run" says nothing of the models: it must not look like a failure, nor like a pass.
test("one that could not run is refused with the reason, and nothing is written", async () => {
  const t = aLine();
  t.selfTests.answer = { notRun: "inference had no moment to spare" };
  expect(await run(t)).toMatchObject({
    outcome: "refused",
    code: "wrongState",
    message: expect.stringMatching(/no moment to spare/),
  });
  expect(t.ledger.of("selfTest")).toEqual([]);
  expect(t.line.state.selfTest).toBeUndefined();
});
