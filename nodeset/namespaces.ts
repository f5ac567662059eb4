/**
 * Namespaces in the order of their index on the server, which is a public contract: clients store indexes. New ones go
 * to the end. Index 1 is the application URI. Facets switch instances on and off, never namespaces.
 */
export const namespaceIndexes = {
  ua: 0,
  application: 1,
  tallyline: 2,
  site: 3,
  di: 4,
  ia: 5,
  machinery: 6,
  machineryResult: 7,
  isa95JobControl: 8,
  machineryJobs: 9,
  machineVision: 10,
  packML: 11,
  weihenstephan: 12,
} as const;
export type NamespaceKey = keyof typeof namespaceIndexes;

/** The namespaces of standards, as node-opcua's catalogue of nodesets names them, in index order. */
export const standardNamespaces = [
  "di",
  "ia",
  "machinery",
  "machineryResult",
  "isa95JobControl",
  "machineryJobs",
  "machineVision",
  "packML",
  "weihenstephan",
] as const satisfies readonly NamespaceKey[];

/** Namespace of our types. */
export const typesUri = "urn:tallyline:inspection";
/** Namespace of a site's instances. The site's name is immutable: NodeIds are stored for years. */
export const siteUri = (site: string): string => `urn:tallyline:site:${site}`;

/** URIs of the namespaces of standards. */
export const standardUris = {
  di: "http://opcfoundation.org/UA/DI/",
  ia: "http://opcfoundation.org/UA/IA/",
  machinery: "http://opcfoundation.org/UA/Machinery/",
  machineryResult: "http://opcfoundation.org/UA/Machinery/Result/",
  isa95JobControl: "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/",
  machineryJobs: "http://opcfoundation.org/UA/Machinery/Jobs/",
  machineVision: "http://opcfoundation.org/UA/MachineVision",
  packML: "http://opcfoundation.org/UA/PackML/",
  weihenstephan: "http://opcfoundation.org/UA/Weihenstephan/",
} as const satisfies Readonly<Record<(typeof standardNamespaces)[number], string>>;

/** Version and date of our types' document; both rise when the model changes. */
export const typesVersion = { version: "1.0.0", publicationDate: "2026-11-22T00:00:00Z" } as const;
