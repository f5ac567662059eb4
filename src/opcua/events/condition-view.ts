import { alarmTypeOf } from "../../../nodeset/alarm-types.ts";
import { alarmFields } from "../../../nodeset/events.ts";
import type { AlarmName } from "../../domain/alarm.ts";
import { quietCondition } from "../../domain/condition.ts";
import type { CommittedAlarm } from "../../projections/alarms.ts";
import type { StationSetup } from "../messages.ts";
import { instanceNodeId } from "../node-id.ts";
import { alarmFacts } from "./alarm-facts.ts";
import { conditionFields, timeFields, timesNow } from "./condition-fields.ts";
import type { EventTypes } from "./event-types.ts";
import { plainEventsOf } from "./plain-event.ts";
import { type PlainValue, plainValue } from "./plain-value.ts";

/** What the nodes of a condition show, by browse path below it without namespaces. */
export type ConditionView = ReadonlyMap<string, PlainValue>;

const withoutNamespaces = (path: string): string => path.replace(/(^|\/)\d+:/g, "$1");

/** A condition as its newest event told it; before the first one, what holds of an alarm that never was. */
export function conditionView(
  setup: StationSetup,
  alarm: AlarmName,
  last: CommittedAlarm | undefined,
  ledgerId: string,
  types: EventTypes,
): ConditionView {
  const fields = last
    ? plainEventsOf(last, setup, ledgerId, types)[0]!.fields
    : quietFields(setup, alarm, ledgerId, types);
  // The settings are in force from the start on, whatever they were at the last event.
  const shown = last ? [...fields, ...Object.entries(timeFields(timesNow(setup, alarm)))] : [...fields];
  return new Map(shown.map(([path, value]) => [withoutNamespaces(path), value]));
}

function quietFields(setup: StationSetup, alarm: AlarmName, ledgerId: string, types: EventTypes) {
  const quiet = quietCondition(setup.alarms[alarm].severity);
  const origin = { StationId: setup.id, LineId: setup.lineId, LedgerId: ledgerId };
  const own = Object.entries({ ...origin, ...alarmFacts(alarm, quiet, "") }).flatMap(
    ([name, value]): [string, PlainValue][] =>
      value === undefined ? [] : [[name, plainValue(alarmFields[name as keyof typeof alarmFields].dataType, value)]],
  );
  return new Map<string, PlainValue>([
    ...Object.entries(conditionFields(setup, alarm, quiet, undefined)),
    ...own,
    ["EventType", { dataType: "NodeId", value: types.ids[alarmTypeOf(alarm)]! }],
    ["SourceNode", { dataType: "NodeId", value: instanceNodeId(setup.id) }],
    ["SourceName", { dataType: "String", value: setup.id }],
    ["Severity", { dataType: "UInt16", value: quiet.severity }],
  ]);
}
