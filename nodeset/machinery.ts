import { type NodeRow, type StaticValue, standard } from "./node-row.ts";
import { dataTypeId, objectRow, type Place, propertyRow } from "./nodes.ts";
import type { PartOf, StationPart } from "./station-parts.ts";

/** The nameplate: properties of OPC 40001-1's MachineIdentificationType, in the namespace of DI. */
const nameplate: readonly (readonly [
  name: string,
  description: string,
  kind: "string" | "localizedText",
  value: (of: PartOf) => string,
])[] = [
  ["Manufacturer", "Manufacturer of the station.", "localizedText", ({ station }) => station.nameplate.manufacturer],
  ["Model", "Model of the station.", "localizedText", ({ station }) => station.nameplate.model],
  ["SerialNumber", "Serial number of the station.", "string", ({ station }) => station.nameplate.serialNumber],
  [
    "ProductInstanceUri",
    "Names this station worldwide.",
    "string",
    ({ station }) => station.nameplate.productInstanceUri,
  ],
  ["SoftwareRevision", "Version of the running program.", "string", ({ softwareVersion }) => softwareVersion],
];

/** OPC 40001-1: the nameplate, and the folder of the building blocks that the station has. */
export const machineryPart: StationPart = (place, path, of) => [
  objectRow(place, path, "Identification", {
    ns: "di",
    reference: standard.hasAddIn,
    definition: standard.machineIdentificationType,
    description: "Nameplate of the station (OPC 40001-1).",
  }),
  objectRow(place, path, "MachineryBuildingBlocks", {
    ns: "machinery",
    definition: standard.folderType,
    description: "The building blocks of OPC 40001-1 that the station has.",
    references: [{ type: standard.hasAddIn, target: place.idOf([...path, "Identification"]), forward: true }],
  }),
  ...(of ? nameplate.map((row) => nameplateRow(row, place, path, of)) : []),
];

const nameplateRow = (
  [name, description, kind, value]: (typeof nameplate)[number],
  place: Place,
  path: readonly string[],
  of: PartOf,
): NodeRow =>
  propertyRow(
    place,
    [...path, "Identification"],
    name,
    {
      description,
      dataType: kind === "string" ? dataTypeId("String") : standard.localizedText,
      value: { kind, text: value(of) } satisfies StaticValue,
    },
    "di",
  );
