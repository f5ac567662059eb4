import type { UnitRecord } from "../../domain/unit-record.ts";
import { resultId, resultStates } from "../events/result.ts";
import { Structures } from "../structures.ts";

/** A structure of OPC 40100-1 that is one name; `undefined` where there is none. */
const named = (type: number, id: string | undefined): Structures | undefined =>
  id ? new Structures({ ns: "machineVision", id: type }, { id }) : undefined;

/** What identifies a unit's result, as plain words: filters compare these, structures are made of them. */
export function visionFacts(station: string, unit: UnitRecord) {
  const { context, model, recipe, verdict } = unit;
  return {
    resultState: resultStates[verdict.kind],
    partId: unit.unitId || String(unit.sequence),
    externalRecipeId: recipe?.id ?? context.recipeId,
    internalRecipeId: model?.id ?? "",
    // A station has one configuration: its own.
    internalConfigurationId: station,
    productId: context.sku,
    jobId: context.orderId,
  };
}
export type VisionFacts = ReturnType<typeof visionFacts>;

/**
 * Components of a result (OPC 40100-1 §12.16): one row per field, in the order of GetResultComponentsById's outputs; what
 * nobody said is left out where it is optional, and an empty name where it is mandatory.
 */
export function visionComponents(station: string, unit: UnitRecord) {
  const facts = visionFacts(station, unit);
  const mandatory = (type: number, id: string) => new Structures({ ns: "machineVision", id: type }, { id });
  return {
    hasTransferableDataOnFile: false,
    isPartial: false,
    isSimulated: unit.simulated,
    resultState: facts.resultState,
    measId: undefined,
    partId: named(3004, facts.partId),
    externalRecipeId: named(3002, facts.externalRecipeId),
    internalRecipeId: mandatory(3013, facts.internalRecipeId),
    productId: named(3003, facts.productId),
    externalConfigurationId: undefined,
    internalConfigurationId: mandatory(3008, facts.internalConfigurationId),
    jobId: mandatory(3016, facts.jobId),
    creationTime: new Date(unit.decidedAt),
    processingTimes: new Structures(
      { ns: "machineVision", id: 3005 },
      { startTime: new Date(unit.triggeredAt), endTime: new Date(unit.decidedAt) },
    ),
  } as const;
}

/** ResultDataType of OPC 40100-1, of one unit; the same ids as in the results of OPC 40001-101. */
export function visionResult(ledgerId: string, station: string, unit: UnitRecord): Readonly<Record<string, unknown>> {
  const components = visionComponents(station, unit);
  const known = Object.fromEntries(Object.entries(components).filter(([, value]) => value !== undefined));
  const id = new Structures({ ns: "machineVision", id: 3021 }, { id: resultId(ledgerId, station, unit) });
  return { resultId: id, ...known };
}

/** What a client looks for: "" and 0 mean anything (OPC 40100-1 §7.10.2.3). */
export interface ResultFilter extends VisionFacts {
  /** Results here have none: a filter on one fits none. */
  readonly measId: string;
  readonly externalConfigurationId: string;
}

export function fitsFilter({ measId, externalConfigurationId, ...wanted }: ResultFilter, facts: VisionFacts): boolean {
  return (
    measId === "" &&
    externalConfigurationId === "" &&
    (Object.keys(facts) as (keyof VisionFacts)[]).every(
      (key) => wanted[key] === "" || wanted[key] === 0 || wanted[key] === facts[key],
    )
  );
}
