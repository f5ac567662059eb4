import type { EventTypeModel } from "../../../nodeset/model.ts";
import type { ListedNode } from "../listing.ts";

/** A variable that a client of any make can take: a scalar of a plain type. */
export interface ExportedTag extends ListedNode {
  /** Path below the station: `Statistics/Total/UnitCount`. */
  readonly path: readonly string[];
  readonly station: string;
  /** Without `ns=…;s=`. */
  readonly identifier: string;
}

/** One of our event types. */
export interface ExportedEvent {
  readonly name: string;
  /** `ns=2;i=…` */
  readonly typeId: string;
  readonly model: EventTypeModel;
}

/** What a client's configuration is made from. */
export interface ExportModel {
  /** `opc.tcp://host:port/tallyline` */
  readonly endpoint: string;
  readonly site: string;
  readonly siteUri: string;
  /** Sessions without encryption are allowed. */
  readonly securityNone: boolean;
  /** Anonymous sessions are allowed. */
  readonly anonymous: boolean;
  /** Stations in the order of the configuration. */
  readonly stations: readonly {
    readonly id: string;
    /** The notifier of its events. */
    readonly nodeId: string;
    readonly tags: readonly ExportedTag[];
  }[];
  readonly events: readonly ExportedEvent[];
  /** Index of the namespace of our types and event fields. */
  readonly typesIndex: number;
}

/** A ready configuration for one make of client. Pure: the same model gives the same text. */
export interface ExportFormat {
  /** For whom, and where to put the file. */
  readonly summary: string;
  render(model: ExportModel): string;
}
