import type { Cluster } from "../../../src/domain/cluster.ts";
import { alarmGroups } from "../../../src/opcua/bindings/alarms.ts";
import { emptyStation } from "../../../src/projections/station-state.ts";
import { aSetup } from "../support/rig.ts";
import { aSnapshot } from "../support/snapshot.ts";

const means = { addressSpace: {} as never, types: { ids: {}, supertypes: {} } };
function openIds(ids: readonly string[]): string {
  const clusters = alarmGroups(aSetup().stations[0]!, means).find(({ path }) => path === "Alarms/Clusters")!;
  const state = emptyStation("LINE-01");
  const open = ids.map((clusterId) => ({ clusterId }) as Cluster);
  return String(clusters.values["OpenIds"]!(aSnapshot({ state: { ...state, clusters: { ...state.clusters, open } } })));
}

// SetDisposition takes an id from this text: half of one is an unknown cluster, and a list that looks whole hides the rest.
test.each([
  ["one", ["SCRATCH-7"], "SCRATCH-7"],
  ["none", [], ""],
  ["as many as fit", Array(2).fill("x".repeat(126)), `${"x".repeat(126)} ${"x".repeat(126)}`],
  ["exactly as many as fit", ["x".repeat(127), "y".repeat(126)], `${"x".repeat(127)} ${"y".repeat(126)}`],
  ["more than fit", ["x".repeat(127), "y".repeat(126), "z"], `${"x".repeat(127)} …`],
  [
    "more, with room for the sign",
    ["x".repeat(126), "y".repeat(125), "zzz"],
    `${"x".repeat(126)} ${"y".repeat(125)} …`,
  ],
])("OpenIds names whole ids only, and says when there are more: %s", (_, ids, text) => {
  expect(openIds(ids)).toBe(text);
  expect(text.length).toBeLessThanOrEqual(254);
});
