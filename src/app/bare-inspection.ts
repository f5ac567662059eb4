import { createHash } from "node:crypto";
import { anomalyClass } from "../domain/defect.ts";
import { defaultEvidencePolicy, defaultRejectPolicy } from "../domain/recipe.ts";
import type { InspectionSetup } from "../vision/messages.ts";

/** What a station without a recipe runs: every camera is inspected by one model alone. */
export function bareInspection(
  cameras: readonly string[],
  model: string,
  folder: string,
  threshold?: number,
): InspectionSetup {
  const options = { model, class: anomalyClass, zones: {}, ...(threshold !== undefined && { threshold }) };
  const content = {
    id: "",
    version: 0,
    title: "",
    skus: [],
    cameras: Object.fromEntries(cameras.map((id) => [id, { zones: {}, steps: [{ step: "anomaly", options }] }])),
    classes: {},
    reject: defaultRejectPolicy,
    evidence: defaultEvidencePolicy,
  };
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  return { recipe: { ...content, hash }, recipeFolder: "", modelFolders: { [model]: folder } };
}
