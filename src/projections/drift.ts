import { type DriftFigure, driftFigures, type LoadedModel, type TaughtFigures } from "../domain/taught.ts";
import type { CameraResult, UnitRecord } from "../domain/unit-record.ts";

/**
 * How far inspection has wandered from where it was taught: lamps age, lenses get dirty, focus creeps, products change.
 * Figures run per lot and camera over units that passed, whose pictures were usable: a defect is not a drift.
 */
export interface DriftState {
  /** The lot that the figures speak of; "" without one. */
  readonly lot: string;
  readonly cameras: Readonly<Record<string, CameraDrift>>;
}
/** One camera's reference and where it is now. */
export interface CameraDrift {
  readonly taught: TaughtFigures;
  /** Exponentially weighted means; absent while no unit gave the figure. */
  readonly now: Readonly<Partial<Record<DriftFigure, Running>>>;
}
interface Running {
  readonly mean: number;
  /** Units that are in it. */
  readonly count: number;
}
export const noDrift: DriftState = { lot: "", cameras: {} };

/** About so many of the newest units make up a figure; until there are as many, it is their plain mean. */
export const driftWindow = 200;
/** Nine digits: what differs beyond them differs between machines, and no snapshot should. */
const rounded = (value: number): number => Number(value.toPrecision(9));

/** What a loaded model says of its cameras. Figures begin anew where it says another thing than before. */
export const foldTaught = (drift: DriftState, { taught = {} }: Pick<LoadedModel, "taught">): DriftState => {
  const changed = Object.entries(taught).filter(([id, figures]) => !isSame(drift.cameras[id]?.taught, figures));
  return changed.length === 0
    ? drift
    : { ...drift, cameras: { ...drift.cameras, ...Object.fromEntries(changed.map(([id, f]) => [id, begin(f)])) } };
};

/** Another recipe inspects: what it was taught is another matter. */
export const forgetTaught = ({ lot }: DriftState): DriftState => ({ lot, cameras: {} });

/** With one more unit. */
export function foldDriftUnit(drift: DriftState, unit: UnitRecord): DriftState {
  if (unit.unitKind !== "production") return drift;
  const current = unit.context.lot === drift.lot ? drift : ofLot(drift, unit.context.lot);
  const seen = unit.cameras.filter(({ cameraId, verdict }) => verdict.kind === "pass" && cameraId in current.cameras);
  if (seen.length === 0) return current;
  const cameras = seen.map((result) => [result.cameraId, add(current.cameras[result.cameraId]!, result)]);
  return { ...current, cameras: { ...current.cameras, ...Object.fromEntries(cameras) } };
}

/** One figure of one camera beside what was taught. */
export interface Drift {
  readonly cameraId: string;
  readonly figure: DriftFigure;
  readonly taught: number;
  readonly now: number;
  /** now / taught; 1 = as taught. */
  readonly ratio: number;
  /** Units that it speaks of. */
  readonly count: number;
}

/** Every figure of at least so many units. */
export const driftsOf = ({ cameras }: DriftState, minimumCount: number): readonly Drift[] =>
  Object.entries(cameras).flatMap(([cameraId, { taught, now }]) =>
    driftFigures.flatMap((figure) => {
      const [reference, running] = [taught[figure], now[figure]];
      if (reference === undefined || !running || running.count < minimumCount) return [];
      const { mean, count } = running;
      return [{ cameraId, figure, taught: reference, now: mean, ratio: mean / reference, count }];
    }),
  );

/** The one of that figure that is farthest from what was taught, whichever camera's; `undefined` of nothing. */
export const farthest = (drifts: readonly Drift[], figure: DriftFigure): Drift | undefined =>
  drifts
    .filter((drift) => drift.figure === figure)
    .reduce<Drift | undefined>(
      (far, d) => (far && Math.abs(far.ratio - 1) >= Math.abs(d.ratio - 1) ? far : d),
      undefined,
    );

const begin = (taught: TaughtFigures): CameraDrift => ({ taught, now: {} });
const ofLot = ({ cameras }: DriftState, lot: string): DriftState => ({
  lot,
  cameras: Object.fromEntries(Object.entries(cameras).map(([id, { taught }]) => [id, begin(taught)])),
});
const isSame = (a: TaughtFigures | undefined, b: TaughtFigures): boolean =>
  a !== undefined && driftFigures.every((figure) => a[figure] === b[figure]);

function add({ taught, now }: CameraDrift, { score, measures }: CameraResult): CameraDrift {
  const values: Readonly<Partial<Record<DriftFigure, number | undefined>>> = {
    score,
    brightness: measures?.["brightness"],
    sharpness: measures?.["sharpness"],
  };
  const next = driftFigures.flatMap((figure) => {
    const [value, running] = [values[figure], now[figure]];
    return taught[figure] === undefined || value === undefined ? [] : [[figure, joined(running, value)] as const];
  });
  return { taught, now: { ...now, ...Object.fromEntries(next) } };
}

function joined(running: Running | undefined, value: number): Running {
  const count = (running?.count ?? 0) + 1;
  const mean = running?.mean ?? 0;
  return { mean: rounded(mean + (value - mean) / Math.min(count, driftWindow)), count: Math.min(count, driftWindow) };
}
