import { noContext, type ProductionContext } from "../domain/context.ts";
import { type Counts, countUnit, noCounts } from "../domain/counts.ts";
import type {
  CameraBody,
  ClockBody,
  Committed,
  EntryBodies,
  EntryKind,
  LedgerEntry,
  LotBody,
  MinuteBody,
  ModelBody,
  PendingContext,
} from "../domain/ledger-entry.ts";
import type { LineStatus } from "../domain/line-state.ts";
import type { UnitRecord } from "../domain/unit-record.ts";
import { type Activity, type Duty, foldDuty, noDuty } from "./duty.ts";
import { addToMinute, countDefect, minuteMs, minuteOf, type OpenMinute, openMinute } from "./minutes.ts";
import { addToRolling, type SecondBucket } from "./rolling.ts";
import { addTiming } from "./timing.ts";

/** Raised when the shape below changes: snapshots of another shape are rebuilt from the ledger. */
export const stateShape = 2;

/** Counts since a boundary, with the boundary. */
export interface Period {
  readonly name: string;
  readonly counts: Counts;
  readonly startedAt: number;
}

/** A minute as LastMinute shows it. */
export type ShownMinute = MinuteBody & {
  /** True for a minute in which the program did not run at all: its counts are unknown, not zero. */
  readonly outOfService: boolean;
};

/**
 * Everything that the ledger says about one station: a pure fold of its entries, plain data, so that it can be stored,
 * compared and rebuilt. Whoever shows a number takes it from here.
 */
export interface StationState {
  readonly station: string;
  /** Last committed sequence and trigger id; 0 before the first unit. */
  readonly sequence: number;
  readonly triggerId: number;
  /** Latest station time in any entry, UTC ms. */
  readonly lastTime: number;
  readonly total: Counts;
  /** The current lot, or after its end the last one, until another starts; absent before the first. */
  readonly lot: (LotBody & { readonly open: boolean }) | undefined;
  readonly shift: Period;
  /** What the current minute has gathered so far. */
  readonly minute: OpenMinute | undefined;
  readonly lastMinute: ShownMinute | undefined;
  readonly rolling: readonly SecondBucket[];
  readonly inferenceMs: readonly number[];
  readonly latencyMs: readonly number[];
  readonly lastUnit: { readonly unit: UnitRecord; readonly hash: string } | undefined;
  readonly context: ProductionContext;
  /** Accepted for a later trigger. */
  readonly pending: PendingContext | undefined;
  readonly status: LineStatus;
  /** When the line status was last set, UTC ms; 0 = never. */
  readonly statusSince: number;
  readonly duty: Duty;
  readonly cameras: Readonly<Record<string, CameraBody>>;
  readonly model: ModelBody | undefined;
  readonly clock: ClockBody | undefined;
}

export const emptyStation = (station: string): StationState => ({
  station,
  sequence: 0,
  triggerId: 0,
  lastTime: 0,
  total: noCounts,
  lot: undefined,
  shift: { name: "", counts: noCounts, startedAt: 0 },
  minute: undefined,
  lastMinute: undefined,
  rolling: [],
  inferenceMs: [],
  latencyMs: [],
  lastUnit: undefined,
  context: noContext,
  pending: undefined,
  status: { state: "unknown", reason: "" },
  statusSince: 0,
  duty: noDuty,
  cameras: {},
  model: undefined,
  clock: undefined,
});

type Fold<K extends EntryKind> = (
  state: StationState,
  body: EntryBodies[K],
  entry: LedgerEntry,
  hash: string,
) => StationState;

