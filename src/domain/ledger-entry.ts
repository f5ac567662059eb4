import type { AlarmName, AlarmTimes } from "./alarm.ts";
import type { Challenge, ChallengeEvent } from "./challenge.ts";
import type { Cluster } from "./cluster.ts";
import type { AlarmEvent, Condition } from "./condition.ts";
import type { ContextFields, ProductionContext } from "./context.ts";
import type { Counts } from "./counts.ts";
import type { EvidenceBody } from "./evidence.ts";
import type { JobAction, JobOrder, JobState } from "./job.ts";
import type { CameraState } from "./judgement.ts";
import type { LineStatus } from "./line-state.ts";
import type { PendingMoment } from "./pending-moment.ts";
import type { RecipeRef } from "./recipe.ts";
import type { SelfTestResult } from "./self-test.ts";
import type { SequenceSet } from "./sequence-ranges.ts";
import type { LoadedModel } from "./taught.ts";
import type { UnitRecord } from "./unit-record.ts";

/** The version that this program writes. Older ones are read through `upcast`; newer ones are refused. */
export const entryVersion = 1;

/** A minute of the station, closed once and for good. */
export interface MinuteBody {
  /** Minutes since 1970-01-01T00:00Z (UInt32). */
  readonly minuteNumber: number;
  /** UTC ms of the minute's first millisecond; it ends 60,000 ms later. */
  readonly start: number;
  readonly counts: Counts;
  /** Fail count per defect class; classes with none are left out. */
  readonly defects: Readonly<Record<string, number>>;
  /** How much of the minute the program was down, ms. */
  readonly downMs: number;
  /** Counts since the beginning of the ledger, as of the minute's end; absent in minutes of older programs. */
  readonly total?: Counts;
}
export interface LotBody {
  readonly event: "started" | "ended";
  readonly lot: string;
  readonly orderId: string;
  readonly sku: string;
  /** Totals of the lot so far: none for a new lot, those at its last end for a resumed one, all of it at the end. */
  readonly counts: Counts;
  readonly defects: Readonly<Record<string, number>>;
  /** UTC ms; the first start of the lot, also when it is resumed. */
  readonly startedAt: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Absent for a lot begun before this was kept. */
  readonly tally?: LotTally;
  /** At the end: the hash of the station's last entry before it, hex. */
  readonly headHash?: string;
  /** At the end, with a tally: whether the counts agree with it. */
  readonly reconciled?: boolean;
}
/** The lot's units counted a second time, by numbers alone and not one by one. */
export interface LotTally {
  /** Sequences that lie in the lot's runs, of units of all kinds; up to the start of the present run. */
  readonly sequences: number;
  /** LotSequence of its last production unit. */
  readonly lotSequence: number;
}
export interface ContextBody {
  readonly context: ProductionContext;
  /** The sequence of the first unit that carries it. */
  readonly fromSequence: number;
  /** True when this is the pending context taking effect; nothing is pending afterwards. */
  readonly wasPending: boolean;
}
/** What a pending command leaves of the context that it finds in force. */
export type PendingIntent =
  /** Everything but the lot. */
  | { readonly startLot: string }
  /** As above, and nothing is to be done when another lot is in force by then. */
  | { readonly endLot: string }
  /** Everything but the recipe; `rollback`: because the one in force did not prove itself. */
  | { readonly selectRecipe: string; readonly rollback: boolean };
