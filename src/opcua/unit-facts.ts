import { enumerations } from "../../nodeset/enumerations.ts";
import { type UnitRecord, unitKindCodes } from "../domain/unit-record.ts";
import { verdictCodes } from "../domain/verdict.ts";

/** What both `LastUnit` and the UnitInspected event say about a unit, in the wire's words; `undefined` where there is nothing. */
export function unitFacts({ unitKind, verdict, cameraId, cameras }: UnitRecord) {
  const defects = verdict.kind === "fail" ? verdict.defects : [];
  const worst = defects[0];
  const kind = unitKindCodes[unitKind];
  const verdictCode = verdictCodes[verdict.kind];
  return {
    kind,
    kindText: enumerations.UnitKind.names[kind]!,
    verdictCode,
    verdictText: enumerations.Verdict.names[verdictCode]!,
    reason: "reason" in verdict ? `${verdict.reason}${verdict.detail ? `: ${verdict.detail}` : ""}` : "",
    defectCount: defects.length,
    defectClass: worst?.class ?? "",
    defectCode: worst?.code ?? "",
    offsetMm: worst?.measures?.["offset_mm"],
    confidence: "confidence" in verdict ? verdict.confidence : undefined,
    /** Of the camera that decided; of the first that exposed when none did. */
    exposedAt: (cameras.find((c) => c.cameraId === cameraId) ?? cameras.find((c) => c.exposedAt !== undefined))
      ?.exposedAt,
  };
}
