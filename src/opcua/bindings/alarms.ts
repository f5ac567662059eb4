import { type AddressSpace, DataType, StatusCodes, Variant } from "node-opcua";
import { activeVariable, conditionPaths } from "../../../nodeset/alarms.ts";
import { alarmsVariables, clustersVariables, clusterVariables } from "../../../nodeset/variables.ts";
import { type AlarmName, alarmNames } from "../../domain/alarm.ts";
import { type CommittedAlarm, conditionOf } from "../../projections/alarms.ts";
import { type Group, group, type Known, standardGroup } from "../binding.ts";
import { clusterFacts, clusterStateOf } from "../events/cluster-facts.ts";
import { type ConditionView, conditionView } from "../events/condition-view.ts";
import type { EventTypes } from "../events/event-types.ts";
import { variantOf } from "../events/variant.ts";
import type { StationSetup } from "../messages.ts";
import { type StationSnapshot, timeOf } from "../snapshot.ts";
import { textOfIds } from "../text-of-ids.ts";

const conditions = ({ state, setup }: StationSnapshot) =>
  alarmNames.map((alarm) => conditionOf(state.alarms, alarm, setup.alarms[alarm].severity));

const summaryGroup = group("Alarms", alarmsVariables, {
  on: { alarm: "changed" },
  at: timeOf,
  values: {
    ActiveCount: (s) => conditions(s).filter((c) => c.active).length,
    UnacknowledgedCount: (s) => conditions(s).filter((c) => c.enabled && !c.acked).length,
  },
});

const ofLast =
  <V>(value: (facts: ReturnType<typeof clusterFacts>) => V) =>
  ({ state: { clusters } }: StationSnapshot): V | undefined =>
    clusters.last && value(clusterFacts(clusters.last, clusterStateOf(clusters.last)));
const lastClusterValues = Object.fromEntries(
  Object.keys(clusterVariables).map((name) => [name, ofLast((facts) => facts[name as keyof typeof facts])]),
) as { readonly [K in keyof typeof clusterVariables]: (s: StationSnapshot) => never };

const clustersGroup = group("Alarms/Clusters", clustersVariables, {
  on: { cluster: "changed" },
  at: ({ state }) => state.clusters.lastTime || state.lastTime,
  values: {
    OpenCount: ({ state }) => state.clusters.open.length,
    OpenIds: ({ state }) => textOfIds(state.clusters.open.map(({ clusterId }) => clusterId)),
    ...lastClusterValues,
  },
});

/** What the values of conditions are made with. */
export interface ConditionMeans {
  readonly addressSpace: AddressSpace;
  readonly types: EventTypes;
}

/** Counts down by itself, so it is no part of an entry. */
const unshelveTime = "ShelvingState/UnshelveTime";

/** The nodes of one condition: every field of its newest event (OPC 10000-9 §5.5.2), and the flat tag beside them. */
function conditionGroups(setup: StationSetup, alarm: AlarmName, { addressSpace, types }: ConditionMeans): Group[] {
  let shown: { readonly last: CommittedAlarm | undefined; readonly view: ConditionView } | undefined;
  const viewOf = ({ state, ledger }: StationSnapshot): ConditionView => {
    const last = state.alarms.last[alarm];
    if (!shown || shown.last !== last)
      shown = { last, view: conditionView(setup, alarm, last, ledger.ledgerId, types) };
    return shown.view;
  };
  const fields = conditionPaths(alarm).filter((path) => path !== unshelveTime);
  const values = fields.map((path) => [
    path,
    (s: StationSnapshot): Known<Variant> => {
      const plain = viewOf(s).get(path);
      return plain ? variantOf(plain, addressSpace) : StatusCodes.BadNoData; // it never was, or has nothing to say there
    },
  ]);
  const at = ({ state }: StationSnapshot): number => state.alarms.last[alarm]?.entry.time ?? state.lastTime;
  const shelvedUntil = ({ state }: StationSnapshot) => conditionOf(state.alarms, alarm, 0).shelvedUntil;
  return [
    standardGroup(`Alarms/${alarm}`, Object.fromEntries(values), { on: { alarm: "changed" }, at }),
    group(
      `Alarms/${alarm}`,
      { Active: activeVariable },
      { on: { alarm: "changed" }, at, values: { Active: ({ state }) => conditionOf(state.alarms, alarm, 0).active } },
    ),
    standardGroup(
      `Alarms/${alarm}`,
      {
        [unshelveTime]: (s) =>
          new Variant({ dataType: DataType.Double, value: Math.max(0, (shelvedUntil(s) ?? 0) - timeOf(s)) }),
      },
      { on: { alarm: "changed", vitals: "changed" }, at: timeOf },
    ),
  ];
}

/** Everything below `Alarms`. */
export const alarmGroups = (setup: StationSetup, means: ConditionMeans): Group[] => [
  summaryGroup,
  clustersGroup,
  ...alarmNames.flatMap((alarm) => conditionGroups(setup, alarm, means)),
];
