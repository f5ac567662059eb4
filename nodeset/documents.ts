import { siteHistoryRows } from "./history.ts";
import { siteUri, standardNamespaces, standardUris, typesUri, typesVersion } from "./namespaces.ts";
import { stationNodes } from "./station-nodes.ts";
import type { StationShape } from "./station-shape.ts";
import { typeNodes } from "./type-nodes.ts";
import { toXml } from "./xml.ts";

const base = "http://opcfoundation.org/UA/";
const standards = standardNamespaces.map((key) => [key, standardUris[key]] as const);
const standardModels = standards.map(([, uri]) => uri);

/** `Tallyline.NodeSet2.xml`: our types. */
export const typesDocument = (numbers: ReadonlyMap<string, number>): string =>
  toXml({
    modelUri: typesUri,
    ...typesVersion,
    namespaces: [["tallyline", typesUri], ...standards],
    requires: [base, ...standardModels],
    nodes: typeNodes(),
    numbers,
  });

/** The instances of one site: every station with every NodeId. */
export const siteDocument = (
  site: string,
  stations: readonly StationShape[],
  softwareVersion: string,
  numbers: ReadonlyMap<string, number>,
): string =>
  toXml({
    modelUri: siteUri(site),
    ...typesVersion,
    namespaces: [["site", siteUri(site)], ["tallyline", typesUri], ...standards],
    requires: [base, typesUri, ...standardModels],
    nodes: [...siteHistoryRows(), ...stations.flatMap((station) => stationNodes(station, softwareVersion))],
    numbers,
  });
