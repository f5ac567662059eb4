import type { UnitRecord } from "../../domain/unit-record.ts";
import type { VerdictKind } from "../../domain/verdict.ts";
import type { PlainValue } from "./plain-value.ts";

/** ResultEvaluationEnum (OPC 40001-101 §10.3). */
const evaluations: Readonly<Record<VerdictKind, number>> = { pass: 1, fail: 2, invalid: 3, notInspected: 0 };
/** ResultState (OPC 40001-101 §10.6, OPC 40100-1 §12.19): 1 completed, 4 failed. */
export const resultStates: Readonly<Record<VerdictKind, number>> = { pass: 1, fail: 1, invalid: 1, notInspected: 4 };

/** Names a unit's result for good, also across ledgers. */
export const resultId = (ledgerId: string, station: string, { sequence }: UnitRecord): string =>
  `${ledgerId}:${station}:${sequence}`;

const text = (value: string | undefined): PlainValue | undefined =>
  value ? { dataType: "String", value: value.toWellFormed() } : undefined;
const flag = (value: boolean): PlainValue => ({ dataType: "Boolean", value });
const code = (value: number): PlainValue => ({ dataType: "Int32", value });
const instant = (value: number): PlainValue => ({ dataType: "DateTime", value });

/**
 * ResultMetaDataType of one unit (OPC 40001-101 §10.6). Optional fields that would be empty are left out. All strings are
 * TrimmedString: none of them starts or ends with white space.
 */
export function resultMetaData(
  ledgerId: string,
  station: string,
  unit: UnitRecord,
): Readonly<Record<string, PlainValue | undefined>> {
  const { context, recipe, verdict } = unit;
  return {
    ResultId: text(resultId(ledgerId, station, unit)),
    HasTransferableDataOnFile: flag(false),
    IsPartial: flag(false),
    IsSimulated: flag(unit.simulated),
    ResultState: code(resultStates[verdict.kind]),
    StepId: text(station),
    PartId: text(unit.unitId || String(unit.sequence)),
    ExternalRecipeId: text(recipe?.id ?? context.recipeId),
    InternalRecipeId: text(unit.model?.id),
    ProductId: text(context.sku),
    JobId: text(context.orderId),
    CreationTime: instant(unit.decidedAt),
    ProcessingTimes: {
      dataType: "Structure",
      type: ["machineryResult", "ProcessingTimesDataType"],
      value: { startTime: new Date(unit.triggeredAt), endTime: new Date(unit.decidedAt) },
    },
    ResultEvaluation: code(evaluations[verdict.kind]),
  };
}

/** `ResultId` → `resultId`, as the stack names the fields of structures. */
const lowerFirst = (name: string): string => name[0]!.toLowerCase() + name.slice(1);

/** Fields as the value of a structure. */
const structureOf = (fields: Readonly<Record<string, PlainValue | undefined>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      field ? [[lowerFirst(name), field.dataType === "DateTime" ? new Date(field.value) : field.value]] : [],
    ),
  );

/** `Result` of ResultReadyEventType with every path that clients may select below it (OPC 40001-101 §8.3). */
export function resultFields(
  ledgerId: string,
  station: string,
  unit: UnitRecord,
): readonly (readonly [path: string, value: PlainValue | undefined])[] {
  const fields = resultMetaData(ledgerId, station, unit);
  const metaData = structureOf(fields);
  return [
    [
      "7:Result",
      {
        dataType: "Structure",
        type: ["machineryResult", "ResultDataType"],
        value: { resultMetaData: metaData, resultContent: [] },
      },
    ],
    [
      "7:Result/7:ResultMetaData",
      { dataType: "Structure", type: ["machineryResult", "ResultMetaDataType"], value: metaData },
    ],
    ...Object.entries(fields).map(([name, value]) => [`7:Result/7:ResultMetaData/7:${name}`, value] as const),
  ];
}
