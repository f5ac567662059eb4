import type { ComponentModel } from "./model.ts";
import { type NodeRow, type } from "./node-row.ts";
import { lineage, methodRows, objectRow, sitePlace, variableRows } from "./nodes.ts";
import type { StationShape } from "./station-shape.ts";

/** Names of a station, one object each. */
const names: Readonly<Record<NonNullable<ComponentModel["each"]>, (station: StationShape) => readonly string[]>> = {
  camera: ({ cameras }) => cameras,
  defectClass: ({ defectClasses }) => defectClasses,
  consumer: ({ consumers }) => consumers,
};

/** Children of an instance of one of our types below a station, inherited ones first, all the way down. */
export function* childNodes(
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
      for (const name of component.each ? names[component.each](station) : [child]) {
        yield objectRow(sitePlace, path, name, {
          description: component.description,
          definition: type(component.type),
          ...(component.each && { ns: "site" }),
        });
        yield* childNodes(station, [...path, name], component.type, component.historized);
      }
  }
}
