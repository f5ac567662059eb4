import { companionRows, companionTypeId } from "./companions/instance.ts";
import { from, standard } from "./node-row.ts";
import { objectRow } from "./nodes.ts";
import type { StationPart } from "./station-parts.ts";

/** The methods that a station offers: all of OPC 10031-4's, because all of them work. */
export const jobMethods = [
  "Store",
  "StoreAndStart",
  "Start",
  "RevokeStart",
  "Update",
  "Pause",
  "Resume",
  "Stop",
  "Abort",
  "Cancel",
  "Clear",
] as const;
export type JobMethod = (typeof jobMethods)[number];

const name = "JobManagement";

/** OPC 40001-3 over OPC 10031-4: an order becomes the production context, its response carries the totals. */
export const jobsPart: StationPart = (place, station, of) => [
  objectRow(place, station, name, {
    ns: "machineryJobs",
    reference: standard.hasAddIn,
    definition: companionTypeId("machineryJobs:JobManagementType"),
    description:
      "Job orders of the station (OPC 40001-3): an order becomes the context, its response carries the totals.",
    // OPC 40001-3 §6.3: found among the building blocks of the machine.
    references: [from(standard.hasAddIn, place.idOf([...station, "MachineryBuildingBlocks"]))],
  }),
  ...(of
    ? companionRows(place, [...station, name], "machineryJobs:JobManagementType", {
        optional: [...jobMethods.map((method) => `JobOrderControl/${method}`), "JobOrderResults/JobOrderResponseList"],
        descriptions,
      })
    : []),
];

const descriptions = {
  JobOrderControl: "Takes job orders and controls them; JobOrderList shows them.",
  "JobOrderControl/CurrentState": "BadStateNotActive: the states are those of the orders in JobOrderList.",
  "JobOrderControl/CurrentState/Id": "BadStateNotActive: the states are those of the orders in JobOrderList.",
  "JobOrderControl/JobOrderList": "Every order that the station knows, as it understood it, with its state.",
  "JobOrderControl/WorkMaster": "Recipes that an order may name.",
  "JobOrderControl/MaxDownloadableJobOrders":
    "Orders that the station keeps; the oldest finished one makes room for another.",
  "JobOrderControl/EquipmentID": "Not used: empty.",
  "JobOrderControl/MaterialClassID": "Not used: empty.",
  "JobOrderControl/MaterialDefinitionID": "Not used: any article may be named.",
  "JobOrderControl/PersonnelID": "Not used: empty.",
  "JobOrderControl/PhysicalAssetID": "Not used: empty.",
  "JobOrderControl/Store": "Takes an order that may not start yet.",
  "JobOrderControl/StoreAndStart": "Takes an order that begins with the next unit when no other order has the station.",
  "JobOrderControl/Start": "Lets a stored order begin.",
  "JobOrderControl/RevokeStart": "Takes back that an order may begin.",
  "JobOrderControl/Update": "Replaces an order that has not begun.",
  "JobOrderControl/Pause": "Ends the lot for now: units belong to no order until Resume.",
  "JobOrderControl/Resume": "Goes on with an interrupted order and its lot.",
  "JobOrderControl/Stop": "Ends an order that began.",
  "JobOrderControl/Abort": "Gives an order up.",
  "JobOrderControl/Cancel": "Takes an order that has not begun off the list.",
  "JobOrderControl/Clear": "Takes an ended or aborted order off the list; what it made stays in the ledger.",
  JobOrderResults: "What became of the orders that began.",
  "JobOrderResults/JobOrderResponseList":
    "Responses of all orders that began; the totals are as of the last minute or change.",
  "JobOrderResults/RequestJobResponseByJobOrderID": "The response of one order, with its totals as of now.",
  "JobOrderResults/RequestJobResponseByJobOrderState": "The responses of all orders in one of these states.",
} as const;
