import { type Cluster, type Disposition, dispositions } from "../domain/cluster.ts";
import { type ClusterCommand, type Done, type Refused, refuse, refuseForStorage } from "../domain/command.ts";
import { type ArgumentProblem, textProblem } from "../domain/context.ts";
import type { EntryDraft } from "../domain/ledger-entry.ts";
import { clustersDue } from "../projections/clusters.ts";
import type { StationState } from "../projections/station-state.ts";
import type { Sequencer } from "./sequencer.ts";

/** Entries that begin or end runs of defects, as far as the entries before prove them. */
export function clusterDrafts(state: StationState): readonly EntryDraft[] {
  const { lot, orderId, runType } = state.context;
  // Between the end of a lot and the context that follows it no lot runs, whatever the old context says.
  const running = state.lot?.open === false && state.lot.lot === lot ? "" : lot;
  const making = { lot: running, orderId, production: runType === "production" };
  return clustersDue(state.clusters, making).map((body) => ({
    station: state.station,
    kind: "cluster",
    time: state.lastTime,
    by: "line",
    body,
  }));
}

function wrongArguments({ clusterId, disposition, comment, unreadable }: ClusterCommand, open: readonly Cluster[]) {
  const problems: ArgumentProblem[] = [];
  if (!open.some((c) => c.clusterId === clusterId))
    problems.push({
      argument: "clusterId",
      problem: `is no open cluster; open: ${
        open
          .map((c) => c.clusterId)
          .slice(-8)
          .join(", ") || "none"
      }`,
    });
  if (!dispositions.includes(disposition as Disposition))
    problems.push({ argument: "disposition", problem: `must be one of ${dispositions.join(", ")}` });
  problems.push(...(unreadable ?? []));
  const problem = textProblem(comment);
  if (problem) problems.push({ argument: "comment", problem });
  return problems;
}

function decide(command: ClusterCommand, state: StationState, at: number): Cluster | Refused {
  const { open } = state.clusters;
  const problems = wrongArguments(command, open);
  if (problems.length > 0)
    return refuse(
      "invalidArgument",
      `nothing was changed: ${problems.map((p) => `${p.argument} ${p.problem}`).join("; ")}`,
      problems,
    );
  const { clusterId, disposition, comment, by } = command;
  const cluster = open.find((c) => c.clusterId === clusterId)!;
  if (!cluster.ended && disposition !== "hold")
    return refuse(
      "wrongState",
      `cluster ${clusterId} still goes on, so nobody knows all of its units; hold it, and decide when it has ended`,
    );
  return { ...cluster, decision: { disposition, comment, by, at } };
}

/** Takes decisions about clusters; resolves when the answer is on disk. */
export const createClusterDesk =
  (sequencer: Sequencer, now: () => number) =>
  (command: ClusterCommand): Promise<Done | Refused> =>
    new Promise((resolve) => {
      if (sequencer.storageFault !== "") {
        resolve(refuseForStorage(sequencer.storageFault));
        return;
      }
      const at = now();
      let answer: Done | Refused = { outcome: "done" };
      sequencer.push({
        ready: () => true,
        produce(state) {
          const decided = decide(command, state, at);
          if ("outcome" in decided) {
            answer = decided;
            return [];
          }
          const body = { event: "disposed", reason: "", cluster: decided } as const;
          return [{ station: state.station, kind: "cluster", time: at, by: command.by, body }];
        },
        committed: () => resolve(answer),
      });
    });
