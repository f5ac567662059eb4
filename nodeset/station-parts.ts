import { alarmsPart } from "./alarms.ts";
import { evidencePart } from "./evidence.ts";
import { historyPart } from "./history.ts";
import { jobsPart } from "./jobs.ts";
import { machineVisionPart } from "./machine-vision.ts";
import { machineryPart } from "./machinery.ts";
import type { NodeRow } from "./node-row.ts";
import type { Place } from "./nodes.ts";
import { packMlPart } from "./packml.ts";
import { resultsPart } from "./results.ts";
import type { StationShape } from "./station-shape.ts";
import { weihenstephanPart } from "./weihenstephan.ts";

/** The station that a part is made for; absent below the type, where only what every station has is declared. */
export interface PartOf {
  readonly station: StationShape;
  readonly softwareVersion: string;
}

/** Nodes that a station has besides the components of our own types: the AddIns of companion specifications. */
export type StationPart = (place: Place, station: readonly string[], of: PartOf | undefined) => NodeRow[];

/** One row per companion specification. */
export const stationParts: readonly StationPart[] = [
  machineryPart,
  alarmsPart,
  historyPart,
  evidencePart,
  resultsPart,
  jobsPart,
  machineVisionPart,
  packMlPart,
  weihenstephanPart,
];
