import { childNodes } from "./child-nodes.ts";
import { companionRows, companionTypeId } from "./companions/instance.ts";
import { resultMethods } from "./methods.ts";
import { from, standard, type } from "./node-row.ts";
import { methodRows, objectRow, stationTypeName } from "./nodes.ts";
import type { StationPart } from "./station-parts.ts";

const name = "ResultManagement"; // DefaultInstanceBrowseName of its type
const declaration = (method: string) => type([stationTypeName, name, method].join("_"));

/**
 * OPC 40001-101: results of units by method, with the acknowledgements of consumers beside them, and the evidence picture of
 * a result as its file. `Results` is left out: results are in the ledger.
 */
export const resultsPart: StationPart = (place, station, of) => {
  const path = [...station, name];
  const object = objectRow(place, station, name, {
    ns: "machineryResult",
    reference: standard.hasAddIn,
    definition: companionTypeId("machineryResult:ResultManagementType"),
    description: "Results of units, their transfer and its acknowledgement (OPC 40001-101).",
    references: [
      from(standard.hasAddIn, place.idOf([...station, "MachineryBuildingBlocks"])),
      // Events of units come from here and bubble up (OPC 10000-3 §7.17); a type notifies nobody.
      ...(of ? [from(standard.hasNotifier, place.idOf(station))] : []),
    ],
  });
  const consumers = objectRow(place, path, "Consumers", {
    definition: type("ConsumersType"),
    description: "Those who acknowledge results, by configuration.",
  });
  return [
    { ...object, eventNotifier: true },
    ...companionRows(place, path, "machineryResult:ResultManagementType", {
      optional: [
        "GetLatestResult",
        "GetResultById",
        "GetResultIdListFiltered",
        "ReleaseResultHandle",
        "AcknowledgeResults",
        "ResultTransfer",
      ],
      descriptions: {
        ResultTransfer: "Evidence pictures of results, as files (OPC 40001-101 §7.2).",
        "ResultTransfer/ClientProcessingTimeout": "A file that is not used for so long is closed.",
        "ResultTransfer/GenerateFileForRead":
          "Opens the picture of the camera that decided a result; Evidence/OpenEvidence opens any.",
        "ResultTransfer/GenerateFileForWrite": "Not executable: pictures are evidence.",
        "ResultTransfer/CloseAndCommit": "Not executable: pictures are evidence.",
        GetLatestResult: "Returns the result of the newest unit.",
        GetResultById: "Returns the result of one unit.",
        GetResultIdListFiltered: "Returns the ids of the results that a filter lets pass.",
        ReleaseResultHandle: "Says that a result is no longer needed. Results stay all the same.",
        AcknowledgeResults:
          "Acknowledges results for the consumer that the configuration gives the session to. Deletes nothing.",
      },
    }),
    ...Object.entries(resultMethods).flatMap(([method, model]) =>
      methodRows(place, path, method, model, of && declaration(method)),
    ),
    consumers,
    ...(of ? childNodes(of.station, [...path, "Consumers"], "ConsumersType") : []),
  ];
};
