import { type Cluster, type ClusterEdge, isOpen } from "../domain/cluster.ts";
import type { ClusterBody, LedgerEntry } from "../domain/ledger-entry.ts";
import type { UnitRecord } from "../domain/unit-record.ts";
import { edgesOf, isOnset, ratesOf, scored, stillRuns } from "./change-point.ts";

/** A decided production unit, as the detector sees it: "" = it passed. */
export interface Decided extends ClusterEdge {
  readonly class: string;
}

/** What is known of one defect class. */
interface ClassWatch {
  /** Units and defects that the baseline stands on; old ones count less and less. */
  readonly units: number;
  readonly defects: number;
  /** Evidence for a run since the last reset; of its end while one is open. */
  readonly score: number;
  /** Units up to this sequence belong to a cluster and say nothing about the baseline. */
  readonly trustAfter: number;
  /** The run that goes on. */
  readonly open: Cluster | undefined;
}
const unwatched: ClassWatch = { units: 0, defects: 0, score: 0, trustAfter: 0, open: undefined };

/** What the ledger says of a station's runs of defects. */
export interface ClusterState {
  /** The newest decided units of the current lot, oldest first. */
  readonly recent: readonly Decided[];
  readonly lot: string;
  readonly classes: Readonly<Record<string, ClassWatch>>;
  /** Clusters that go on or wait for a decision, oldest first. */
  readonly open: readonly Cluster[];
  /** The cluster that was spoken of last. */
  readonly last: Cluster | undefined;
  /** When that was, station time UTC ms; 0 = never. */
  readonly lastTime: number;
  /** Clusters ever found. */
  readonly found: number;
}
export const noClusters: ClusterState = {
  recent: [],
  lot: "",
  classes: {},
  open: [],
  last: undefined,
  lastTime: 0,
  found: 0,
};

/** How far back a beginning is looked for, units. */
const recentUnits = 200;
/** Units after which an observation counts half for the baseline: about an hour of a line at 200 per minute. */
const halfLife = 12_000;
const keep = 0.5 ** (1 / halfLife);
/** So many may wait for a decision; no more are opened until somebody decides, and the condition says so. */
export const maximumOpen = 500;

/** A unit that left the window is part of what is normal, unless it was part of a cluster. */
const intoBaseline = (watch: ClassWatch, unit: Decided, name: string): ClassWatch =>
  watch.open || unit.sequence <= watch.trustAfter
    ? watch
    : { ...watch, units: watch.units * keep + 1, defects: watch.defects * keep + Number(unit.class === name) };

const eachWatch = (
  classes: ClusterState["classes"],
  change: (watch: ClassWatch, name: string) => ClassWatch,
): ClusterState["classes"] =>
  Object.fromEntries(Object.entries(classes).map(([name, watch]) => [name, change(watch, name)]));

/** Another lot is another run: what was gathered goes into the baseline, and evidence begins anew. */
function forLot(state: ClusterState, lot: string): ClusterState {
  if (state.lot === lot) return state;
  const classes = eachWatch(state.classes, (watch, name) => ({
    ...(watch.score > 0 ? watch : state.recent.reduce((w, unit) => intoBaseline(w, unit, name), watch)),
    score: 0,
  }));
  return { ...state, lot, recent: [], classes };
}

/** The cluster with one more unit. */
const grown = (cluster: Cluster, unit: Decided): Cluster =>
  unit.class === cluster.class
    ? {
        ...cluster,
        last: { sequence: unit.sequence, time: unit.time },
        lastBound: [unit.sequence, unit.sequence],
        count: cluster.count + 1,
      }
    : cluster;

function foldUnit(before: ClusterState, unit: UnitRecord): ClusterState {
  const { verdict, sequence, triggeredAt, context, unitKind } = unit;
  if (unitKind !== "production" || context.runType !== "production") return before;
  if (verdict.kind !== "pass" && verdict.kind !== "fail") return before;
  const state = forLot(before, context.lot);
  const name = verdict.kind === "fail" ? verdict.defects[0].class : "";
  const decided: Decided = { sequence, time: triggeredAt, class: name };
  const left = state.recent.length >= recentUnits ? state.recent[0] : undefined;
  const known = name === "" || state.classes[name] ? state.classes : { ...state.classes, [name]: { ...unwatched } };
  const classes = eachWatch(known, (watch, of) => {
    const told = left ? intoBaseline(watch, left, of) : watch;
    const rates = told.open ? ratesOf(told.open.baseline) : ratesOf(baselineOf(told));
    const score = scored(told.score, name === of, rates, told.open !== undefined);
    return { ...told, score, open: told.open && grown(told.open, decided) };
  });
  const open = state.open.map((cluster) =>
    classes[cluster.class]?.open?.clusterId === cluster.clusterId ? classes[cluster.class]!.open! : cluster,
  );
  return { ...state, recent: [...(left ? state.recent.slice(1) : state.recent), decided], classes, open };
}

