import { from, type NodeRow, type StaticValue, standard, to, type } from "./node-row.ts";
import {
  dataTypeId,
  lineage,
  machineryRows,
  methodRows,
  objectRow,
  propertyRow,
  sitePlace,
  stationTypeName,
  variableRows,
} from "./nodes.ts";

/** What the address space has to know about a station. */
export interface StationShape {
  readonly id: string;
  readonly cameras: readonly string[];
  readonly defectClasses: readonly string[];
  readonly nameplate: {
    readonly manufacturer: string;
    readonly model: string;
    readonly serialNumber: string;
    readonly productInstanceUri: string;
  };
}

const names = (station: StationShape, each: "camera" | "defectClass"): readonly string[] =>
  each === "camera" ? station.cameras : station.defectClasses;

/** Children of an object of one of our types, inherited ones first, all the way down. */
function* childNodes(station: StationShape, path: readonly string[], typeName: string): Generator<NodeRow> {
  for (const [owner, model] of lineage(typeName)) {
    for (const [child, variable] of Object.entries(model.variables ?? {}))
      yield* variableRows(sitePlace, path, child, variable);
    for (const [child, method] of Object.entries(model.methods ?? {}))
      yield* methodRows(sitePlace, path, child, method, type(`${owner}_${child}`));
    for (const [child, component] of Object.entries(model.components ?? {}))
      for (const name of component.each ? names(station, component.each) : [child]) {
        yield objectRow(sitePlace, path, name, {
          description: component.description,
          definition: type(component.type),
          ...(component.each && { ns: "site" }),
        });
        yield* childNodes(station, [...path, name], component.type);
      }
  }
}

/** The nameplate: properties of OPC 40001-1's MachineIdentificationType, in the namespace of DI. */
const nameplate: readonly (readonly [
  name: string,
  description: string,
  kind: "string" | "localizedText",
  value: (station: StationShape, softwareVersion: string) => string,
])[] = [
  ["Manufacturer", "Manufacturer of the station.", "localizedText", (s) => s.nameplate.manufacturer],
  ["Model", "Model of the station.", "localizedText", (s) => s.nameplate.model],
  ["SerialNumber", "Serial number of the station.", "string", (s) => s.nameplate.serialNumber],
  ["ProductInstanceUri", "Names this station worldwide.", "string", (s) => s.nameplate.productInstanceUri],
  ["SoftwareRevision", "Version of the running program.", "string", (_, softwareVersion) => softwareVersion],
];

/** Every node of one station, parents before children. NodeIds: `ns=3;s=<StationId>/<path>`. */
export function stationNodes(station: StationShape, softwareVersion: string): NodeRow[] {
  const path = [station.id];
  const identification = [...path, "Identification"];
  return [
    {
      nodeClass: "Object",
      id: sitePlace.idOf(path),
      browseName: { ns: "site", name: station.id },
      description: `Inspection station ${station.id}.`,
      eventNotifier: true,
      references: [
        from(standard.organizes, standard.machines),
        from(standard.hasNotifier, standard.machines),
        to(standard.hasTypeDefinition, type(stationTypeName)),
      ],
    },
    ...machineryRows(sitePlace, path),
    ...nameplate.map(([name, description, kind, value]) =>
      propertyRow(
        sitePlace,
        identification,
        name,
        {
          description,
          dataType: kind === "string" ? dataTypeId("String") : standard.localizedText,
          value: { kind, text: value(station, softwareVersion) } satisfies StaticValue,
        },
        "di",
      ),
    ),
    ...childNodes(station, path, stationTypeName),
  ];
}
