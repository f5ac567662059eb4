import { type AlarmName, type AlarmRow, alarmNames, alarmTable } from "../src/domain/alarm.ts";
import { alarmTypes } from "./alarm-types.ts";
import { companionRows } from "./companions/instance.ts";
import { alarmFields } from "./events.ts";
import { from, type NodeRow, standard, type } from "./node-row.ts";
import { dataTypeId, objectRow, propertyRow, sitePlace, variableRows } from "./nodes.ts";
import type { StationPart } from "./station-parts.ts";

/** Optional members that every alarm has, because every alarm can be confirmed, shelved and suppressed. */
const optional = [
  "ConfirmedState",
  "Confirm",
  "SuppressedState",
  "ShelvingState",
  "MaxTimeShelved",
  "OnDelay",
  "OffDelay",
  ...["EnabledState", "ActiveState", "AckedState", "ConfirmedState", "SuppressedState"].map(
    (state) => `${state}/TransitionTime`,
  ),
];

/** Beside the condition, for clients that know only tags. */
export const activeVariable = {
  dataType: "Boolean",
  historized: true,
  description: "True while the alarm is active.",
} as const;

/** The conditions of a station, below `Alarms`; the type declares none, for stations differ in their alarms. */
export const alarmsPart: StationPart = (place, path, of) => {
  if (!of) return [];
  return alarmNames.flatMap((alarm): NodeRow[] => {
    const { title, operatorAction }: AlarmRow = alarmTable[alarm];
    const { own, base } = alarmTypes[alarmTable[alarm].class];
    const here = [...path, "Alarms", alarm];
    return [
      objectRow(place, [...path, "Alarms"], alarm, {
        definition: type(own),
        description: `${title}. ${operatorAction}`,
        references: [from(standard.hasCondition, place.idOf(path))],
      }),
      ...companionRows(place, here, base, { optional }),
      ...Object.entries(alarmFields).map(([field, { dataType, description }]) =>
        propertyRow(place, here, field, { description, dataType: dataTypeId(dataType) }, "tallyline"),
      ),
      ...variableRows(place, here, "Active", activeVariable),
    ];
  });
};

/** Browse paths of an alarm's fields below its condition, without namespaces: all that a binding has to fill. */
export const conditionPaths = (alarm: AlarmName): readonly string[] => [
  ...companionRows(sitePlace, [alarm], alarmTypes[alarmTable[alarm].class].base, { optional })
    .filter(({ nodeClass, value }) => nodeClass === "Variable" && !value)
    .map(({ id }) => String(id.id).slice(alarm.length + 1)),
  ...Object.keys(alarmFields),
];
