import { companionRows, companionTypeId } from "./companions/instance.ts";
import { stateMachineMembers } from "./companions/state-machine.ts";
import type { CompanionType } from "./companions/types.ts";
import type { NamespaceKey } from "./namespaces.ts";
import { type Id, type NodeRow, standard } from "./node-row.ts";
import { objectRow, type Place, propertyRow } from "./nodes.ts";
import type { PartOf, StationPart } from "./station-parts.ts";
import type { Nameplate } from "./station-shape.ts";

type Plate = { readonly ns: "di" | "machinery"; readonly name: string; readonly description: string } & (
  | { readonly kind: "string" | "localizedText"; readonly value: (of: PartOf) => string | undefined }
  | { readonly kind: "byte" | "uint16"; readonly value: (of: PartOf) => number | undefined }
);
const of =
  <K extends keyof Nameplate>(key: K) =>
  ({ station }: PartOf): Nameplate[K] =>
    station.nameplate[key];

/** The nameplate: properties of MachineIdentificationType (OPC 40001-1). */
const nameplate: readonly Plate[] = [
  {
    ns: "di",
    name: "Manufacturer",
    description: "Manufacturer of the station.",
    kind: "localizedText",
    value: of("manufacturer"),
  },
  {
    ns: "di",
    name: "ManufacturerUri",
    description: "Names the manufacturer worldwide.",
    kind: "string",
    value: of("manufacturerUri"),
  },
  { ns: "di", name: "Model", description: "Model of the station.", kind: "localizedText", value: of("model") },
  {
    ns: "di",
    name: "ProductCode",
    description: "The manufacturer's code of the model.",
    kind: "string",
    value: of("productCode"),
  },
  {
    ns: "di",
    name: "SerialNumber",
    description: "Serial number of the station.",
    kind: "string",
    value: of("serialNumber"),
  },
  {
    ns: "di",
    name: "ProductInstanceUri",
    description: "Names this station worldwide.",
    kind: "string",
    value: of("productInstanceUri"),
  },
  {
    ns: "di",
    name: "HardwareRevision",
    description: "Revision of the station's hardware.",
    kind: "string",
    value: of("hardwareRevision"),
  },
  {
    ns: "di",
    name: "SoftwareRevision",
    description: "Version of the running program.",
    kind: "string",
    value: ({ softwareVersion }) => softwareVersion,
  },
  {
    ns: "di",
    name: "DeviceClass",
    description: "What kind of machine the station is.",
    kind: "string",
    value: of("deviceClass"),
  },
  {
    ns: "di",
    name: "AssetId",
    description: "The plant's own number of the station.",
    kind: "string",
    value: of("assetId"),
  },
  {
    ns: "di",
    name: "ComponentName",
    description: "The plant's own name of the station.",
    kind: "localizedText",
    value: of("componentName"),
  },
  {
    ns: "machinery",
    name: "Location",
    description: "Where the station stands.",
    kind: "string",
    value: of("location"),
  },
  {
    ns: "machinery",
    name: "YearOfConstruction",
    description: "Year in which the station was built, with four digits.",
    kind: "uint16",
    value: of("yearOfConstruction"),
  },
  {
    ns: "machinery",
    name: "MonthOfConstruction",
    description: "Month of that year, 1..12.",
    kind: "byte",
    value: of("monthOfConstruction"),
  },
];
const dataTypes = {
  string: standard.string,
  localizedText: standard.localizedText,
  byte: standard.byte,
  uint16: standard.uint16,
} as const satisfies Readonly<Record<Plate["kind"], Id>>;

function plateRow(place: Place, path: readonly string[], row: Plate, of: PartOf): NodeRow[] {
  const value = row.value(of);
  if (value === undefined) return [];
  const { ns, name, description, kind } = row;
  const given = typeof value === "number" ? { kind: kind as "byte", value } : { kind: kind as "string", text: value };
  return [propertyRow(place, path, name, { description, dataType: dataTypes[kind], value: given }, ns)];
}

