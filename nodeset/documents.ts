import {
  baseUri,
  siteUri,
  standardNamespaces,
  standardUris,
  standardVersions,
  typesUri,
  typesVersion,
} from "./namespaces.ts";
import { siteNodes } from "./site-nodes.ts";
import type { StationShape } from "./station-shape.ts";
import { typeNodes } from "./type-nodes.ts";
import { type RequiredModel, toXml } from "./xml.ts";

const standards = standardNamespaces.map((key) => [key, standardUris[key]] as const);
/** Documents of the standards that ours need. */
export const standardModels: readonly RequiredModel[] = [
  { uri: baseUri, ...standardVersions.ua },
  ...standardNamespaces.map((key) => ({ uri: standardUris[key], ...standardVersions[key] })),
];
const typesModel: RequiredModel = { uri: typesUri, ...typesVersion };

/** `Tallyline.NodeSet2.xml`: our types. */
export const typesDocument = (numbers: ReadonlyMap<string, number>): string =>
  toXml({
    modelUri: typesUri,
    ...typesVersion,
    namespaces: [["tallyline", typesUri], ...standards],
    requires: standardModels,
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
    requires: [typesModel, ...standardModels],
    nodes: siteNodes(site, stations, softwareVersion),
    numbers,
  });
