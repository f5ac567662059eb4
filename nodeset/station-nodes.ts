import { from, type NodeRow, standard, to, type } from "./node-row.ts";
import { lineage, methodRows, objectRow, sitePlace, stationTypeName, variableRows } from "./nodes.ts";
import { stationParts } from "./station-parts.ts";
import type { StationShape } from "./station-shape.ts";

const names = (station: StationShape, each: "camera" | "defectClass"): readonly string[] =>
  each === "camera" ? station.cameras : station.defectClasses;

/** Children of an object of one of our types, inherited ones first, all the way down. */
function* childNodes(
  station: StationShape,
  path: readonly string[],
  typeName: string,
  historized?: true,
): Generator<NodeRow> {
  for (const [owner, model] of lineage(typeName)) {
    for (const [child, variable] of Object.entries(model.variables ?? {}))
      yield* variableRows(sitePlace, path, child, historized ? { ...variable, historized } : variable);
    for (const [child, method] of Object.entries(model.methods ?? {}))
      yield* methodRows(sitePlace, path, child, method, type(`${owner}_${child}`));
    for (const [child, component] of Object.entries(model.components ?? {}))
      for (const name of component.each ? names(station, component.each) : [child]) {
        yield objectRow(sitePlace, path, name, {
          description: component.description,
          definition: type(component.type),
          ...(component.each && { ns: "site" }),
        });
        yield* childNodes(station, [...path, name], component.type, component.historized);
      }
  }
}

/** Every node of one station, parents before children. NodeIds: `ns=3;s=<StationId>/<path>`. */
export function stationNodes(station: StationShape, softwareVersion: string): NodeRow[] {
  const path = [station.id];
  return [
    {
      nodeClass: "Object",
      id: sitePlace.idOf(path),
      browseName: { ns: "site", name: station.id },
      description: `Inspection station ${station.id}.`,
      eventNotifier: true,
      historizing: true,
      references: [
        from(standard.organizes, standard.machines),
        from(standard.hasNotifier, standard.machines),
        to(standard.hasTypeDefinition, type(stationTypeName)),
      ],
    },
    ...childNodes(station, path, stationTypeName),
    ...stationParts.flatMap((part) => part(sitePlace, path, { station, softwareVersion })),
  ];
}
