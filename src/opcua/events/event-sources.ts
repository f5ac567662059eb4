import type { StationSetup } from "../messages.ts";
import { instanceNodeId } from "../node-id.ts";
import { automaticMachine, visionMachine } from "../vision/states.ts";

/** NodeIds of everything that can be the source of a station's events: the station, and what it has of a vision system. */
export const eventSources = ({ id }: StationSetup): readonly string[] => [
  instanceNodeId(id),
  ...[visionMachine, automaticMachine].map(({ path }) => instanceNodeId(id, path)),
];
