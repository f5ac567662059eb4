import type { ModelRef } from "./unit-record.ts";

/** What is watched for drift, in the order of its nodes. */
export const driftFigures = ["score", "brightness", "sharpness"] as const;
export type DriftFigure = (typeof driftFigures)[number];

/**
 * What one camera's good units were like when its models were taught: the typical score of a good unit, and the typical
 * brightness (0..255) and sharpness (0..1) of its picture. What nobody knows is absent.
 */
export type TaughtFigures = Readonly<Partial<Record<DriftFigure, number>>>;

/** A model that runs, with what it knows of the cameras that it looks through. */
export interface LoadedModel extends ModelRef {
  /** By camera. */
  readonly taught?: Readonly<Record<string, TaughtFigures>>;
}
