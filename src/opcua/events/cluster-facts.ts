import { enumerations } from "../../../nodeset/enumerations.ts";
import { type Cluster, dispositionCodes } from "../../domain/cluster.ts";

/** What both the DefectCluster event and the nodes say about a cluster, in the wire's words. */
export function clusterFacts(cluster: Cluster, state: string) {
  const { decision, first, last, firstBound, lastBound } = cluster;
  const disposition = decision ? dispositionCodes[decision.disposition] : 0;
  return {
    ClusterId: cluster.clusterId,
    ClusterState: state,
    DefectClass: cluster.class,
    OrderId: cluster.orderId,
    Lot: cluster.lot,
    FirstSequence: first.sequence,
    FirstTime: first.time,
    LastSequence: last.sequence,
    LastTime: last.time,
    FirstEarliest: firstBound[0],
    FirstLatest: firstBound[1],
    LastEarliest: lastBound[0],
    LastLatest: lastBound[1],
    DefectCount: cluster.count,
    Baseline: cluster.baseline * 100,
    Disposition: disposition,
    DispositionText: enumerations.Disposition.names[disposition]!,
    DisposedBy: decision?.by ?? "",
    Comment: decision?.comment ?? "",
  };
}

/** What the newest entry said of a cluster. */
export const clusterStateOf = ({ ended, decision }: Cluster): string =>
  decision && ended ? "disposed" : ended ? "ended" : "started";
