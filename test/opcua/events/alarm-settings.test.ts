import { alarmTypeOf } from "../../../nodeset/alarm-types.ts";
import { alarmSettings } from "../../../src/domain/alarm.ts";
import type { Committed } from "../../../src/domain/ledger-entry.ts";
import { conditionView } from "../../../src/opcua/events/condition-view.ts";
import { plainEventsOf } from "../../../src/opcua/events/plain-event.ts";
import type { StationSetup } from "../../../src/opcua/messages.ts";
import type { CommittedAlarm } from "../../../src/projections/alarms.ts";
import { aLine, pass } from "../../support/line.ts";
import { aSetup } from "../support/rig.ts";

const alarm = "ContextMissing";
const types = { ids: { [alarmTypeOf(alarm)]: "ns=2;i=1" }, supertypes: {} };
const settings = ["OnDelay", "OffDelay", "MaxTimeShelved"] as const;
const configured = (onDelayMs: number, offDelayMs: number): StationSetup => ({
  ...aSetup().stations[0]!,
  alarms: alarmSettings({ [alarm]: { onDelayMs, offDelayMs } }),
  maximumShelvingMs: 60_000,
});
const today = configured(9_000, 8_000);

/** The first event of an alarm of a line whose alarms were configured otherwise than today. */
async function anEntry(): Promise<CommittedAlarm> {
  const t = aLine({ alarms: configured(2_000, 3_000).alarms });
  for (let second = 0; second < 5; second++) {
    t.unit(pass);
    t.clock.advance(1_000);
    t.line.tick();
    await t.settle();
  }
  const found = t.ledger.committed.find(({ entry }) => entry.kind === "alarm" && entry.body.alarm === alarm);
  return found as Committed as CommittedAlarm;
}
const told = (committed: Committed): unknown[] => {
  const [event] = plainEventsOf(committed, today, "L", types);
  return settings.map((name) => event!.fields.get(name)?.value);
};

// An event read from history is the one that subscribers got (same EventId), whatever was configured since then.
test("an alarm's events say what was set when they happened", async () => {
  expect(told(await anEntry())).toEqual([2_000, 3_000, 3_600_000]);
});

test("entries of programs that did not keep it say what is set now", async () => {
  const committed = await anEntry();
  const { times: _, ...body } = committed.entry.body;
  expect(told({ ...committed, entry: { ...committed.entry, body } })).toEqual([9_000, 8_000, 60_000]);
});

// The nodes are what the alarm is watched by, also when it has not changed since the configuration has.
test("the nodes of a condition show what is set now", async () => {
  const view = conditionView(today, alarm, await anEntry(), "L", types);
  expect(settings.map((name) => view.get(name)?.value)).toEqual([9_000, 8_000, 60_000]);
});
