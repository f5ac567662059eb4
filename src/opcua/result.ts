import type { UnitRecord } from "../domain/unit-record.ts";
import type { VerdictKind } from "../domain/verdict.ts";

/** ResultEvaluationEnum (OPC 40001-101 §10.3). */
const evaluations: Readonly<Record<VerdictKind, number>> = { pass: 1, fail: 2, invalid: 3, notInspected: 0 };
/** ResultState (OPC 40001-101 §10.6): 1 completed, 4 failed. */
const states: Readonly<Record<VerdictKind, number>> = { pass: 1, fail: 1, invalid: 1, notInspected: 4 };

/** Names a unit's result for good, also across ledgers. */
export const resultId = (ledgerId: string, station: string, { sequence }: UnitRecord): string =>
  `${ledgerId}:${station}:${sequence}`;

/**
 * ResultMetaDataType of one unit (OPC 40001-101 §10.6), keyed as node-opcua wants it. Optional fields that would be empty
 * are left out. All strings are TrimmedString: none of them starts or ends with white space.
 */
export function resultMetaData(ledgerId: string, station: string, unit: UnitRecord): Record<string, unknown> {
  const { context, verdict } = unit;
  const fields = {
    resultId: resultId(ledgerId, station, unit),
    hasTransferableDataOnFile: false,
    isPartial: false,
    isSimulated: unit.simulated,
    resultState: states[verdict.kind],
    stepId: station,
    partId: unit.unitId || String(unit.sequence),
    externalRecipeId: context.recipeId || undefined,
    internalRecipeId: unit.model?.id,
    productId: context.sku || undefined,
    jobId: context.orderId || undefined,
    creationTime: new Date(unit.decidedAt),
    processingTimes: { startTime: new Date(unit.triggeredAt), endTime: new Date(unit.decidedAt) },
    resultEvaluation: evaluations[verdict.kind],
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
