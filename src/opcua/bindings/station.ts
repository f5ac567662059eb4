import type { Group } from "../binding.ts";
import type { StationSetup } from "../messages.ts";
import { contextGroup } from "./context.ts";
import { lastUnitGroup } from "./last-unit.ts";
import { ledgerGroup } from "./ledger.ts";
import { consumerGroup } from "./results.ts";
import { statisticsGroups } from "./statistics.ts";
import { cameraGroup, statusGroup } from "./status.ts";

/** Every group of a station. */
export const stationGroups = ({ cameras, defectClasses, consumers }: StationSetup): Group[] => [
  statusGroup,
  ...cameras.map(cameraGroup),
  ...statisticsGroups(defectClasses),
  lastUnitGroup,
  contextGroup,
  ledgerGroup,
  ...consumers.map(consumerGroup),
];
