import type { Defect } from "../domain/defect.ts";
import type { Judgement } from "../domain/judgement.ts";
import { type ClassRule, defaultRule } from "../domain/recipe.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { Finding } from "./step.ts";

/** What one inspected picture comes to, without whose it is. */
export type Inspection = Pick<Judgement, "verdict" | "unitKind" | "unitId" | "unitIdSource" | "measures" | "texts"> &
  Required<Pick<Judgement, "inferenceMs">> &
  Pick<Judgement, "score">;

/**
 * Turns what the steps found into one verdict. Pure: the same findings and rules always give the same verdict.
 *
 * | found | verdict |
 * |---|---|
 * | nothing there | absent, pass |
 * | nothing there, behind a defect that fails or a code that was read | invalid |
 * | a defect at or above its class's `reject` | fail, named ones first, surest first |
 * | something undecidable | invalid |
 * | a defect at or above `review` | pass, with what should be looked at |
 * | else | pass |
 *
 * @throws RangeError when a step gives a confidence that is none: compared with any threshold NaN would be a pass
 */
export function judge(findings: readonly Finding[], rules: Readonly<Record<string, ClassRule>>): Inspection {
  for (const { class: of, confidence } of findings.flatMap((f) => [
    ...(f.defects ?? []),
    ...(f.absent ? [{ class: "nothing there", ...f.absent }] : []),
  ]))
    if (!Number.isFinite(confidence))
      throw new RangeError(`a step gave ${of} the confidence ${confidence}, which is no number; check its model`);
  const last = <K extends keyof Finding>(key: K): Finding[K] | undefined =>
    findings.findLast((f) => f[key] !== undefined)?.[key];
  const together = <T>(key: "measures" | "texts"): Readonly<Record<string, T>> =>
    Object.assign({}, ...findings.map((f) => f[key] ?? {}));
  const [measures, texts] = [together<number>("measures"), together<string>("texts")];
  const unitId = last("unitId");
  const score = findings.find((f) => f.score !== undefined)?.score;
  const facts = {
    inferenceMs: findings.reduce((sum, f) => sum + (f.inferenceMs ?? 0), 0),
    ...(score !== undefined && { score }),
    ...(Object.keys(measures).length > 0 && { measures }),
    ...(Object.keys(texts).length > 0 && { texts }),
    ...(unitId && { unitId: unitId.id, unitIdSource: unitId.source }),
  };
  const absent = last("absent");
  const something = absent && presence(findings, rules);
  if (something !== undefined) {
    const detail = `nothing seen, but a step before ${something}; check the order of the steps and the picture`;
    return { unitKind: "production", verdict: { kind: "invalid", reason: "mislocated", detail }, ...facts };
  }
  if (absent) return { unitKind: "absent", verdict: { kind: "pass", confidence: absent.confidence }, ...facts };
  return { unitKind: "production", verdict: verdictOf(findings, rules), ...facts };
}

/** What shows that there is something all the same, for a person; `undefined` when nothing does. */
function presence(findings: readonly Finding[], rules: Readonly<Record<string, ClassRule>>): string | undefined {
  const code = findings.find((f) => f.unitId)?.unitId?.id ?? findings.find((f) => f.texts?.["code"])?.texts?.["code"];
  if (code !== undefined) return `read the code ${code}`;
  const failing = findings.flatMap((f) => f.defects ?? []).find((d) => fails(d, rules));
  return failing && `found ${failing.class} (${failing.confidence.toFixed(2)})`;
}

const ruleOf = (defect: Defect, rules: Readonly<Record<string, ClassRule>>): ClassRule =>
  rules[defect.class] ?? defaultRule;
const fails = (defect: Defect, rules: Readonly<Record<string, ClassRule>>): boolean =>
  defect.confidence >= ruleOf(defect, rules).reject;
const surestFirst = (a: Defect, b: Defect): number => b.confidence - a.confidence;

/** Whether something strange is what has been named already: it touches it, or the name is about the unit as a whole. */
function isSame({ box: named }: Defect, { box: strange }: Defect): boolean {
  if (!named || !strange) return true;
  const [ax, ay, aw, ah] = named;
  const [bx, by, bw, bh] = strange;
  return ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah;
}

function verdictOf(findings: readonly Finding[], rules: Readonly<Record<string, ClassRule>>): Verdict {
  const coded = (defect: Defect): Defect => {
    const { code } = ruleOf(defect, rules);
    return code === undefined ? defect : { ...defect, code };
  };
  const of = (list: readonly Finding[]): Defect[] => list.flatMap((f) => f.defects ?? []).sort(surestFirst);
  const [named, strange] = [of(findings.filter((f) => !f.namesNothing)), of(findings.filter((f) => f.namesNothing))];
  const names = named.filter((d) => fails(d, rules));
  const failing = [...names, ...strange.filter((d) => fails(d, rules) && !names.some((n) => isSame(n, d)))].map(coded);
  const [worst, ...others] = failing;
  if (worst) return { kind: "fail", confidence: worst.confidence, defects: [worst, ...others] };
  const defects = [...named, ...strange].sort(surestFirst);
  const invalid = findings.find((f) => f.invalid)?.invalid;
  if (invalid) return { kind: "invalid", reason: invalid.reason, detail: invalid.detail };
  const review = defects
    .filter((d) => d.confidence >= (ruleOf(d, rules).review ?? Number.POSITIVE_INFINITY))
    .map(coded);
  const confidence = 1 - (defects[0]?.confidence ?? 0);
  return review.length > 0 ? { kind: "pass", confidence, review } : { kind: "pass", confidence };
}
