import type { Defect } from "../../domain/defect.ts";
import type { Judgement } from "../../domain/judgement.ts";
import { recipeName } from "../../domain/recipe.ts";
import type { Verdict } from "../../domain/verdict.ts";
import type { Caption } from "./messages.ts";

/** So many findings are named; the legend is no list of everything. */
const maximumFindings = 4;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const defectText = ({ class: name, confidence, zone, measures }: Defect): string =>
  [
    name,
    percent(confidence),
    ...(zone ? [`in ${zone}`] : []),
    ...Object.entries(measures ?? {}).map(([quantity, value]) => `${quantity} ${Math.round(value * 100) / 100}`),
  ].join("  ");

function defectsOf(verdict: Verdict): readonly Defect[] {
  if (verdict.kind === "fail") return verdict.defects;
  return verdict.kind === "pass" ? (verdict.review ?? []) : [];
}

function headOf({ verdict, unitKind }: Judgement): string {
  if (unitKind === "absent") return "ABSENT";
  switch (verdict.kind) {
    case "pass":
      return verdict.review ? "PASS - REVIEW" : "PASS";
    case "fail":
      return "FAIL";
    case "invalid":
      return "INVALID";
    case "notInspected":
      return "NOT INSPECTED";
  }
}

/** What the legend says of a judgement. @param at UTC ms of the picture */
export function captionOf(judgement: Judgement, at: number): Caption {
  const { verdict, station, cameraId, triggerId, unitId, recipe, model, texts } = judgement;
  const reason = "reason" in verdict ? [[verdict.reason, verdict.detail].filter(Boolean).join(": ")] : [];
  const defects = defectsOf(verdict);
  const more = defects.length - maximumFindings;
  return {
    verdict: headOf(judgement),
    tone: verdict.kind === "fail" ? "fail" : verdict.kind === "pass" && !verdict.review ? "pass" : "unsure",
    isBad: defects.length > 0 || verdict.kind === "invalid",
    boxes: defects.flatMap(({ class: name, confidence, box }) =>
      box ? [{ box, label: `${name} ${percent(confidence)}` }] : [],
    ),
    findings: [
      ...reason,
      ...defects.slice(0, maximumFindings).map(defectText),
      ...(more > 0 ? [`and ${more} more`] : []),
      ...(defects.length === 0 && verdict.kind === "pass" && judgement.unitKind !== "absent"
        ? [`nothing found, ${percent(verdict.confidence)} sure`]
        : []),
    ],
    origin: [
      `${station}  ${cameraId}  trigger ${triggerId}`,
      new Date(at).toISOString().replace("T", "  ").replace("Z", " UTC"),
      ...(unitId ? [`unit ${unitId}`] : []),
      ...(texts?.["date"] ? [`date ${texts["date"]}`] : []),
      [recipe && recipeName(recipe), model?.id].filter(Boolean).join("  "),
    ].filter((line) => line !== ""),
  };
}
