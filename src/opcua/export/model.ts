import { readFileSync } from "node:fs";
import { enumerations } from "../../../nodeset/enumerations.ts";
import { eventTypes } from "../../../nodeset/events.ts";
import { namespaceIndexes, siteUri } from "../../../nodeset/namespaces.ts";
import { parseNodeIds } from "../../../nodeset/node-ids.ts";
import { listNodes } from "../listing.ts";
import type { StationSetup } from "../messages.ts";
import { instanceNodeId } from "../node-id.ts";
import type { ExportedTag, ExportModel } from "./format.ts";

/** What a tag may be: the rest is structure, array or NodeId, which few clients can store. */
const plainTypes: ReadonlySet<string> = new Set([
  "Boolean",
  "Byte",
  "UInt16",
  "Int32",
  "UInt32",
  "Double",
  "String",
  "DateTime",
  "UtcTime",
  "Duration",
  ...Object.keys(enumerations),
]);
const isTag = (name: string): boolean => name.includes(":"); // names of namespace 0 are properties of what they stand below

/** The model of a site, made without a server. `endpoint`: as the client will reach it. */
export function exportModel(
  site: {
    readonly site: string;
    readonly endpoint: string;
    readonly securityNone: boolean;
    readonly anonymous: boolean;
    readonly softwareVersion: string;
  },
  stations: readonly StationSetup[],
): ExportModel {
  const numbers = parseNodeIds(readFileSync(new URL("../../../nodeset/NodeIds.csv", import.meta.url), "utf8"));
  const types = namespaceIndexes.tallyline;
  return {
    site: site.site,
    siteUri: siteUri(site.site),
    endpoint: site.endpoint,
    securityNone: site.securityNone,
    anonymous: site.anonymous,
    typesIndex: types,
    stations: stations.map((station) => ({
      id: station.id,
      nodeId: instanceNodeId(station.id),
      tags: listNodes(station, site.softwareVersion)
        .filter(({ nodeClass, dataType }) => nodeClass === "Variable" && plainTypes.has(dataType))
        .filter(({ browsePath }) => isTag(browsePath.slice(browsePath.lastIndexOf("/") + 1)))
        .map((node): ExportedTag => {
          const identifier = node.nodeId.slice(node.nodeId.indexOf(";s=") + 3);
          return { ...node, station: station.id, identifier, path: identifier.split("/").slice(1) };
        }),
    })),
    events: Object.entries(eventTypes).map(([name, model]) => ({
      name,
      typeId: `ns=${types};i=${numbers.get(name)}`,
      model,
    })),
  };
}
