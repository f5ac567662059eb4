import { scoresOf } from "../../../src/vision/model/classifier.ts";

const classes = ["DENT", "GOOD"];
const output = (activation: "softmax" | "sigmoid" | "none") => ({ name: "o", activation });
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

test("each activation makes 0..1 of an output, also of a very large one", () => {
  const say = (activation: "softmax" | "sigmoid" | "none", ...values: number[]) =>
    scoresOf({ output: output(activation), classes }, Float32Array.from(values)).map((s) => rounded(s.confidence));
  expect(say("none", 0.25, 0.75)).toEqual([0.25, 0.75]);
  expect(say("sigmoid", 0, -2)).toEqual([0.5, 0.119]);
  expect(say("softmax", 1, 0)).toEqual([0.731, 0.269]);
  expect(say("softmax", 1_000, 0)).toEqual([1, 0]);
  // "none" on an output that is none: never out of range, whatever the export did.
  expect(say("none", -3, 7)).toEqual([0, 1]);
});

// The probability is what a person may rely on; without labelled pictures there is none, rather than a guess.
test("probabilities come from the calibration, of the output and not of the confidence; without one there are none", () => {
  const values = Float32Array.of(2, 0);
  const fit = { a: 0.5, b: -1, samples: { good: 10, bad: 10 }, brier: 0.1 };
  const platt = { kind: "platt", classes: { DENT: fit }, source: "test" } as const;
  const temperature = { kind: "temperature", temperature: 2, samples: 20, brier: 0.1, source: "test" } as const;
  const [dent, good] = scoresOf({ output: output("sigmoid"), classes, calibration: platt }, values);
  expect(rounded(dent!.probability!)).toBe(0.5);
  expect(good).not.toHaveProperty("probability");
  const tempered = scoresOf({ output: output("softmax"), classes, calibration: temperature }, values);
  expect(tempered.map((s) => rounded(s.probability!))).toEqual([0.731, 0.269]);
  expect(scoresOf({ output: output("softmax"), classes }, values)[0]).not.toHaveProperty("probability");
});
