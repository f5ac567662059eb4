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

/** URI of namespace 0. */
export const baseUri = "http://opcfoundation.org/UA/";

/** Version and date of the standards' documents that this program loads; a test compares them with the documents. */
export const standardVersions = {
  ua: { version: "1.05.07", publicationDate: "2026-05-01T00:00:00Z" },
  di: { version: "1.05.0", publicationDate: "2025-11-15T00:00:00Z" },
  ia: { version: "1.01.4", publicationDate: "2025-05-23T00:00:00Z" },
  machinery: { version: "1.04.1", publicationDate: "2026-01-01T00:00:00Z" },
  machineryResult: { version: "1.01.0", publicationDate: "2025-07-01T00:00:00Z" },
  isa95JobControl: { version: "2.0.0", publicationDate: "2024-01-31T00:00:00Z" },
  machineryJobs: { version: "1.0.1", publicationDate: "2024-05-01T00:00:00Z" },
  machineVision: { version: "1.0.0", publicationDate: "2019-07-11T10:18:27Z" },
  packML: { version: "1.01", publicationDate: "2020-10-08T11:08:00Z" },
  weihenstephan: { version: "1.00.0", publicationDate: "2021-07-12T00:00:00Z" },
} as const satisfies Readonly<
  Record<"ua" | (typeof standardNamespaces)[number], { readonly version: string; readonly publicationDate: string }>
>;
