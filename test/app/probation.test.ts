import { probationRules, startProbation } from "../../src/app/probation.ts";
import { count, emptyTally } from "../../src/app/tally.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { fakeClock } from "../support/fake-clock.ts";

const pass: Verdict = { kind: "pass", confidence: 1 };
const fault: Verdict = { kind: "notInspected", reason: "inferenceFault" };
const overload: Verdict = { kind: "notInspected", reason: "overload" };

/** A process that took over just now, and what became of it. */
function aProbation(usual: { judged: number; late: number } = { judged: 0, late: 0 }) {
  const clock = fakeClock();
  const own = { tally: emptyTally(), setup: { cameras: ["CAM-01"], deadlineMs: 250 } };
  const said: string[] = [];
  const probation = startProbation(
    probationRules,
    { own, before: { tally: { ...emptyTally(), ...usual } } },
    { unfit: (reason) => said.push(reason), over: () => said.push("over") },
    clock,
  );
  return {
    said,
    clock,
    judge(times: number, verdict: Verdict, latencyMs = 20) {
      for (let n = 0; n < times; n++) {
        count(own.tally, { verdict }, latencyMs, 250);
        probation.judged();
      }
    },
  };
}

// One failure among the first few is no share yet; a recipe that fails and fails has to go after a few units, not 200.
test("more than 5 % of inspections may not fail", () => {
  const t = aProbation();
  t.judge(3, fault);
  expect(t.said).toEqual([]);
  t.judge(1, fault);
  expect(t.said).toEqual(["4 of 4 inspections failed"]);
  const spread = aProbation();
  for (let n = 0; n < 10; n++) {
    spread.judge(19, pass);
    spread.judge(1, fault);
  }
  expect(spread.said).toEqual([]);
});

// What comes late or is never looked at because too much waits is the same to the reject gate.
test("the p99 has to be within the deadline, the first pictures aside", () => {
  const t = aProbation();
  t.judge(20, pass, 900);
  t.judge(1, pass, 900);
  t.judge(1, overload, 1);
  expect(t.said).toEqual([]);
  t.judge(1, pass, 900);
  expect(t.said).toEqual([expect.stringMatching(/^3 of 23 verdicts came after the deadline of 250 ms/)]);
});

// A machine that is short of time makes every recipe late: going back would help nobody.
test("it may be late twice as often as the recipe before it", () => {
  const t = aProbation({ judged: 1_000, late: 50 });
  t.judge(20, pass);
  t.judge(20, pass, 900);
  expect(t.said).toEqual([]);
  t.judge(1, pass, 900);
  expect(t.said).toHaveLength(1);
});

// 200 units pass in a second on a fast line, in which a leak does not show; a line that stands still must not hold memory for ever.
test("it ends after 30 s and 200 units, or after 5 min", () => {
  const fast = aProbation();
  fast.judge(1_000, pass);
  expect(fast.said).toEqual([]);
  fast.clock.advance(30_000);
  expect(fast.said).toEqual(["over"]);
  const idle = aProbation();
  idle.clock.advance(299_000);
  expect(idle.said).toEqual([]);
  idle.clock.advance(1_000);
  expect(idle.said).toEqual(["over"]);
});
