/** What is to become of the units of a cluster. Codes are the wire's `Disposition` enumeration; 0 is "none yet". */
export const dispositionCodes = { hold: 1, release: 2, rework: 3, scrap: 4 } as const;
export type Disposition = keyof typeof dispositionCodes;
export const dispositions = Object.keys(dispositionCodes) as readonly Disposition[];

/** A unit at the edge of a cluster. */
export interface ClusterEdge {
  readonly sequence: number;
  /** Station time of its trigger, UTC ms. */
  readonly time: number;
}

/** What somebody decided about a cluster. */
export interface ClusterDecision {
  readonly disposition: Disposition;
  readonly comment: string;
  readonly by: string;
  /** Station time, UTC ms. */
  readonly at: number;
}

/** A run of defects of one class: when it began, when it ended, and how sure that is. */
export interface Cluster {
  /** Names it for good within its ledger and station, e.g. `LABEL_OFFSET-1204`: class and the unit that proved it. */
  readonly clusterId: string;
  readonly class: string;
  readonly orderId: string;
  readonly lot: string;
  /** First and (so far) last unit with the defect. */
  readonly first: ClusterEdge;
  readonly last: ClusterEdge;
  /** Sequences between which the true beginning lies with 95 % confidence. */
  readonly firstBound: readonly [earliest: number, latest: number];
  /** The same of the end; equal to `last` while it has not ended. */
  readonly lastBound: readonly [earliest: number, latest: number];
  /** Units with the defect from first to last. */
  readonly count: number;
  /** Share of the class among decided units before it began, 0..1. */
  readonly baseline: number;
  readonly ended: boolean;
  readonly decision?: ClusterDecision;
}

/** `hold` is no final word: the units are kept aside until somebody has decided. */
export const isOpen = ({ ended, decision }: Cluster): boolean =>
  !ended || decision === undefined || decision.disposition === "hold";
