import { Variant, VariantArrayType } from "node-opcua";
import { unitColumns } from "../../../nodeset/methods.ts";
import type { ValueOf } from "../../../nodeset/model.ts";
import type { UnitRecord } from "../../domain/unit-record.ts";
import { toVariant, wireType } from "../binder.ts";
import { unitFacts } from "../unit-facts.ts";

type Facts = ReturnType<typeof unitFacts>;
interface Row {
  readonly unit: UnitRecord;
  readonly hash: string;
}

/** What stands in each column. A column without a row is a compile error. */
const cells: {
  readonly [K in keyof typeof unitColumns]: (row: Row, facts: Facts) => ValueOf<(typeof unitColumns)[K]["dataType"]>;
} = {
  Sequence: ({ unit }) => unit.sequence,
  LotSequence: ({ unit }) => unit.lotSequence,
  TriggerId: ({ unit }) => unit.triggerId,
  UnitKind: (_, facts) => facts.kind,
  UnitId: ({ unit }) => unit.unitId ?? "",
  Verdict: (_, facts) => facts.verdictCode,
  Reason: (_, facts) => facts.reason,
  DefectClass: (_, facts) => facts.defectClass,
  DefectCount: (_, facts) => facts.defectCount,
  Confidence: (_, facts) => facts.confidence ?? Number.NaN,
  CameraId: ({ unit }) => unit.cameraId ?? "",
  OrderId: ({ unit }) => unit.context.orderId,
  Lot: ({ unit }) => unit.context.lot,
  Sku: ({ unit }) => unit.context.sku,
  TriggeredAt: ({ unit }) => unit.triggeredAt,
  DecidedAt: ({ unit }) => unit.decidedAt,
  LatencyMs: ({ unit }) => unit.latencyMs,
  RejectRequested: ({ unit }) => unit.rejectRequested,
  Simulated: ({ unit }) => unit.simulated,
  RecordHash: ({ hash }) => hash,
};

/** Units as parallel arrays, in the order of the table. */
export function unitArrays(rows: readonly Row[]): Variant[] {
  const facts = rows.map(({ unit }) => unitFacts(unit));
  return Object.entries(unitColumns).map(([name, { dataType }]) => {
    const cell = cells[name as keyof typeof cells];
    const value = rows.map((row, n) => toVariant(dataType, cell(row, facts[n]!)).value);
    return new Variant({ dataType: wireType(dataType), arrayType: VariantArrayType.Array, value });
  });
}
