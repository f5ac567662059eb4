import { siteHistoryRows } from "./history.ts";
import { namespaceMetadataRows } from "./metadata.ts";
import { siteUri, typesVersion } from "./namespaces.ts";
import type { NodeRow } from "./node-row.ts";
import { sitePlace } from "./nodes.ts";
import { stationNodes } from "./station-nodes.ts";
import type { StationShape } from "./station-shape.ts";

/** Nodes of a site that belong to no station. */
export const siteOwnNodes = (site: string): NodeRow[] => [
  ...namespaceMetadataRows(sitePlace, {
    browseNs: "site",
    uri: siteUri(site),
    ...typesVersion,
    // Other servers of the site may have stations of their own in it.
    isSubset: true,
    // Static nodes are equal on every server in all their attributes, the value too (OPC 10000-5 §6.3.13).
    idTypes: [],
    description: "About the namespace of this site's instances.",
  }),
  ...siteHistoryRows(),
];

/** Every node of namespace `urn:tallyline:site:<site>`, parents before children. */
export const siteNodes = (site: string, stations: readonly StationShape[], softwareVersion: string): NodeRow[] => [
  ...siteOwnNodes(site),
  ...stations.flatMap((station) => stationNodes(station, softwareVersion)),
];
