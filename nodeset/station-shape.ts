/** Companion specifications whose instances a site switches on; namespaces and NodeIds are the same either way. */
export const facetNames = ["machineVision", "packml", "weihenstephan"] as const;
export type FacetName = (typeof facetNames)[number];

/** What the maker and the plant say of the machine (OPC 40001-1); what nobody said has no node. */
export interface Nameplate {
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly productInstanceUri: string;
  readonly manufacturerUri?: string | undefined;
  readonly productCode?: string | undefined;
  readonly hardwareRevision?: string | undefined;
  readonly deviceClass?: string | undefined;
  readonly assetId?: string | undefined;
  readonly componentName?: string | undefined;
  readonly location?: string | undefined;
  readonly yearOfConstruction?: number | undefined;
  readonly monthOfConstruction?: number | undefined;
}

/** What the maker says of a part of the machine (OPC 40001-1). */
export interface ComponentNameplate {
  readonly manufacturer: string;
  readonly serialNumber: string;
  readonly model?: string | undefined;
}

/** What the address space has to know about a station. */
export interface StationShape {
  readonly id: string;
  readonly cameras: readonly string[];
  readonly defectClasses: readonly string[];
  /** Ids of those who acknowledge results. */
  readonly consumers: readonly string[];
  readonly nameplate: Nameplate;
  /** By CameraId; cameras of which nobody said anything are left out. */
  readonly cameraNameplates?: Readonly<Record<string, ComponentNameplate>>;
  readonly facets: readonly FacetName[];
}
