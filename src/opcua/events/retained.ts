import { alarmNames } from "../../domain/alarm.ts";
import { isRetained } from "../../domain/condition.ts";
import type { AlarmsState } from "../../projections/alarms.ts";
import type { StationSetup } from "../messages.ts";
import type { EventTypes } from "./event-types.ts";
import { type PlainEvent, plainEventsOf } from "./plain-event.ts";

/** The newest events of the conditions that clients should show (OPC 10000-9 §5.5.2, Retain). */
export const retainedEvents = (
  { last }: AlarmsState,
  setup: StationSetup,
  ledgerId: string,
  types: EventTypes,
): readonly PlainEvent[] =>
  alarmNames.flatMap((alarm) => {
    const newest = last[alarm];
    return newest && isRetained(newest.entry.body.condition) ? plainEventsOf(newest, setup, ledgerId, types) : [];
  });
