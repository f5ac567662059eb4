/** What the address space has to know about a station. */
export interface StationShape {
  readonly id: string;
  readonly cameras: readonly string[];
  readonly defectClasses: readonly string[];
  /** Ids of those who acknowledge results. */
  readonly consumers: readonly string[];
  readonly nameplate: {
    readonly manufacturer: string;
    readonly model: string;
    readonly serialNumber: string;
    readonly productInstanceUri: string;
  };
}
