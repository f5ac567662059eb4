import { type AlarmName, alarmTable } from "../src/domain/alarm.ts";

/** Type of an alarm by its class: ours, and the standard's that it extends (OPC 10000-9 §5.8.21, §5.8.23). */
export const alarmTypes = {
  process: { own: "StationAlarmType", base: "ua:OffNormalAlarmType" },
  system: { own: "StationSystemAlarmType", base: "ua:SystemOffNormalAlarmType" },
} as const;
export const alarmTypeOf = (alarm: AlarmName) => alarmTypes[alarmTable[alarm].class].own;
