import type { Judgement } from "../../../src/domain/judgement.ts";
import { captionOf, type Occasion } from "../../../src/vision/evidence/caption.ts";
import { aTime } from "../../support/units.ts";

const live: Occasion = { at: aTime, isSimulated: false };
const aJudgement = (over: Partial<Judgement> = {}): Judgement => ({
  station: "LINE-01",
  triggerId: 12,
  cameraId: "CAM-01",
  unitKind: "production",
  verdict: { kind: "pass", confidence: 0.991 },
  recipe: { id: "SNACK-BAG", version: 1, hash: "ab" },
  model: { id: "snack-bag@2", hash: "cd" },
  ...over,
});

// A confidence is a reading against a rule (domain/defect.ts): written in percent it would be taken for a probability.
test("a confidence is written as a figure, and only a calibrated probability in percent", () => {
  expect(captionOf(aJudgement(), live).findings).toEqual(["nothing found, confidence 0.99"]);
  const defect = { class: "SEAL_TORN", confidence: 0.9, box: [1, 2, 3, 4] } as const;
  const said = (probability?: number) =>
    captionOf(
      aJudgement({
        verdict: {
          kind: "fail",
          confidence: 0.9,
          defects: [{ ...defect, ...(probability !== undefined && { probability }) }],
        },
      }),
      live,
    );
  expect(said()).toMatchObject({ findings: ["SEAL_TORN  confidence 0.90"], boxes: [{ label: "SEAL_TORN 0.90" }] });
  expect(said(0.4).findings).toEqual(["SEAL_TORN  confidence 0.90  probability 40 %"]);
});

// Nobody may take a picture of a simulated line, or one from a recipe's trial, for evidence of production.
test("a simulated picture and a trial say first what they are not", () => {
  const simulated = captionOf(aJudgement(), { at: aTime, isSimulated: true });
  expect(simulated.findings[0]).toMatch(/^SIMULATED/);
  expect(simulated.origin[0]).toBe("LINE-01  CAM-01  trigger 12");
  expect(captionOf(aJudgement(), live).findings.join()).not.toMatch(/SIMULATED|TRIAL/);
  const { model: _, ...withoutModel } = aJudgement({ recipe: { id: "", version: 0, hash: "" } });
  const trial = captionOf(withoutModel, { trial: "b/000.png", models: ["unit@1"] });
  expect(trial.findings[0]).toBe("TRIAL, not evidence");
  expect(trial.origin).toEqual(["b/000.png", "unit@1"]);
});