/** One row per kind of entry: what it changes. */
const folds: { readonly [K in EntryKind]: Fold<K> } = {
  unit(state, unit, _entry, hash) {
    const minuteNumber = minuteOf(unit.triggeredAt);
    const minute = state.minute?.minuteNumber === minuteNumber ? state.minute : openMinute(minuteNumber);
    const inLot = state.lot?.open && unit.context.lot === state.lot.lot;
    return {
      ...state,
      sequence: unit.sequence,
      triggerId: unit.triggerId,
      total: countUnit(state.total, unit.unitKind, unit.verdict.kind),
      lot: inLot ? countInLot(state.lot!, unit) : state.lot,
      shift: { ...state.shift, counts: countUnit(state.shift.counts, unit.unitKind, unit.verdict.kind) },
      minute: addToMinute(minute, unit),
      rolling: addToRolling(state.rolling, unit),
      inferenceMs: addTiming(state.inferenceMs, unit.cameras.find((c) => c.cameraId === unit.cameraId)?.inferenceMs),
      latencyMs: addTiming(state.latencyMs, unit.latencyMs),
      lastUnit: { unit, hash },
    };
  },
  minute: (state, minute) => ({
    ...state,
    minute:
      state.minute && state.minute.minuteNumber > minute.minuteNumber
        ? state.minute
        : openMinute(minute.minuteNumber + 1),
    lastMinute: { ...minute, outOfService: false },
  }),
  lot: (state, lot) => ({ ...state, lot: { ...lot, open: lot.event === "started" } }),
  context: (state, { context, wasPending }) => ({
    ...state,
    context,
    pending: wasPending ? undefined : state.pending,
    shift:
      context.shift === state.shift.name
        ? state.shift
        : { name: context.shift, counts: noCounts, startedAt: context.since },
  }),
  pending: (state, { event, pending }) => ({ ...state, pending: event === "set" ? pending : undefined }),
  state: (state, { state: name, reason }, entry) => ({
    ...state,
    status: { state: name, reason },
    statusSince: entry.time,
  }),
  camera: (state, camera) => ({ ...state, cameras: { ...state.cameras, [camera.cameraId]: camera } }),
  model: (state, model) => ({ ...state, model }),
  down(state, { from, to }) {
    // Whole minutes of down time are out of service; the edges belong to minutes that also ran.
    const last = minuteOf(to) - 1;
    const outOfService = last > minuteOf(from);
    const running = minuteOf(to);
    const edge = Math.max(from, running * minuteMs);
    return {
      ...state,
      minute: {
        ...(state.minute?.minuteNumber === running ? state.minute : openMinute(running)),
        downMs: (state.minute?.minuteNumber === running ? state.minute.downMs : 0) + (to - edge),
      },
      lastMinute: outOfService
        ? { minuteNumber: last, start: last * minuteMs, counts: noCounts, defects: {}, downMs: minuteMs, outOfService }
        : state.lastMinute,
    };
  },
  gap: (state) => state,
  clock: (state, clock) => ({ ...state, clock }),
  late: (state) => state,
};

const countInLot = <L extends LotBody>(lot: L, unit: UnitRecord): L => ({
  ...lot,
  counts: countUnit(lot.counts, unit.unitKind, unit.verdict.kind),
  defects: countDefect(lot.defects, unit),
  firstSequence: lot.firstSequence || unit.sequence,
  lastSequence: unit.sequence,
});

/** What the ledger says that the station is at. */
export const activityOf = ({ status, context }: Pick<StationState, "status" | "context">): Activity => ({
  state: status.state,
  runType: context.runType,
});

/** The state after one more entry of this station. */
export function foldEntry(state: StationState, { entry, hash }: Committed): StationState {
  const fold = folds[entry.kind] as Fold<EntryKind>;
  const folded = fold(state, entry.body, entry, hash);
  const next = { ...folded, duty: foldDuty(state.duty, entry, activityOf(state), activityOf(folded)) };
  const begun = next.shift.startedAt === 0 ? { ...next, shift: { ...next.shift, startedAt: entry.time } } : next;
  return entry.time > begun.lastTime ? { ...begun, lastTime: entry.time } : begun;
}

/** All stations of one ledger, by id. */
export type Stations = Readonly<Record<string, StationState>>;

export function foldStations(stations: Stations, committed: Committed): Stations {
  const { station } = committed.entry;
  return { ...stations, [station]: foldEntry(stations[station] ?? emptyStation(station), committed) };
}

/** Stored form of a snapshot. */
export interface StationsSnapshot {
  readonly shape: number;
  readonly stations: Stations;
}
export const snapshotName = "stations";
export const toSnapshot = (stations: Stations): StationsSnapshot => ({ shape: stateShape, stations });
/** The stations of a stored snapshot, or `undefined` when it is of another shape. */
export function fromSnapshot(stored: unknown): Stations | undefined {
  const snapshot = stored as Partial<StationsSnapshot> | undefined;
  return snapshot?.shape === stateShape ? snapshot.stations : undefined;
}