/**
 * Share of a class among decided units, 0..1; before much is known, two percent with the weight of 200 units: a new line
 * must not cry out before it has seen what is usual.
 */
const baselineOf = ({ units, defects }: ClassWatch): number => (defects + 4) / (units + 200);

function foldCluster(state: ClusterState, { event, cluster }: ClusterBody, time: number): ClusterState {
  const watch = state.classes[cluster.class] ?? unwatched;
  const others = state.open.filter((c) => c.clusterId !== cluster.clusterId);
  const place = state.open.findIndex((c) => c.clusterId === cluster.clusterId);
  const open = !isOpen(cluster) ? others : place < 0 ? [...others, cluster] : state.open.with(place, cluster);
  const change: Partial<ClassWatch> =
    event === "started"
      ? { open: cluster, score: 0 }
      : event === "ended"
        ? { open: undefined, score: 0, trustAfter: state.recent.at(-1)?.sequence ?? cluster.last.sequence }
        : watch.open?.clusterId === cluster.clusterId
          ? { open: cluster }
          : {};
  return {
    ...state,
    classes: { ...state.classes, [cluster.class]: { ...watch, ...change } },
    open,
    last: cluster,
    lastTime: time,
    found: state.found + Number(event === "started"),
  };
}

/** The clusters after one more entry. While a camera is lost, its verdicts prove nothing. */
export function foldClusters(state: ClusterState, entry: LedgerEntry, cameraLost: boolean): ClusterState {
  if (entry.kind === "cluster") return foldCluster(state, entry.body, entry.time);
  return entry.kind === "unit" && !cameraLost ? foldUnit(state, entry.body) : state;
}

/** What the station is making, as far as a run of defects belongs to it. */
export interface Making {
  readonly lot: string;
  readonly orderId: string;
  readonly production: boolean;
}

/** Begins and ends of runs that the entries so far prove, and that are not in the ledger yet. */
export function clustersDue(state: ClusterState, making: Making): readonly ClusterBody[] {
  const due: ClusterBody[] = [];
  for (const [name, watch] of Object.entries(state.classes)) {
    if (watch.open) {
      const over = endOf(watch.open, watch.score, making);
      if (over !== undefined) due.push({ event: "ended", reason: over, cluster: withEnd(watch.open, state.recent) });
    } else if (
      isOnset(watch.score) &&
      state.lot === making.lot &&
      making.production &&
      state.open.length < maximumOpen
    ) {
      const cluster = begunIn(state, name, watch, making);
      if (cluster) due.push({ event: "started", reason: "", cluster });
    }
  }
  return due;
}

function endOf({ lot, orderId }: Cluster, score: number, making: Making): string | undefined {
  if (lot !== making.lot) return "the lot ended";
  if (orderId !== making.orderId) return "the order changed";
  if (!making.production) return "production ended";
  return stillRuns(score) ? undefined : "the defects stopped";
}

const edgeOf = ({ sequence, time }: Decided): ClusterEdge => ({ sequence, time });

/** A run needs this many units with the defect, however rare it is. */
const fewest = 3;

function begunIn(state: ClusterState, name: string, watch: ClassWatch, making: Making): Cluster | undefined {
  const baseline = baselineOf(watch);
  // What belongs to the cluster before is none of this one, however close they are.
  const recent = state.recent.filter(({ sequence }) => sequence > watch.trustAfter);
  const edges = edgesOf(recent, name, ratesOf(baseline));
  const defects = recent.slice(edges.index).filter((unit) => unit.class === name);
  const [first, last] = [defects[0], defects.at(-1)];
  if (!first || !last || defects.length < fewest) return undefined;
  return {
    clusterId: `${name}-${last.sequence}`,
    class: name,
    orderId: making.orderId,
    lot: making.lot,
    first: edgeOf(first),
    last: edgeOf(last),
    firstBound: edges.bound,
    lastBound: [last.sequence, last.sequence],
    count: defects.length,
    baseline: Math.round(baseline * 1e6) / 1e6,
    ended: false,
  };
}

/**
 * The cluster at its end. The run ended where the units after it make that most likely: a single defect that came later, as
 * one comes now and then, is none of it.
 */
function withEnd(cluster: Cluster, recent: readonly Decided[]): Cluster {
  const within = recent.filter(({ sequence }) => sequence >= cluster.first.sequence);
  const edges = edgesOf(within, cluster.class, ratesOf(cluster.baseline), "end");
  const last = within[edges.index];
  if (last?.class !== cluster.class) return { ...cluster, ended: true };
  const later = within.slice(edges.index + 1).filter((unit) => unit.class === cluster.class).length;
  return { ...cluster, ended: true, last: edgeOf(last), lastBound: edges.bound, count: cluster.count - later };
}
