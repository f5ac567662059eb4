import type { ProductionContext } from "./context.ts";
import { defaultRejectPolicy, isRejected, type RecipeRef, type RejectPolicy } from "./recipe.ts";
import type { Verdict } from "./verdict.ts";

/** Production units count; every other kind is recorded and kept out of the production counts. Codes are the wire's `UnitKind`. */
export const unitKindCodes = { production: 1, absent: 2, challenge: 3, rework: 4, sample: 5 } as const;
export type UnitKind = keyof typeof unitKindCodes;

/** The model that judged, exactly: name, version and the hash of what was loaded. */
export interface ModelRef {
  /** `<name>@<version>`. */
  readonly id: string;
  /** SHA-256 of the package's card, hex. */
  readonly hash: string;
}

/** What one camera contributed to a unit. */
export interface CameraResult {
  readonly cameraId: string;
  readonly verdict: Verdict;
  /** Station time (UTC ms) of the exposure; absent when no image came. */
  readonly exposedAt?: number;
  /** Time inside the model, ms; absent when none ran. */
  readonly inferenceMs?: number;
  /** Raw anomaly score of the model, in the model's own scale; the threshold stands in its card. */
  readonly score?: number;
  /** Quantities with their unit in the name, e.g. `label_offset_mm`. */
  readonly measures?: Readonly<Record<string, number>>;
  /** What was read, e.g. `date`, `code`. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Its evidence picture, relative to the evidence folder. */
  readonly imageRef?: string;
}

/**
 * The record of what one trigger saw: the only thing that inspection hands to the rest of the program. Body of a `unit`
 * ledger entry. Immutable; every number shown by OPC UA or any sink can be recomputed from these records.
 */
export interface UnitRecord {
  /** +1 per unit of the station, gap-free for the life of the ledger (UInt32). */
  readonly sequence: number;
  /** The sequence before, 0 for the first: lets a client that missed events see it at once. */
  readonly previousSequence: number;
  /** Position among the lot's production units, from 1; 0 for other kinds and without a lot. */
  readonly lotSequence: number;
  /** The trigger source's number for this unit, 1..65535, then from 1 again; the only number that a PLC ever sees. */
  readonly triggerId: number;
  readonly unitKind: UnitKind;
  /** Station time (UTC ms, never going back) of the trigger. */
  readonly triggeredAt: number;
  /** Station time (UTC ms) of the verdict. */
  readonly decidedAt: number;
  /** Trigger to verdict, ms, monotonic clock. */
  readonly latencyMs: number;
  readonly verdict: Verdict;
  /** The camera whose verdict decided; absent when no camera answered. */
  readonly cameraId?: string;
  /** One result per camera that answered. */
  readonly cameras: readonly CameraResult[];
  /** Read from the unit itself (a code); absent when it carries none. */
  readonly unitId?: string;
  readonly unitIdSource?: string;
  readonly context: ProductionContext;
  readonly model?: ModelRef;
  /** The one that it was to be inspected by, also when nobody did; absent without a recipe. */
  readonly recipe?: RecipeRef;
  /** Whether the reject policy wants this unit off the line. */
  readonly rejectRequested: boolean;
  readonly clockSynchronized: boolean;
  /** Evidence image, relative to the evidence folder. */
  readonly imageRef?: string;
  /** Came from a simulated line: never production evidence. */
  readonly simulated: boolean;
}

/**
 * Anything but a pass leaves the line unless the recipe says otherwise: a unit that nobody could judge is not a good unit. A
 * test piece leaves it like the product that it stands for.
 */
export const isRejectRequested = (
  kind: UnitKind,
  verdict: Verdict,
  policy: RejectPolicy = defaultRejectPolicy,
): boolean => (kind === "production" || kind === "challenge") && isRejected(verdict, policy);
