import type { AlarmName, AlarmRow, AlarmSettings } from "../domain/alarm.ts";
import type { ChallengeRules } from "../domain/challenge.ts";
import { momentText } from "../domain/pending-moment.ts";
import { recipeText } from "../domain/recipe.ts";
import { conditionOf } from "../projections/alarms.ts";
import { challengeTrouble } from "../projections/challenges.ts";
import { maximumOpen } from "../projections/clusters.ts";
import { driftsOf } from "../projections/drift.ts";
import { rollingCounts } from "../projections/rolling.ts";
import { selfTestTrouble } from "../projections/self-tests.ts";
import type { StationState } from "../projections/station-state.ts";
import { driftText, harm } from "./drift-text.ts";

/** What surrounds the station and costs time to find out; measured now and then. Absent = not known. */
export interface Surroundings {
  /** Room on the disk of the data folder. */
  readonly freeDiskMb?: number;
  /** End of the OPC UA server's certificate, UTC ms. */
  readonly certificateEndsAt?: number;
}

/** What keeps the station from inspecting, and whose trouble it is. */
export interface Trouble {
  readonly of: "camera" | "inspection";
  /** e.g. `camera: CAM-01 covered`. */
  readonly what: string;
}

/** Everything that alarms follow from. */
export interface AlarmFacts {
  readonly state: StationState;
  /** Station time, UTC ms. */
  readonly now: number;
  readonly trouble: Trouble | undefined;
  /** Why the vision process is not there; `undefined` when it is, "" while it starts for the first time. */
  readonly visionDown: string | undefined;
  /** Why no recipe can inspect the next unit; "" = one can. */
  readonly recipeTrouble: string;
  readonly clockSynchronized: boolean;
  readonly clockOffsetMs: number;
  readonly surroundings: Surroundings;
  readonly challenges: ChallengeRules;
}

/** What the facts say of one alarm. */
export interface Reading {
  readonly present: boolean;
  readonly reason: string;
  readonly value?: number;
  readonly limit?: number;
  /** An alarm that is active already has become worse in a way that calls for the operator again. */
  readonly isNews?: boolean;
}

const absent = (reason: string): Reading => ({ present: false, reason });
const present = (reason: string): Reading => ({ present: true, reason });
const round = (value: number): number => Math.round(value * 100) / 100;

/** An active alarm ends only beyond its deadband; one that is larger than a small limit would never let it end. */
const overLimit = (value: number, limit: number, { deadband = 0 }: AlarmRow, active: boolean): boolean =>
  value > (active ? limit - Math.min(deadband, limit / 2) : limit);
const underLimit = (value: number, { limit = 0, deadband = 0 }: AlarmRow, active: boolean): boolean =>
  value < (active ? limit + deadband : limit);

/** Process alarms speak of a line that makes products: not of one that stands, is cleaned or tried. */
const inProduction = ({ status, context }: StationState): boolean =>
  status.state === "running" && context.runType === "production";

type ReadAlarm = (facts: AlarmFacts, row: AlarmRow, active: boolean) => Reading | undefined;

