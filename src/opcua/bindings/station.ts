import type { Group } from "../binding.ts";
import type { StationSetup } from "../messages.ts";
import { contextGroup } from "./context.ts";
import { facetGroups } from "./facets.ts";
import { historyGroup } from "./history.ts";
import { lastUnitGroup } from "./last-unit.ts";
import { ledgerGroup } from "./ledger.ts";
import { machineryGroups } from "./machinery.ts";
import { statisticsGroups } from "./statistics.ts";
import { cameraGroup, statusGroup } from "./status.ts";

/** Every group of a station. */
export const stationGroups = ({ cameras, defectClasses, facets }: StationSetup): Group[] => [
  statusGroup,
  ...cameras.map(cameraGroup),
  ...statisticsGroups(defectClasses),
  lastUnitGroup,
  contextGroup,
  ledgerGroup,
  ...machineryGroups,
  historyGroup,
  ...facets.flatMap((facet) => facetGroups[facet]()),
];
