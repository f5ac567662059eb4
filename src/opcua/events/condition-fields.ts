import { type AlarmClass, type AlarmName, type AlarmTimes, alarmTable } from "../../domain/alarm.ts";
import { type Condition, type ConditionPart, isRetained } from "../../domain/condition.ts";
import type { StationSetup } from "../messages.ts";
import { instanceNodeId } from "../node-id.ts";
import { conditionIdPath } from "./condition-id.ts";
import { localizedText, type PlainValue } from "./plain-value.ts";

/** NodeIds of OPC 10000-9: condition classes (§5.9), states of the ShelvedStateMachine (§5.8.17). */
const conditionClasses: Readonly<Record<AlarmClass, readonly [id: string, name: string]>> = {
  process: ["ns=0;i=11164", "ProcessConditionClassType"],
  system: ["ns=0;i=11166", "SystemConditionClassType"],
};
const shelvedStates = {
  unshelved: ["ns=0;i=2930", "Unshelved"],
  timed: ["ns=0;i=2932", "TimedShelved"],
  oneShot: ["ns=0;i=2933", "OneShotShelved"],
} as const;
const nullNodeId = "ns=0;i=0";

/** The variable that an alarm looks at, below the station; alarms without a row look at several, or at none of ours. */
const inputs: { readonly [A in AlarmName]?: string } = {
  DefectRateHigh: "Statistics/Rolling/DefectRate",
  ModelFault: "Status/ModelStatus",
  ContextMissing: "Context/Valid",
  ClusterUndisposed: "Alarms/Clusters/OpenCount",
  ClockUnsynchronized: "Status/ClockSynchronized",
};

/** Two-state variables (OPC 10000-9 §5.2): browse name, part of the condition, texts for true and false. */
const twoStates: readonly (readonly [
  name: string,
  part: Exclude<ConditionPart, "shelving">,
  isTrue: string,
  isFalse: string,
])[] = [
  ["EnabledState", "enabled", "Enabled", "Disabled"],
  ["ActiveState", "active", "Active", "Inactive"],
  ["AckedState", "acked", "Acknowledged", "Unacknowledged"],
  ["ConfirmedState", "confirmed", "Confirmed", "Unconfirmed"],
  ["SuppressedState", "suppressed", "Suppressed", "Unsuppressed"],
];

const boolean = (value: boolean): PlainValue => ({ dataType: "Boolean", value });
const duration = (value: number): PlainValue => ({ dataType: "Double", value });
const instant = (value: number): PlainValue => ({ dataType: "DateTime", value });
const nodeId = (value: string): PlainValue => ({ dataType: "NodeId", value });
const text = (value: string): PlainValue => ({ dataType: "String", value });

/** NodeId of the condition instance. */
export const conditionNodeId = (station: string, alarm: AlarmName): string => instanceNodeId(station, "Alarms", alarm);

/** What is set for an alarm now. */
export const timesNow = ({ alarms, maximumShelvingMs }: StationSetup, alarm: AlarmName): AlarmTimes => {
  const { onDelayMs, offDelayMs } = alarms[alarm];
  return { onDelayMs, offDelayMs, maximumShelvingMs };
};

/** The settings that a condition shows. */
export const timeFields = (times: AlarmTimes): Readonly<Record<string, PlainValue>> => ({
  MaxTimeShelved: duration(times.maximumShelvingMs),
  OnDelay: duration(times.onDelayMs),
  OffDelay: duration(times.offDelayMs),
});

/**
 * The fields of a condition that its standard type declares, by path (OPC 10000-9 §5.5.2, §5.7.2, §5.8.2): the same for
 * events and nodes.
 *
 * @param time station time (UTC ms) of the change that led to it; absent while there was none
 * @param times what was set then; what is set now when nobody kept it
 */
export function conditionFields(
  setup: StationSetup,
  alarm: AlarmName,
  condition: Condition,
  time: number | undefined,
  times: AlarmTimes = timesNow(setup, alarm),
): Readonly<Record<string, PlainValue>> {
  const { since, comment, shelving, shelvedUntil } = condition;
  const [classId, className] = conditionClasses[alarmTable[alarm].class];
  const [shelvedId, shelvedName] = shelvedStates[shelving];
  const input = inputs[alarm];
  const at = time === undefined ? undefined : instant(time);
  const fields: Record<string, PlainValue> = {
    [conditionIdPath]: nodeId(conditionNodeId(setup.id, alarm)),
    ConditionClassId: nodeId(classId),
    ConditionClassName: localizedText(className),
    ConditionName: text(alarm),
    BranchId: nodeId(nullNodeId), // no branches: this is the current state
    Retain: boolean(isRetained(condition)),
    Quality: { dataType: "StatusCode", value: 0 },
    LastSeverity: { dataType: "UInt16", value: condition.lastSeverity },
    Comment: { dataType: "LocalizedText", value: { text: comment?.text ?? "", locale: comment?.locale ?? "" } },
    ClientUserId: text(comment?.by ?? ""),
    InputNode: nodeId(input ? instanceNodeId(setup.id, input) : nullNodeId),
    NormalState: nodeId(nullNodeId),
    "ShelvingState/CurrentState": localizedText(shelvedName),
    "ShelvingState/CurrentState/Id": nodeId(shelvedId),
    "ShelvingState/UnshelveTime": duration(Math.max(0, (shelvedUntil ?? 0) - (time ?? 0))),
    SuppressedOrShelved: boolean(condition.suppressed || shelving !== "unshelved"),
    ...timeFields(times),
  };
  if (at) Object.assign(fields, { "Quality/SourceTimestamp": at, "LastSeverity/SourceTimestamp": at });
  if (comment) fields["Comment/SourceTimestamp"] = instant(comment.at);
  for (const [name, part, isTrue, isFalse] of twoStates) {
    fields[name] = localizedText(condition[part] ? isTrue : isFalse);
    fields[`${name}/Id`] = boolean(condition[part]);
    if (since[part] !== undefined) fields[`${name}/TransitionTime`] = instant(since[part]);
  }
  return fields;
}