/** Building blocks of a machine, under the browse names that their types ask for (DefaultInstanceBrowseName). */
const blocks: readonly {
  readonly ns: NamespaceKey;
  readonly name: string;
  readonly type: CompanionType;
  readonly description: string;
  readonly optional: readonly string[];
}[] = [
  {
    ns: "machinery",
    name: "MachineryItemState",
    type: "machinery:MachineryItemState_StateMachineType",
    description: "Whether the station is available and at work (OPC 40001-1 §12).",
    optional: stateMachineMembers(),
  },
  {
    ns: "machinery",
    name: "MachineryOperationMode",
    type: "machinery:MachineryOperationModeStateMachineType",
    description: "What the station is set up for (OPC 40001-1 §13).",
    optional: stateMachineMembers(),
  },
  {
    ns: "di",
    name: "OperationCounters",
    type: "machinery:MachineryOperationCounterType",
    description: "How long the station has run and how often it has inspected (OPC 40001-1).",
    optional: ["OperationCycleCounter", "OperationDuration", "PowerOnDuration"],
  },
  {
    ns: "machinery",
    name: "Monitoring",
    type: "machinery:MonitoringType",
    description: "State and health of the station in one place (OPC 40001-1).",
    optional: ["Status", "Health", "Health/DeviceHealth"],
  },
];
/** Building blocks that MonitoringType's Status shows a second time. */
const monitored: readonly string[] = ["MachineryItemState", "MachineryOperationMode"];

/** Nameplates of the cameras that somebody said something of (OPC 40001-1: MachineComponentsType); no folder without one. */
function componentRows(place: Place, folder: readonly string[], { station }: PartOf): NodeRow[] {
  const plates = Object.entries(station.cameraNameplates ?? {});
  if (plates.length === 0) return [];
  const components = [...folder, "Components"];
  return [
    objectRow(place, folder, "Components", {
      ns: "machinery",
      reference: standard.hasAddIn,
      definition: standard.machineComponentsType,
      description: "Parts of the station that have a nameplate of their own.",
    }),
    ...plates.flatMap(([camera, plate]) => {
      const identification = [...components, camera, "Identification"];
      const property = (name: string, description: string, kind: "string" | "localizedText", text: string): NodeRow =>
        propertyRow(
          place,
          identification,
          name,
          { description, dataType: dataTypes[kind], value: { kind, text } },
          "di",
        );
      return [
        objectRow(place, components, camera, {
          ns: "site",
          definition: standard.baseObjectType,
          description: `Camera ${camera}.`,
        }),
        objectRow(place, [...components, camera], "Identification", {
          ns: "di",
          reference: standard.hasAddIn,
          definition: standard.machineryComponentIdentificationType,
          description: "Nameplate of the camera.",
        }),
        property("Manufacturer", "Manufacturer of the camera.", "localizedText", plate.manufacturer),
        property("SerialNumber", "Serial number of the camera.", "string", plate.serialNumber),
        ...(plate.model === undefined ? [] : [property("Model", "Model of the camera.", "localizedText", plate.model)]),
      ];
    }),
  ];
}

/** OPC 40001-1: the nameplate, and the building blocks that a station has. */
export const machineryPart: StationPart = (place, path, of) => {
  const folder = [...path, "MachineryBuildingBlocks"];
  const addIn = (...target: readonly string[]) => ({
    type: standard.hasAddIn,
    target: place.idOf(target),
    forward: true,
  });
  const rows = [
    objectRow(place, path, "Identification", {
      ns: "di",
      reference: standard.hasAddIn,
      definition: standard.machineIdentificationType,
      description: "Nameplate of the station (OPC 40001-1).",
    }),
    ...(of ? nameplate.flatMap((row) => plateRow(place, [...path, "Identification"], row, of)) : []),
    objectRow(place, path, "MachineryBuildingBlocks", {
      ns: "machinery",
      definition: standard.folderType,
      description: "The building blocks of OPC 40001-1 that the station has.",
      references: [addIn(...path, "Identification")],
    }),
    ...blocks.flatMap(({ ns, name, type, description, optional }) => [
      objectRow(place, folder, name, {
        ns,
        reference: standard.hasAddIn,
        definition: companionTypeId(type),
        description,
      }),
      // Below our type, a block's own type says what it has.
      ...(of ? companionRows(place, [...folder, name], type, { optional }) : []),
    ]),
  ];
  if (of) rows.push(...componentRows(place, folder, of));
  const status = place.idOf([...folder, "Monitoring", "Status"]).id;
  return rows.map((row) =>
    row.id.id === status
      ? { ...row, references: [...row.references, ...monitored.map((name) => addIn(...folder, name))] }
      : row,
  );
};
