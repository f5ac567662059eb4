import { createShadowComparison } from "../../src/app/shadow-comparison.ts";
import type { Judgement } from "../../src/domain/judgement.ts";
import type { Verdict } from "../../src/domain/verdict.ts";

const pass: Verdict = { kind: "pass", confidence: 1 };
const fail: Verdict = { kind: "fail", confidence: 1, defects: [{ class: "OTHER", confidence: 1 }] };
const late: Verdict = { kind: "notInspected", reason: "deadline" };
const said = (triggerId: number, verdict: Verdict, unitKind: Judgement["unitKind"] = "production"): Judgement => ({
  station: "LINE-01",
  cameraId: "CAM-01",
  triggerId,
  verdict,
  unitKind,
  recipe: { id: "", version: 0, hash: "ab" },
});

test("pairs are told by both words, whoever speaks first; what was not inspected is no opinion", () => {
  const c = createShadowComparison();
  c.decided(said(1, pass));
  expect(c.shadowed(said(1, fail), 30)).toBe("pass→fail");
  c.shadowed(said(2, pass), 10);
  expect(c.decided(said(2, fail))).toBe("fail→pass");
  c.decided(said(3, pass));
  expect(c.shadowed(said(3, pass, "absent"), 20)).toBe("pass→absent");
  c.decided(said(4, fail));
  expect(c.shadowed(said(4, fail), 20)).toBeUndefined();
  c.decided(said(5, pass));
  c.shadowed(said(5, late), 500);
  c.decided(said(6, late));
  c.shadowed(said(6, pass), 20);
  expect(c.figures).toEqual({
    units: 4,
    agreements: 1,
    differences: 3,
    pairs: { "pass→fail": 1, "fail→pass": 1, "pass→absent": 1 },
    failures: 1,
    latencyP50Ms: 20,
    latencyP99Ms: 30,
  });
});

// A shadow that died must show as failures, and must not fill the memory with words that wait for it.
test("a shadow that does not answer has failed", () => {
  const c = createShadowComparison();
  for (let id = 1; id <= 600; id++) c.decided(said(id, pass));
  expect(c.figures).toMatchObject({ units: 0, failures: 600 - 512 });
});
