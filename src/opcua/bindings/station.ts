import type { Group } from "../binding.ts";
import type { StationSetup } from "../messages.ts";
import { alarmGroups, type ConditionMeans } from "./alarms.ts";
import { challengeGroups } from "./challenge.ts";
import { contextGroup, contextJobGroup } from "./context.ts";
import { evidenceGroup } from "./evidence.ts";
import { facetGroups } from "./facets.ts";
import { historyGroup } from "./history.ts";
import { lastUnitGroup } from "./last-unit.ts";
import { ledgerGroup } from "./ledger.ts";
import { machineryGroups } from "./machinery.ts";
import { recipesGroup } from "./recipes.ts";
import { consumerGroup } from "./results.ts";
import { selfTestGroup } from "./self-test.ts";
import { shadowGroup } from "./shadow.ts";
import { statisticsGroups } from "./statistics.ts";
import { cameraGroup, statusGroup } from "./status.ts";

/** Every group of a station. */
export const stationGroups = (setup: StationSetup, means: ConditionMeans): Group[] => [
  statusGroup,
  ...setup.cameras.map(cameraGroup),
  ...statisticsGroups(setup.defectClasses),
  lastUnitGroup,
  contextGroup,
  contextJobGroup,
  recipesGroup,
  evidenceGroup,
  shadowGroup,
  ledgerGroup,
  ...setup.consumers.map(consumerGroup),
  ...alarmGroups(setup, means),
  ...challengeGroups,
  selfTestGroup,
  ...machineryGroups,
  historyGroup,
  ...setup.facets.flatMap((facet) => facetGroups[facet]()),
];
