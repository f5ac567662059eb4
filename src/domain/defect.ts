/** One thing wrong with a unit. Coordinates are pixels of the camera image, origin top-left. */
export interface Defect {
  /** Class from the site's append-only catalogue, e.g. `LABEL_OFFSET`. Stable across model versions; MES quality codes map from it. */
  readonly class: string;
  /** 0..1: what the recipe's rule of the class is compared with. A monotonic reading, not a probability. */
  readonly confidence: number;
  /** Calibrated probability that it is one, 0..1; absent where the model was not calibrated on labelled pictures. */
  readonly probability?: number;
  /** Named region of the recipe in which it was found. */
  readonly zone?: string;
  /** `[x, y, width, height]` in px; absent for whole-unit findings such as a missing label. */
  readonly box?: readonly [x: number, y: number, width: number, height: number];
  /** Physical measurements keyed by quantity with the unit in the name, e.g. `{ offset_mm: 3.2 }`. */
  readonly measures?: Readonly<Record<string, number>>;
  /** The MES quality code that the recipe maps the class to. */
  readonly code?: string;
}

/** In every catalogue, whatever the site configures: what the model cannot name still has a class. */
export const otherClass = "OTHER";
/** What the anomaly step reports where no recipe gives the zone a class of its own. */
export const anomalyClass = "ANOMALY";
