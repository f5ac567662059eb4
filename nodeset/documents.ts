import { siteUri, standardUris, typesUri, typesVersion } from "./namespaces.ts";
import { type StationShape, stationNodes } from "./station-nodes.ts";
import { typeNodes } from "./type-nodes.ts";
import { toXml } from "./xml.ts";

const base = "http://opcfoundation.org/UA/";
const { di, machinery, machineryResult } = standardUris;
const standards = [
  ["di", di],
  ["machinery", machinery],
  ["machineryResult", machineryResult],
] as const;

/** `Tallyline.NodeSet2.xml`: our types. */
export const typesDocument = (numbers: ReadonlyMap<string, number>): string =>
  toXml({
    modelUri: typesUri,
    ...typesVersion,
    namespaces: [["tallyline", typesUri], ...standards],
    requires: [base, di, machinery, machineryResult],
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
    requires: [base, typesUri, di, machinery, machineryResult],
    nodes: stations.flatMap((station) => stationNodes(station, softwareVersion)),
    numbers,
  });
