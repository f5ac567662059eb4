import type { RecipeRef } from "./recipe.ts";
import type { ModelRef, UnitKind } from "./unit-record.ts";
import type { Verdict } from "./verdict.ts";

/** What a vision process says about one camera's image of one trigger. At most one per trigger and camera. */
export interface Judgement {
  readonly station: string;
  readonly triggerId: number;
  readonly cameraId: string;
  readonly verdict: Verdict;
  /** `absent` when nothing was there. */
  readonly unitKind: Extract<UnitKind, "production" | "absent">;
  /** UTC ms by this machine's wall clock; absent when no image came. */
  readonly exposedAt?: number;
  readonly inferenceMs?: number;
  readonly score?: number;
  readonly model?: ModelRef;
  /** What it runs, the station's own model without a recipe included: a unit is inspected by its own recipe or not at all. */
  readonly recipe: RecipeRef;
  /** What was measured, with the unit in the name. */
  readonly measures?: Readonly<Record<string, number>>;
  /** What was read. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Where the evidence picture will be, relative to the evidence folder; absent when none is kept. */
  readonly imageRef?: string;
  readonly unitId?: string;
  readonly unitIdSource?: string;
}

/** How a camera is doing. `gone` = no connection or no frames; `faulty` = frames come, but are unusable. */
export type CameraState = "starting" | "ok" | "faulty" | "gone";
export interface CameraHealth {
  readonly cameraId: string;
  readonly state: CameraState;
  /** Why it is not `ok`, and what to do. */
  readonly reason: string;
  /** Frames per second over the last seconds. */
  readonly fps: number;
  /** Age of the newest frame, ms; absent before the first. */
  readonly lastFrameAgeMs?: number;
  /** Frames that no queue had room for, since start. */
  readonly droppedFrames: number;
}
