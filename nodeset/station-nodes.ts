import { childNodes } from "./child-nodes.ts";
import { from, type NodeRow, standard, to, type } from "./node-row.ts";
import { sitePlace, stationTypeName } from "./nodes.ts";
import { stationParts } from "./station-parts.ts";
import type { StationShape } from "./station-shape.ts";

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
