import type { Defect } from "../../domain/defect.ts";
import type { Judgement } from "../../domain/judgement.ts";
import { recipeName } from "../../domain/recipe.ts";
import type { Verdict } from "../../domain/verdict.ts";
import type { Caption } from "./messages.ts";

/** So many findings are named; the legend is no list of everything. */
const maximumFindings = 4;

/** A confidence is compared with a rule and is no probability: it is written as a figure, only a calibrated one in percent. */
const figure = (confidence: number): string => confidence.toFixed(2);
const defectText = ({ class: name, confidence, probability, zone, measures }: Defect): string =>
  [
    name,
    `confidence ${figure(confidence)}`,
    ...(probability === undefined ? [] : [`probability ${Math.round(probability * 100)} %`]),
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

/** Where a picture comes from: of the line, or a file that somebody tries a recipe on. */
export type Occasion =
  | {
      /** UTC ms of the picture. */
      readonly at: number;
      readonly isSimulated: boolean;
    }
  | {
      /** Name of the file. */
      readonly trial: string;
      /** `name@version` of what inspected it. */
      readonly models: readonly string[];
    };

/** What nobody may take the picture for. */
function noticeOf(occasion: Occasion): readonly string[] {
  if ("trial" in occasion) return ["TRIAL, not evidence"];
  return occasion.isSimulated ? ["SIMULATED, no production evidence"] : [];
}

function placeOf({ station, cameraId, triggerId }: Judgement, occasion: Occasion): readonly string[] {
  if ("trial" in occasion) return [occasion.trial];
  return [
    `${station}  ${cameraId}  trigger ${triggerId}`,
    new Date(occasion.at).toISOString().replace("T", "  ").replace("Z", " UTC"),
  ];
}

/** What the legend says of a judgement. */
export function captionOf(judgement: Judgement, occasion: Occasion): Caption {
  const { verdict, unitId, recipe, model, texts } = judgement;
  const models = "trial" in occasion ? occasion.models : model ? [model.id] : [];
  const reason = "reason" in verdict ? [[verdict.reason, verdict.detail].filter(Boolean).join(": ")] : [];
  const defects = defectsOf(verdict);
  const more = defects.length - maximumFindings;
  return {
    verdict: headOf(judgement),
    tone: verdict.kind === "fail" ? "fail" : verdict.kind === "pass" && !verdict.review ? "pass" : "unsure",
    isBad: defects.length > 0 || verdict.kind === "invalid",
    boxes: defects.flatMap(({ class: name, confidence, box }) =>
      box ? [{ box, label: `${name} ${figure(confidence)}` }] : [],
    ),
    findings: [
      ...noticeOf(occasion),
      ...reason,
      ...defects.slice(0, maximumFindings).map(defectText),
      ...(more > 0 ? [`and ${more} more`] : []),
      ...(defects.length === 0 && verdict.kind === "pass" && judgement.unitKind !== "absent"
        ? [`nothing found, confidence ${figure(verdict.confidence)}`]
        : []),
    ],
    origin: [
      ...placeOf(judgement, occasion),
      ...(unitId ? [`unit ${unitId}`] : []),
      ...(texts?.["date"] ? [`date ${texts["date"]}`] : []),
      [...(recipe.id === "" ? [] : [recipeName(recipe)]), ...models].join("  "),
    ].filter((line) => line !== ""),
  };
}
