import type { UnitKind } from "./unit-record.ts";
import type { VerdictKind } from "./verdict.ts";

/**
 * What happened since some boundary (minute, lot, shift, start of the ledger).
 * `units = pass + fail + invalid + notInspected`, always; `triggers = units + absent + challenge + rework + sample`.
 */
export interface Counts {
  readonly units: number;
  readonly pass: number;
  readonly fail: number;
  readonly invalid: number;
  readonly notInspected: number;
  readonly absent: number;
  readonly challenge: number;
  readonly rework: number;
  readonly sample: number;
  /** By confirmation, not by request: 0 until a reject gate confirms. */
  readonly rejected: number;
}
export const noCounts: Counts = {
  units: 0,
  pass: 0,
  fail: 0,
  invalid: 0,
  notInspected: 0,
  absent: 0,
  challenge: 0,
  rework: 0,
  sample: 0,
  rejected: 0,
};

/** Folds one unit into the counts. */
export function countUnit(counts: Counts, kind: UnitKind, verdict: VerdictKind): Counts {
  return kind === "production"
    ? { ...counts, units: counts.units + 1, [verdict]: counts[verdict] + 1 }
    : { ...counts, [kind]: counts[kind] + 1 };
}

export const triggersOf = (c: Counts): number => c.units + c.absent + c.challenge + c.rework + c.sample;

/** 100·fail/(pass+fail), percent; `undefined` while nothing was decided, so that "no data" never reads as "no defects". */
export const defectRate = ({ pass, fail }: Counts): number | undefined =>
  pass + fail === 0 ? undefined : (100 * fail) / (pass + fail);

/** 100·pass/units, percent; `undefined` without a unit. */
export const quality = ({ units, pass }: Counts): number | undefined =>
  units === 0 ? undefined : (100 * pass) / units;
