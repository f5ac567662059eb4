import { noContext, type ProductionContext } from "../domain/context.ts";
import { type Counts, countUnit, noCounts } from "../domain/counts.ts";
import type {
  CameraBody,
  ClockBody,
  Committed,
  EntryBodies,
  EntryKind,
  LedgerEntry,
  MinuteBody,
  ModelBody,
  PendingContext,
  ShiftBody,
} from "../domain/ledger-entry.ts";
import type { LineStatus } from "../domain/line-state.ts";
import type { UnitRecord } from "../domain/unit-record.ts";
import { type AlarmsState, foldAlarms, isActive, noAlarms } from "./alarms.ts";
import { type ChallengesState, foldChallenges, noChallengesYet } from "./challenges.ts";
import { type ClusterState, foldClusters, noClusters } from "./clusters.ts";
import { type Deliveries, foldAcknowledgement } from "./consumers.ts";
import { type DriftState, foldDriftUnit, foldTaught, forgetTaught, noDrift } from "./drift.ts";
import { type Activity, type Duty, foldDuty, noDuty } from "./duty.ts";
import { type EvidenceState, foldEvidence, foldPictures, noEvidence } from "./evidence.ts";
import { countInJob, foldJob, type Jobs } from "./jobs.ts";
import { countInLot, foldLot, type LotState } from "./lots.ts";
import { addToMinute, minuteMs, minuteOf, type OpenMinute, openMinute } from "./minutes.ts";
import { foldRecipe, noRecipes, type RecipeState, withoutFailure } from "./recipes.ts";
import { addToRolling, type SecondBucket } from "./rolling.ts";
import { foldSelfTest, type SelfTestState } from "./self-tests.ts";
import { addTiming } from "./timing.ts";

/**
 * Raised when the shape below changes, or what a fold makes of the same entries: snapshots of another number are rebuilt
 * from the ledger.
 */
export const stateShape = 10;

/** Counts since a boundary, with the boundary. */
export interface Period {
  readonly name: string;
  readonly counts: Counts;
  readonly startedAt: number;
}

/** The current shift. `startedAt` is by plan. */
export interface ShiftState extends Period {
  /** Units of the shift before it are counted elsewhere, UTC ms: the calendar took over from a context while the shift ran. */
  readonly countedFrom: number;
  /** The calendar said so; otherwise the context. */
  readonly byCalendar: boolean;
  /** `YYYY-MM-DD`; "" when nobody said. */
  readonly productionDay: string;
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
  /** Hash of the station's last entry, hex; "" before the first, and for entries that are not committed yet. */
  readonly hash: string;
  /** Latest station time in any entry, UTC ms. */
  readonly lastTime: number;
  readonly total: Counts;
  /** The current lot, or after its end the last one, until another starts; absent before the first. */
  readonly lot: LotState | undefined;
  readonly shift: ShiftState;
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
  readonly recipes: RecipeState;
  readonly drift: DriftState;
  readonly selfTest: SelfTestState | undefined;
  readonly clock: ClockBody | undefined;
  readonly alarms: AlarmsState;
  readonly clusters: ClusterState;
  readonly jobs: Jobs;
  readonly challenges: ChallengesState;
  /** How far each consumer has acknowledged. */
  readonly deliveries: Deliveries;
  readonly evidence: EvidenceState;
}

