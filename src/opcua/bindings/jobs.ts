import { DataType, type ExtensionObject, StatusCodes, Variant, VariantArrayType } from "node-opcua";
import { maximumJobs } from "../../domain/job.ts";
import { startedJobs } from "../../projections/jobs.ts";
import { type Group, standardGroup } from "../binding.ts";
import type { JobStructures } from "../jobs/structures.ts";

const structures = (value: readonly ExtensionObject[]): Variant =>
  new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value });
const noTexts = (): Variant => new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value: [] });

/** What JobManagement shows. The state machine is only a description of the orders' states (OPC 10031-4 §6.2.1.1). */
export const jobGroups = (make: JobStructures): Group[] => [
  standardGroup(
    "JobManagement/JobOrderControl",
    {
      CurrentState: () => StatusCodes.BadStateNotActive,
      "CurrentState/Id": () => StatusCodes.BadStateNotActive,
      MaxDownloadableJobOrders: () => new Variant({ dataType: DataType.UInt16, value: maximumJobs }),
      WorkMaster: ({ setup }) => structures(setup.recipes.map(make.workMaster)),
      EquipmentID: noTexts,
      MaterialClassID: noTexts,
      MaterialDefinitionID: noTexts,
      PersonnelID: noTexts,
      PhysicalAssetID: noTexts,
    },
    { on: {}, at: ({ state }) => state.lastTime },
  ),
  standardGroup(
    "JobManagement/JobOrderControl",
    { JobOrderList: ({ state }) => structures(state.jobs.map(make.orderAndState)) },
    { on: { job: "changed" }, at: ({ state }) => state.lastTime },
  ),
  standardGroup(
    "JobManagement/JobOrderResults",
    { JobOrderResponseList: ({ state }) => structures(startedJobs(state.jobs).map(make.response)) },
    // Not with every unit: whoever wants the totals of this very moment asks for the response.
    { on: { job: "changed", minute: "changed" }, at: ({ state }) => state.lastTime },
  ),
];
