import { type AddressSpace, DataType, type ExtensionObject, Variant, VariantArrayType } from "node-opcua";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import { type Counts, triggersOf } from "../../domain/counts.ts";
import { type JobState, jobStateNumbers } from "../../domain/job.ts";
import type { Job } from "../../projections/jobs.ts";

/** JobResult (OPC 40001-3 §9.2): unknown while it goes on. */
const results: Readonly<Record<JobState, number>> = {
  notAllowedToStart: 0,
  allowedToStart: 0,
  running: 0,
  interrupted: 0,
  ended: 1,
  aborted: 2,
};

/** One row per key of JobResponseData; `undefined` leaves it out. Counts are named as in Statistics. */
const responseData: Readonly<Record<string, (job: Job) => Variant | undefined>> = {
  JobResult: ({ state }) => new Variant({ dataType: DataType.Int32, value: results[state] }),
  OrderNumbers: ({ order }) =>
    new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value: [order.orderId] }),
  RunsPlanned: ({ order }) => count(order.targetQuantity),
  ReasonForStateChange: ({ comment }) =>
    comment === "" ? undefined : new Variant({ dataType: DataType.LocalizedText, value: { text: comment } }),
  Lot: ({ order }) => new Variant({ dataType: DataType.String, value: order.lot }),
  ...Object.fromEntries(
    Object.entries({
      UnitCount: (c) => c.units,
      PassCount: (c) => c.pass,
      FailCount: (c) => c.fail,
      InvalidCount: (c) => c.invalid,
      NotInspectedCount: (c) => c.notInspected,
      TriggerCount: triggersOf,
      AbsentCount: (c) => c.absent,
      ChallengeCount: (c) => c.challenge,
      ReworkCount: (c) => c.rework,
      SampleCount: (c) => c.sample,
    } satisfies Record<string, (counts: Counts) => number>).map(([name, of]) => [
      name,
      ({ totals }: Job) => count(of(totals.counts)),
    ]),
  ),
  FirstSequence: ({ totals }) => count(totals.firstSequence),
  LastSequence: ({ totals }) => count(totals.lastSequence),
};
const count = (value: number): Variant => new Variant({ dataType: DataType.UInt32, value });

/** The top-level state alone, with a null path (OPC 10031-4 §6.3.2). */
const stateOf = (state: JobState) => [
  { browsePath: { elements: [] }, stateText: { text: stateText(state) }, stateNumber: jobStateNumbers[state] },
];
/** As the state machine's type names it: `AllowedToStart`. */
export const stateText = (state: JobState): string => state[0]!.toUpperCase() + state.slice(1);

const optional = <T>(name: string, value: T | undefined | ""): Record<string, T> =>
  value === undefined || value === "" ? {} : { [name]: value };
const dateOf = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

/** Makes the structures of OPC 10031-4 that show job orders. */
export interface JobStructures {
  /** ISA95JobOrderAndStateDataType. */
  orderAndState(job: Job): ExtensionObject;
  /** ISA95JobResponseDataType. */
  response(job: Job): ExtensionObject;
  /** ISA95WorkMasterDataType. */
  workMaster(recipeId: string): ExtensionObject;
}

/** @param origin names the ledger and station, so that no two responses share an id */
export function jobStructures(addressSpace: AddressSpace, origin: string): JobStructures {
  const make = (type: string, fields: object): ExtensionObject =>
    addressSpace.constructExtensionObject(
      addressSpace.findDataType(type, namespaceIndexes.isa95JobControl)!,
      fields as Record<string, unknown>,
    );
  return {
    orderAndState: ({ order, state }) =>
      make("ISA95JobOrderAndStateDataType", {
        jobOrder: {
          jobOrderID: order.jobOrderId,
          ...(order.description !== "" && { description: [{ text: order.description }] }),
          ...(order.recipeId !== "" && { workMasterID: [{ ID: order.recipeId }] }),
          ...optional("startTime", dateOf(order.startTime)),
          ...optional("endTime", dateOf(order.endTime)),
          priority: order.priority,
          jobOrderParameters: [
            { ID: "OrderNumbers", value: responseData["OrderNumbers"]!({ order } as Job) },
            { ID: "RunsPlanned", value: count(order.targetQuantity) },
          ],
          materialRequirements: [
            {
              ...optional("materialDefinitionID", order.sku),
              materialLotID: order.lot,
              materialUse: "Material Produced",
              quantity: String(order.targetQuantity),
            },
          ],
        },
        state: stateOf(state),
      }),
    response: (job) =>
      make("ISA95JobResponseDataType", {
        jobResponseID: `${origin}:job:${job.storedAt}`,
        ...(job.order.description !== "" && { description: { text: job.order.description } }),
        jobOrderID: job.order.jobOrderId,
        ...optional("startTime", dateOf(job.startedAt)),
        ...optional("endTime", dateOf(job.endedAt)),
        jobState: stateOf(job.state),
        jobResponseData: Object.entries(responseData).flatMap(([ID, of]) => {
          const value = of(job);
          return value ? [{ ID, value }] : [];
        }),
        materialActuals: [
          {
            ...optional("materialDefinitionID", job.order.sku),
            materialLotID: job.order.lot,
            materialUse: "Material Produced",
            quantity: String(job.totals.counts.units),
          },
        ],
      }),
    workMaster: (ID) => make("ISA95WorkMasterDataType", { ID }),
  };
}
