import type { StationSnapshot } from "../../../src/opcua/snapshot.ts";
import { emptyStation } from "../../../src/projections/station-state.ts";
import { aTime } from "../../support/units.ts";
import { aSetup, someVitals } from "./rig.ts";

/** What the nodes of a station without entries show, but for what the test is about. */
export const aSnapshot = (over: Partial<StationSnapshot> = {}): StationSnapshot => ({
  setup: aSetup().stations[0]!,
  softwareVersion: "0.1.0",
  state: emptyStation("LINE-01"),
  vitals: someVitals(),
  stale: false,
  ledger: { ledgerId: "L", offset: 0, hash: "", committedAt: aTime, oldestTime: undefined },
  delivered: {},
  oldestUnacknowledged: {},
  ...over,
});
