import type { LineStatus } from "../domain/line-state.ts";
import type { Activity } from "../projections/duty.ts";
import { activityOf, type StationState } from "../projections/station-state.ts";
import type { StationSetup, Vitals } from "./messages.ts";

/** Where the ledger ended when the state was folded. */
export interface LedgerHead {
  readonly ledgerId: string;
  /** Offset of the last folded entry = number of entries. */
  readonly offset: number;
  /** Its hash, hex. */
  readonly hash: string;
  /** Station time (UTC ms) at which it went to disk; absent when the ledger holds no entry. */
  readonly committedAt: number | undefined;
  /** Time (UTC ms) of the oldest entry kept. */
  readonly oldestTime: number | undefined;
}

/** Everything that the nodes of one station show: a value, never a live object. */
export interface StationSnapshot {
  readonly setup: StationSetup;
  readonly softwareVersion: string;
  readonly state: StationState;
  /** Absent until the core has sent the first. */
  readonly vitals: Vitals | undefined;
  /** The core is silent: what it last said may no longer be true. */
  readonly stale: boolean;
  readonly ledger: LedgerHead;
  /** Newest unit that was given to each consumer since the start; a consumer that was given none is not in it. */
  readonly delivered: Readonly<Record<string, number>>;
  /** The oldest unit that each consumer had not acknowledged when it was looked up last. */
  readonly oldestUnacknowledged: Readonly<Record<string, OldestUnit>>;
}

/** A unit that was looked up in the ledger. */
export interface OldestUnit {
  readonly sequence: number;
  /** Trigger, UTC ms; of the next unit that is kept when it is not. */
  readonly triggeredAt: number;
}

/** The newest instant that the snapshot knows of, station time in UTC ms. */
export const timeOf = ({ state, vitals }: StationSnapshot): number =>
  Math.max(state.lastTime, vitals?.stationTime ?? 0);

/** The line's status; a disk that takes nothing is the one fault that no entry can tell of. */
export const lineStatusOf = ({ vitals, state: { status } }: StationSnapshot): LineStatus =>
  vitals?.storageFault ? { state: "faulted", reason: `storage: ${vitals.storageFault}` } : status;

/** What the station is at: what every standard's state machine follows. */
export const stationActivity = (s: StationSnapshot): Activity => ({
  ...activityOf(s.state),
  state: lineStatusOf(s).state,
});
