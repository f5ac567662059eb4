import { dataTypeName } from "../../nodeset/data-type-names.ts";
import { namespaceIndexes } from "../../nodeset/namespaces.ts";
import { stationNodes } from "../../nodeset/station-nodes.ts";
import type { StationSetup } from "./messages.ts";

/** One node of a station, as a person configuring a client wants to read it. */
export interface ListedNode {
  /** As clients write it: `ns=3;s=LINE-01/Statistics/Total/UnitCount`. */
  readonly nodeId: string;
  /** From Objects, namespace indexes in front of names, e.g. `/6:Machines/3:LINE-01/2:Status/2:LineStatus`. */
  readonly browsePath: string;
  readonly nodeClass: "Object" | "Variable" | "Method";
  /** Name of the data type, `[]` behind it for arrays; "" for objects and methods. */
  readonly dataType: string;
  /** `read` or `read/write` for variables, `call` for methods, "" for objects. */
  readonly access: "" | "read" | "read/write" | "call";
  readonly description: string;
  /** Symbol of the engineering unit; "" without one. */
  readonly unit: string;
  /** Its values can be read as history. */
  readonly historized: boolean;
}

/** Every node of a station without starting a server, parents before children. */
export function listNodes(station: StationSetup, softwareVersion: string): ListedNode[] {
  const paths = new Map<string, string>();
  const rows = stationNodes(station, softwareVersion);
  const unitOf = new Map(
    rows.flatMap(({ parent, value }) => (value?.kind === "unit" && parent ? [[parent.id, value.symbol]] : [])),
  );
  return rows.map((row) => {
    const id = String(row.id.id);
    const parent = row.parent ? paths.get(String(row.parent.id)) : `/${namespaceIndexes.machinery}:Machines`;
    const index = namespaceIndexes[row.browseName.ns];
    const browsePath = `${parent}/${index === 0 ? "" : `${index}:`}${row.browseName.name}`;
    paths.set(id, browsePath);
    return {
      nodeId: `ns=${namespaceIndexes[row.id.ns]};s=${id}`,
      browsePath,
      nodeClass: row.nodeClass as ListedNode["nodeClass"],
      dataType: row.dataType
        ? `${dataTypeName(row.dataType)}${row.arrayLength === undefined && (row.valueRank ?? -1) < 1 ? "" : "[]"}`
        : "",
      access:
        row.nodeClass === "Method"
          ? "call"
          : row.accessLevel === undefined
            ? ""
            : (row.accessLevel & 2) !== 0
              ? "read/write"
              : "read",
      description: row.description,
      unit: unitOf.get(row.id.id) ?? "",
      historized: row.nodeClass === "Variable" && row.historizing === true,
    };
  });
}
