import type { DecodedImage } from "../source/decode.ts";
import type { PushOptions } from "./options.ts";

/** Everything the listener needs to know; plain data, sent once. */
export interface ListenerSetup extends PushOptions {
  /** CameraId: the path under which it takes pictures. */
  readonly cameraId: string;
}

/** What became of a picture: a status of HTTP and a sentence for whoever sent it. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

export type ToListener =
  | { readonly type: "setup"; readonly setup: ListenerSetup }
  /** What to tell the sender of that picture. */
  | { readonly type: "answer"; readonly picture: number; readonly answer: Answer }
  | { readonly type: "stop" };

export type FromListener =
  | { readonly type: "listening" }
  /** It cannot listen as it is told to; the process exits after it. The reason says what to do. */
  | { readonly type: "refused"; readonly reason: string }
  | {
      readonly type: "picture";
      /** Its number in this process. */
      readonly picture: number;
      readonly triggerId?: number;
      /** Moment at which its request came, ms of the machine's own monotonic clock (`machineMs`). */
      readonly arrivedAt: number;
      readonly image: DecodedImage;
    }
  /** A picture came and cannot be read; its sender was told. */
  | { readonly type: "unreadable"; readonly triggerId?: number; readonly reason: string };

/** The machine's monotonic clock, ms: the same in all its processes (libuv's `uv_hrtime`), unlike `performance.now()`. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;