/** A context accepted for later: kept, so that a restart does not forget what was promised. */
export type PendingContext = PendingMoment & {
  /** The whole context; with an `intent`, as it would have been when it was accepted. */
  readonly fields: ContextFields;
  /** The command was about the lot only. */
  readonly intent?: PendingIntent;
  /** Station time (UTC ms) at which it is dropped when its moment has not come. */
  readonly expiresAt: number;
  readonly source: string;
  readonly by: string;
};
export interface PendingBody {
  /** `refused`: its recipe cannot be taken into use. */
  readonly event: "set" | "expired" | "cleared" | "refused";
  readonly pending: PendingContext;
  /** Why it was refused. */
  readonly reason?: string;
}
/** What became of a recipe, and what inspects from then on. */
export interface RecipeBody {
  /** `refused`: it was asked for and cannot be taken into use, or does not prove itself; `active` goes on or nothing inspects. */
  readonly event: "activated" | "rolledBack" | "refused";
  /** Which recipe the event is about. */
  readonly recipe: RecipeRef;
  /** What inspected before it; of a `refused` one what was in use when it was asked for. Absent at the first of a ledger. */
  readonly previous?: RecipeRef;
  /** What its steps loaded; none of a `refused` one. */
  readonly models: readonly LoadedModel[];
  /** SHA-256, hex, of every file that its steps read beside it, by name; absent where there is none, and of a `refused` one. */
  readonly files?: Readonly<Record<string, string>>;
  /** The first unit that is to be inspected by it; of a `refused` one the first after it. */
  readonly fromSequence: number;
  /** For a person. */
  readonly reason: string;
}
/** Another shift begins. Which one it is by the context alone is in the context's own entry. */
export interface ShiftBody {
  /** `context`: the shift calendar was taken away, and the context says again which shift it is. */
  readonly source: "calendar" | "context";
  /** "" = none. */
  readonly shift: string;
  /** UTC ms, by plan: an entry written later than this was made after a pause, or when a context gave the shift back. */
  readonly startedAt: number;
  /** Local date of the start, `YYYY-MM-DD`; "" without a calendar. */
  readonly productionDay: string;
}
export interface StateBody extends LineStatus {
  readonly from: LineStatus["state"];
}
export interface CameraBody {
  readonly cameraId: string;
  readonly state: CameraState;
  readonly reason: string;
}
/** The program did not run. UTC ms; readers expand it to minutes that were out of service. */
export interface DownBody {
  readonly from: number;
  readonly to: number;
  /** False after a crash or a kill. */
  readonly clean: boolean;
}
/** Something may have happened that is not recorded. UTC ms. */
export interface GapBody {
  readonly from: number;
  readonly to: number;
  /** Triggers lost; absent = unknown. */
  readonly count?: number;
  readonly reason: "restart" | "storage" | "missed";
}
/** The wall clock stepped by more than 1 s against the monotonic clock. */
export interface ClockBody {
  readonly event: "stepped" | "synchronized";
  /** Wall clock minus station time after the event, ms. */
  readonly offsetMs: number;
}
/** A verdict that came after its unit was closed: a note for the record, never sent anywhere. */
export interface LateBody {
  readonly sequence: number;
  readonly triggerId: number;
  readonly cameraId: string;
  readonly verdict: UnitRecord["verdict"];
  readonly lateByMs: number;
}
export interface ModelBody extends LoadedModel {
  readonly status: "ready" | "refused";
  readonly reason: string;
}
/** The golden samples of every model that inspects were run. */
export interface SelfTestBody extends SelfTestResult {
  readonly trigger: "method" | "schedule";
}
/** One change of an alarm's state, with the whole state after it. */
export interface AlarmBody {
  readonly alarm: AlarmName;
  readonly event: AlarmEvent;
  readonly condition: Condition;
  /** What was set for the alarm at that time, so that history says what the event said; absent in entries of older programs. */
  readonly times?: AlarmTimes;
}
/** One change of a run of defects, with all that is known of it. */
export interface ClusterBody {
  readonly event: "started" | "ended" | "disposed";
  /** Why it ended; "" otherwise. */
  readonly reason: string;
  readonly cluster: Cluster;
}

/** A consumer has taken over results of units. Deletes nothing; says from where on it has to be served again. */
export interface AcknowledgementBody {
  readonly consumer: string;
  /** Sequences that were not acknowledged before. */
  readonly ranges: SequenceSet;
  /** Afterwards every sequence up to it is acknowledged. */
  readonly cursor: number;
}

/** One change of a job order, with the whole order. */
export interface JobBody {
  /** `began`: its first unit comes. The others are what somebody asked for. */
  readonly event: "stored" | "updated" | "began" | JobAction;
  readonly order: JobOrder;
  /** Afterwards; a `removed` order leaves the list, what it made stays in the ledger. */
  readonly state: JobState | "removed";
  /** As it was given; "" = none. */
  readonly comment: string;
  /** Its units so far; absent until it runs. */
  readonly totals?: JobTotals;
}
/** What was made under a job order, in all of its runs. */
export interface JobTotals {
  readonly counts: Counts;
  readonly defects: Readonly<Record<string, number>>;
  /** 0 without a unit. */
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** One change of a challenge, with all that is known of it. */
export interface ChallengeBody {
  readonly event: ChallengeEvent;
  readonly challenge: Challenge;
}

/** Kind → body. A new kind of entry is a new row. */
export interface EntryBodies {
  readonly unit: UnitRecord;
  readonly minute: MinuteBody;
  readonly lot: LotBody;
  readonly context: ContextBody;
  readonly pending: PendingBody;
  readonly shift: ShiftBody;
  readonly state: StateBody;
  readonly camera: CameraBody;
  readonly model: ModelBody;
  readonly selfTest: SelfTestBody;
  readonly recipe: RecipeBody;
  readonly down: DownBody;
  readonly gap: GapBody;
  readonly clock: ClockBody;
  readonly late: LateBody;
  readonly alarm: AlarmBody;
  readonly cluster: ClusterBody;
  readonly acknowledgement: AcknowledgementBody;
  readonly job: JobBody;
  readonly challenge: ChallengeBody;
  readonly evidence: EvidenceBody;
}
export type EntryKind = keyof EntryBodies;

/** What a writer hands to the ledger. */
export type EntryDraft = {
  [K in EntryKind]: {
    readonly station: string;
    readonly kind: K;
    /** Station time (UTC ms) of what happened; entries of one station may share it but it never goes back by more than a unit's deadline. */
    readonly time: number;
    /** Who caused it: `line`, or the user and application of a command. */
    readonly by: string;
    readonly body: EntryBodies[K];
  };
}[EntryKind];

/** One line of the ledger: what is hashed, whole. */
export type LedgerEntry = EntryDraft & {
  readonly v: number;
  /** Position in the ledger, from 1, without gaps. */
  readonly offset: number;
  /** When the batch went to disk, UTC ms by the wall clock; never less than that of the entry before. */
  readonly committedAt: number;
};

/** An entry as readers get it, with its place in the chain. */
export interface Committed {
  readonly entry: LedgerEntry;
  /** SHA-256(previous hash ‖ canonical JSON of the entry), hex. */
  readonly hash: string;
}
