import { runSelfTest } from "../../src/vision/self-test.ts";

const models = [{ id: "unit@1", hash: "ab" }];
const figure = { what: "score", actual: 1, expected: 1, tolerance: 0.02 };

// "Passed" would say that the models are as taught, when nothing was looked at.
test("models without golden samples are not tested, which is no pass", async () => {
  const answer = await runSelfTest({
    cameras: { "CAM-01": { samples: 0, models } },
    idle: async () => true,
    check: async () => {
      throw new Error("there is no sample");
    },
  });
  expect(answer).toEqual({ notRun: expect.stringMatching(/^nothing to test: /) });
});

test("one camera without samples does not hide those of the other", async () => {
  const answer = await runSelfTest({
    cameras: { "CAM-01": { samples: 0, models }, "CAM-02": { samples: 1, models } },
    idle: async () => true,
    check: async () => ({ model: "unit@1", file: "golden/1.png", figures: [figure] }),
  });
  expect(answer).toMatchObject({ passed: true, samples: 1 });
});
