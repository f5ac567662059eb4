import { StatusCodes } from "node-opcua";
import { consumerGroup } from "../../../src/opcua/bindings/results.ts";
import { emptyStation } from "../../../src/projections/station-state.ts";
import { aTime } from "../../support/units.ts";
import { aSnapshot } from "../support/snapshot.ts";

const { values } = consumerGroup("MES-1");
/** Twenty units, of which the consumer has acknowledged the first so many; the time of unit 3 was looked up. */
function shown(acknowledged: number) {
  const state = {
    ...emptyStation("LINE-01"),
    sequence: 20,
    deliveries: { "MES-1": { cursor: acknowledged, beyond: [] } },
  };
  const s = aSnapshot({ state, oldestUnacknowledged: { "MES-1": { sequence: 3, triggeredAt: aTime } } });
  return [values["OldestUnacknowledged"]!(s), values["OldestUnacknowledgedTime"]!(s)];
}

// Both have one SourceTimestamp: a client takes them for one unit, and would compute the delay of another.
test("the time of the oldest unit is never that of the one before it", () => {
  expect(shown(2)).toEqual([3, aTime]);
  expect(shown(7)).toEqual([8, undefined]);
  expect(shown(20)).toEqual([StatusCodes.BadNoData, StatusCodes.BadNoData]);
});
