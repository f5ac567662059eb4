import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import {
  MessageSecurityMode,
  nodesets,
  type OPCUACertificateManager,
  type OPCUAServerOptions,
  SecurityPolicy,
} from "node-opcua";
import { siteDocument } from "../../nodeset/documents.ts";
import { standardNamespaces } from "../../nodeset/namespaces.ts";
import { parseNodeIds } from "../../nodeset/node-ids.ts";
import type { NodeRow } from "../../nodeset/node-row.ts";
import { stationNodes } from "../../nodeset/station-nodes.ts";
import { typeNodes } from "../../nodeset/type-nodes.ts";
import type { Log } from "../platform/log.ts";
import { createCertificates } from "./certificates.ts";
import { capabilities, maximumConnections } from "./limits.ts";
import type { OpcUaSetup } from "./messages.ts";
import { buildDate } from "./server-state.ts";

const read = (name: string): string => readFileSync(new URL(`../../nodeset/${name}`, import.meta.url), "utf8");

/** Numbers of our type nodes by symbol. */
export const typeNumbers = (): Map<string, number> => parseNodeIds(read("NodeIds.csv"));

/** Every node of ours as the model says it: types, then instances. */
export const modelRows = ({ stations, softwareVersion }: OpcUaSetup): NodeRow[] => [
  ...typeNodes(),
  ...stations.flatMap((station) => stationNodes(station, softwareVersion)),
];

/** Documents in the order of the namespaces' indexes; node-opcua loads them in the order of their dependencies. */
export const documentsOf = ({
  site,
  stations,
  softwareVersion,
}: OpcUaSetup): NonNullable<OPCUAServerOptions["nodesets"]> => [
  nodesets.standard!,
  { name: "Tallyline.NodeSet2.xml", source: read("Tallyline.NodeSet2.xml") },
  { name: `site ${site}`, source: siteDocument(site, stations, softwareVersion, typeNumbers()) },
  ...standardNamespaces.map((name) => nodesets[name]!),
];

/** An address to listen on that nobody can connect to: endpoints then name the machine. */
const isEveryAddress = (host: string): boolean => host === "0.0.0.0" || host === "::";

/** Everything that node-opcua is told; nothing is left to its defaults that a client could feel. */
export function serverOptions(
  setup: OpcUaSetup,
  log: Log,
): OPCUAServerOptions & { readonly serverCertificateManager: OPCUACertificateManager } {
  const certificates = createCertificates(setup.pkiFolder, log);
  const { None, Basic256Sha256 } = SecurityPolicy;
  return {
    // `hostname` is only a name; without `host` it would listen on every interface.
    host: setup.host,
    hostname: isEveryAddress(setup.host) ? hostname() : setup.host,
    port: setup.port,
    resourcePath: "/tallyline",
    nodesets: documentsOf(setup),
    serverCertificateManager: certificates,
    // Never asked while no user certificates are offered; without it, node-opcua keeps a store in the home folder.
    userCertificateManager: certificates,
    securityPolicies: setup.securityNone ? [None, Basic256Sha256] : [Basic256Sha256],
    securityModes: setup.securityNone
      ? [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt]
      : [MessageSecurityMode.SignAndEncrypt],
    allowAnonymous: setup.anonymous !== "off",
    userManager: { isValidUser: () => false },
    serverInfo: {
      applicationUri: setup.applicationUri,
      productUri: "urn:tallyline",
      applicationName: { text: "Tallyline", locale: "en" },
    },
    buildInfo: {
      productName: "Tallyline",
      productUri: "urn:tallyline",
      manufacturerName: "Tallyline",
      softwareVersion: setup.softwareVersion,
      buildNumber: setup.softwareVersion,
      buildDate: buildDate(),
    },
    serverCapabilities: capabilities,
    maxConnectionsPerEndpoint: maximumConnections,
    isAuditing: false,
  };
}
