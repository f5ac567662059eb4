import type { z } from "zod";
import type { CameraState } from "../domain/judgement.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { Clock } from "../platform/clock.ts";

/** One picture, 8 bits per channel, rows top-down without padding; `data.length = width · height · channels`. Owned by whoever receives it. */
export interface Frame {
  readonly data: Uint8Array<ArrayBuffer>;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  /** 1 = grey, 3 = RGB interleaved. */
  readonly channels: 1 | 3;
  /** Moment of exposure, monotonic ms of the clock that the camera was given. */
  readonly exposedAt: number;
  /** The trigger that this frame answers, where the camera knows it; without it frames pair with triggers by time window. */
  readonly triggerId?: number;
}

/** How far trigger and exposure may be apart to belong together, ms; less than half the time between units on a fast line. */
export const pairingWindowMs = 50;

/** Why a picture that names a trigger is not of its unit; undefined: it can be. Both in monotonic ms. */
export const beforeItsTrigger = (exposedAt: number, triggeredAt: number): string | undefined =>
  triggeredAt - exposedAt > pairingWindowMs
    ? `picture came ${Math.round(triggeredAt - exposedAt)} ms before its trigger; is the sender's count one ahead?`
    : undefined;

/** What a camera tells while it is open. Called at any time, never concurrently. */
export interface CameraEvents {
  frame(frame: Frame): void;
  /** A picture for this trigger arrived and could not be read (corrupt file, torn frame); the reason is for a person. */
  unreadable(triggerId: number | undefined, reason: string): void;
  /** Said once at each change. `gone` = no connection or no pictures; the camera goes on trying by itself. */
  state(state: CameraState, reason: string): void;
}

/**
 * A source of pictures. A camera author connects, converts to `Frame` and says how the connection is; pairing with
 * triggers, queues, deadlines, health figures and checks of the picture are done once, by the vision process.
 *
 * Contract: `trigger` never throws and returns at once; a camera that cannot deliver reports `gone` and retries without
 * being asked; after dispose no event follows.
 */
export interface Camera extends AsyncDisposable {
  /** Exposes now. A free-running camera does nothing here. */
  trigger(trigger: Trigger): void;
}

/** What a camera file exports as default: its name in the configuration, the shape of its options, and how to open it. */
export interface CameraDefinition<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  readonly options: Options;
  /** True when its pictures are not of a real product: every record says so. */
  readonly simulated: boolean;
  /**
   * True when only one process at a time can have it open (its port, its only stream): then a new vision process opens it
   * only after the old one has closed it, and nothing can look beside it. Absent = any number.
   */
  readonly exclusive?: boolean;
  /**
   * @param cameraId its name in the configuration, e.g. CAM-01
   * @throws AppError when the options cannot work (folder missing, bad file): the start is refused with its message.
   */
  open(options: z.output<Options>, events: CameraEvents, clock: Clock, cameraId: string): Promise<Camera>;
}
/** Gives `open` its option types from the schema; returns its argument. */
export const defineCamera = <O extends z.ZodType>(definition: CameraDefinition<O>): CameraDefinition<O> => definition;