/** Alarm → what the facts say of it; `undefined` = nothing, so that it stays as it is. */
const readings: { readonly [A in AlarmName]: ReadAlarm } = {
  DefectRateHigh({ state, now }, row, active) {
    if (!inProduction(state)) return absent("the line is not in production");
    const { pass, fail, defects } = rollingCounts(state.rolling, now, row.windowSeconds ?? 60, "production");
    const decided = pass + fail;
    if (decided < (row.minimumSamples ?? 1)) return undefined;
    const rateOf = (count: number): number => round((100 * count) / decided);
    const classes = Object.entries(defects).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const [worst] = classes;
    const most = worst ? `, most of them ${worst[0]} (${worst[1]})` : "";
    const limits = [
      { value: rateOf(fail), limit: row.limit, what: `units failed in ${row.windowSeconds} s${most}`, count: fail },
      ...classes.map(([name, count]) => ({
        value: rateOf(count),
        limit: row.classLimits?.[name] ?? row.classLimit,
        what: `units with ${name} in ${row.windowSeconds} s`,
        count,
      })),
    ];
    // The total first: a class is only named where it is over its own limit and the total is not.
    const over = limits.find(({ value, limit }) => limit !== undefined && overLimit(value, limit, row, active));
    const { value, limit, what, count } = over ?? limits[0]!;
    return {
      present: over !== undefined,
      reason: `${count} of ${decided} ${what}`,
      value,
      ...(limit !== undefined && { limit }),
    };
  },
  CameraLost({ trouble, visionDown }) {
    if (visionDown !== undefined) return undefined; // then nobody hears the cameras: ModelFault says so
    return trouble?.of === "camera" ? present(trouble.what) : absent("no trouble with a camera is known");
  },
  ModelFault({ state, trouble, visionDown, recipeTrouble }) {
    if (visionDown === "") return undefined;
    if (visionDown !== undefined) return present(`vision: ${visionDown}`);
    if (recipeTrouble !== "") return present(recipeTrouble);
    const { active, failure } = state.recipes;
    // Until somebody has decided what is to be made of it.
    if (active && failure?.rolledBack) return present(`${failure.reason}; ${recipeText(active)} inspects again`);
    const untrue = selfTestTrouble(state.selfTest);
    if (untrue !== "") return present(untrue);
    return trouble?.of === "inspection" ? present(trouble.what) : absent("no trouble with the inspection is known");
  },
  ContextMissing({ state }) {
    if (!inProduction(state)) return absent("the line is not in production");
    const { missedContext, missedBecause } = state.alarms;
    const { lot } = state.context;
    if (missedContext) {
      const why = missedBecause ?? `it was to begin ${momentText(missedContext)}, which did not come in time`;
      const goesOn = lot ? `lot "${lot}" goes on` : "no lot runs";
      return present(`the context for lot "${missedContext.fields.lot}" was dropped: ${why}; ${goesOn}`);
    }
    return lot === "" ? present("the context names no lot") : absent(`lot "${lot}" runs`);
  },
  ClusterUndisposed({ state: { clusters, alarms } }, row) {
    const { open, found } = clusters;
    if (open.length === 0) return absent("every cluster has its disposition");
    const known = conditionOf(alarms, "ClusterUndisposed", row.severity);
    const newest = open.at(-1)!;
    const full = open.length >= maximumOpen ? "; no more are recorded until some are decided" : "";
    return {
      present: true,
      reason: `${open.length} open, newest ${newest.clusterId} from unit ${newest.first.sequence}${full}`,
      value: found,
      // Another run after the operator has seen the ones before.
      isNews: known.acked && found > (known.value ?? 0),
    };
  },
  ChallengeOverdue({ state, now, challenges }) {
    if (!inProduction(state)) return absent("the line is not in production");
    const trouble = challengeTrouble(state.challenges, challenges, state.shift.startedAt, now);
    return trouble === "" ? absent("every test piece was found in time") : present(trouble);
  },
  ClockUnsynchronized: ({ clockSynchronized, clockOffsetMs }) =>
    clockSynchronized
      ? absent("the clock is right")
      : present(`station time is ${Math.abs(clockOffsetMs)} ms ${clockOffsetMs < 0 ? "ahead of" : "behind"} the clock`),
  StorageLow({ surroundings: { freeDiskMb } }, row, active) {
    if (freeDiskMb === undefined) return undefined;
    const value = Math.floor(freeDiskMb);
    return {
      present: underLimit(value, row, active),
      reason: `${value} MB are free`,
      value,
      ...(row.limit !== undefined && { limit: row.limit }),
    };
  },
  CertificateExpiring({ now, surroundings: { certificateEndsAt } }, row, active) {
    if (certificateEndsAt === undefined) return undefined;
    const value = Math.floor((certificateEndsAt - now) / 86_400_000);
    return {
      present: underLimit(value, row, active),
      reason: `valid until ${new Date(certificateEndsAt).toISOString().slice(0, 10)}`,
      value,
      ...(row.limit !== undefined && { limit: row.limit }),
    };
  },
  InspectionDrift({ state }, row, active) {
    if (!inProduction(state)) return absent("the line is not in production");
    const drifts = driftsOf(state.drift, row.minimumSamples ?? 1);
    if (drifts.length === 0) return undefined;
    const worst = drifts
      .map((drift) => ({ drift, value: round(100 * harm(drift)) }))
      .reduce((a, b) => (b.value > a.value ? b : a));
    return {
      present: overLimit(worst.value, row.limit ?? Number.POSITIVE_INFINITY, row, active),
      reason: driftText(worst.drift),
      value: worst.value,
      ...(row.limit !== undefined && { limit: row.limit }),
    };
  },
};

export const readAlarm = (alarm: AlarmName, facts: AlarmFacts, settings: AlarmSettings, active: boolean) =>
  readings[alarm](facts, settings[alarm], active);
