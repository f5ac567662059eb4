import type { Defect } from "../../domain/defect.ts";
import type { Judgement } from "../../domain/judgement.ts";
import type { ModelCard } from "../model/card.ts";
import type { Step } from "../step.ts";
import type { AnomalyFinding } from "./anomaly.ts";

/** What one inspected picture comes to. */
export type Inspection = Pick<Judgement, "verdict" | "unitKind"> & Required<Pick<Judgement, "score" | "inferenceMs">>;

export interface JudgeOptions {
  readonly card: Pick<ModelCard, "threshold" | "confidence" | "presence" | "grid">;
  /** Raw score at or above which the unit fails, instead of the card's. */
  readonly threshold?: number;
  /** Class of the defect. */
  readonly defectClass: string;
}

/** Turns score and map into a verdict. Pure: the same finding and card always give the same verdict. */
export function judge({
  card,
  threshold = card.threshold.reject,
  defectClass,
}: JudgeOptions): Step<AnomalyFinding, Inspection> {
  return {
    name: "judge",
    run(finding) {
      const { score, presence, inferenceMs } = finding;
      const failing = 1 / (1 + Math.exp(-card.confidence.slope * (score - threshold)));
      if (card.presence && presence < card.presence.absentBelow)
        return {
          unitKind: "absent",
          verdict: { kind: "pass", confidence: 1 - presence / card.presence.absentBelow },
          score,
          inferenceMs,
        };
      if (score < threshold)
        return { unitKind: "production", verdict: { kind: "pass", confidence: 1 - failing }, score, inferenceMs };
      const defect: Defect = { class: defectClass, confidence: failing, box: hotBox(finding, card.grid) };
      return {
        unitKind: "production",
        verdict: { kind: "fail", confidence: failing, defects: [defect] },
        score,
        inferenceMs,
      };
    },
  };
}

/** Share of the hottest value that still belongs to the same finding. */
const hot = 0.6;

/** The box, in px of the picture, around the hottest position and all hot ones that touch it (also over corners). */
export function hotBox(
  { map, width, height }: Pick<AnomalyFinding, "map" | "width" | "height">,
  { rows, columns }: ModelCard["grid"],
): NonNullable<Defect["box"]> {
  let peak = 0;
  for (let i = 1; i < map.length; i++) if (map[i]! > map[peak]!) peak = i;
  const limit = hot * map[peak]!;
  const seen = new Uint8Array(map.length);
  const open = [peak];
  seen[peak] = 1;
  let [top, bottom, left, right] = [rows, 0, columns, 0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [row, column] = [Math.floor(at / columns), at % columns];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
        const next = r * columns + c;
        if (seen[next] || map[next]! < limit) continue;
        seen[next] = 1;
        open.push(next);
      }
  }
  const [x, y] = [Math.floor((left * width) / columns), Math.floor((top * height) / rows)];
  return [x, y, Math.ceil(((right + 1) * width) / columns) - x, Math.ceil(((bottom + 1) * height) / rows) - y];
}