export const emptyStation = (station: string): StationState => ({
  station,
  sequence: 0,
  triggerId: 0,
  hash: "",
  lastTime: 0,
  total: noCounts,
  lot: undefined,
  shift: { name: "", counts: noCounts, startedAt: 0, countedFrom: 0, byCalendar: false, productionDay: "" },
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
  recipes: noRecipes,
  drift: noDrift,
  selfTest: undefined,
  clock: undefined,
  alarms: noAlarms,
  clusters: noClusters,
  jobs: [],
  challenges: noChallengesYet,
  deliveries: {},
  evidence: noEvidence,
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
      jobs: countInJob(state.jobs, unit),
      evidence: foldPictures(state.evidence, unit),
      drift: foldDriftUnit(state.drift, unit),
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
  lot: (state, lot) => ({ ...state, lot: foldLot(lot, state.sequence) }),
  context: (state, { context, wasPending }) => ({
    ...state,
    context,
    pending: wasPending ? undefined : state.pending,
    shift: shiftOfContext(state.shift, context),
    recipes: withoutFailure(state.recipes),
  }),
  shift(state, body, entry) {
    const { shift, lastUnit } = state;
    // A shift that a context had named before the calendar goes on with its counts.
    const goesOn = body.shift === shift.name && shift.startedAt >= body.startedAt;
    const isCountedElsewhere = lastUnit !== undefined && lastUnit.unit.triggeredAt >= body.startedAt;
    const begun = { counts: noCounts, countedFrom: isCountedElsewhere ? entry.time : body.startedAt };
    return {
      ...state,
      shift: {
        name: body.shift,
        ...(goesOn ? { counts: shift.counts, countedFrom: shift.countedFrom } : begun),
        startedAt: body.startedAt,
        byCalendar: body.source === "calendar",
        productionDay: body.productionDay,
      },
    };
  },
  pending: (state, { event, pending }) => ({ ...state, pending: event === "set" ? pending : undefined }),
  state: (state, { state: name, reason }, entry) => ({
    ...state,
    status: { state: name, reason },
    statusSince: entry.time,
  }),
  camera: (state, camera) => ({ ...state, cameras: { ...state.cameras, [camera.cameraId]: camera } }),
  model: (state, model) => ({
    ...state,
    model,
    drift: foldTaught(state.drift, model),
    ...(state.selfTest && { selfTest: { ...state.selfTest, isOver: true } }),
  }),
  selfTest: (state, body, entry) => ({ ...state, selfTest: foldSelfTest(body, entry.time) }),
  recipe: (state, body, entry) => ({
    ...state,
    recipes: foldRecipe(state.recipes, body, entry),
    drift: body.event === "refused" ? state.drift : body.models.reduce(foldTaught, forgetTaught(state.drift)),
  }),
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
  alarm: (state) => state, // alarms, clusters and challenges look at entries of several kinds: foldEntry
  cluster: (state) => state,
  challenge: (state) => state,
  job: (state, body, entry) => ({ ...state, jobs: foldJob(state.jobs, body, entry) }),
  acknowledgement: (state, body) => ({ ...state, deliveries: foldAcknowledgement(state.deliveries, body) }),
  evidence: (state, body, { time }) => ({ ...state, evidence: foldEvidence(state.evidence, body, time) }),
};

/** A context that names a shift comes before the calendar; one that names none leaves the calendar's. */
function shiftOfContext(shift: ShiftState, { shift: name, since }: ProductionContext): ShiftState {
  if (name === "" && shift.byCalendar) return shift;
  const base = { byCalendar: false, productionDay: "" };
  return name === shift.name
    ? { ...shift, ...base }
    : { ...base, name, counts: noCounts, startedAt: since, countedFrom: since };
}

/** Whether the station is in this very shift already. */
export const isInShift = (shift: ShiftState, { shift: name, startedAt, source }: ShiftBody): boolean =>
  shift.name === name && shift.startedAt === startedAt && shift.byCalendar === (source === "calendar");

/** The context as records carry it: with the calendar's shift when it names none. */
export const contextOf = ({ context, shift }: StationState): ProductionContext =>
  context.shift === "" && shift.name !== "" ? { ...context, shift: shift.name } : context;

/** What the ledger says that the station is at. */
export const activityOf = ({ status, context }: Pick<StationState, "status" | "context">): Activity => ({
  state: status.state,
  runType: context.runType,
});

/** The state after one more entry of this station. */
export function foldEntry(state: StationState, committed: Committed): StationState {
  const { entry, hash } = committed;
  const fold = folds[entry.kind] as Fold<EntryKind>;
  const folded = fold(state, entry.body, entry, hash);
  const next = {
    ...folded,
    duty: foldDuty(state.duty, entry, activityOf(state), activityOf(folded)),
    alarms: foldAlarms(state.alarms, committed),
    clusters: foldClusters(state.clusters, entry, isActive(state.alarms, "CameraLost")),
    challenges: foldChallenges(state.challenges, entry),
    hash,
  };
  const { time } = entry;
  const begun =
    next.shift.startedAt === 0 ? { ...next, shift: { ...next.shift, startedAt: time, countedFrom: time } } : next;
  return time > begun.lastTime ? { ...begun, lastTime: time } : begun;
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
