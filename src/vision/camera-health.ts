import type { CameraHealth, CameraState } from "../domain/judgement.ts";
import type { Clock } from "../platform/clock.ts";
import type { GuardResult } from "./guard/frame-guard.ts";

/** Keeps one camera's health figures. */
export interface HealthKeeper {
  /** A frame came. */
  frame(): void;
  /** The guard's word on a picture. */
  seen(guard: GuardResult): void;
  /** The connection's state, as the camera says it. */
  state(state: CameraState, reason: string): void;
  health(droppedFrames: number): CameraHealth;
}

/** A camera is `faulty` after that long of nothing but unusable pictures, and at least two: one bad picture is not a bad camera. */
const faultyAfterMs = 500;
const faultyAfterPictures = 2;
/** What the frame rate is averaged over. */
const rateWindowMs = 5_000;

const remedies: Readonly<Record<string, string>> = {
  covered: "clean the lens and look for what is in front of it",
  dark: "check the lamp and the exposure",
  overexposed: "check the lamp and the exposure",
  blurred: "check focus and the lens",
  frozen: "restart the camera",
  wrongSize: "set the camera's size and pixel format to the model's, or teach a model for it",
  badImage: "check the camera's connection",
};

/** @param changed called at each change of state or reason */
export function createHealthKeeper(cameraId: string, clock: Clock, changed: () => void): HealthKeeper {
  const startedAt = clock.monotonic();
  let connection: { readonly state: CameraState; readonly reason: string } = { state: "starting", reason: "opening" };
  let fault: string | undefined;
  let unusable: { readonly since: number; count: number } | undefined;
  let arrivals: number[] = [];

  const setFault = (next: string | undefined): void => {
    if (next === fault) return;
    fault = next;
    changed();
  };
  return {
    frame() {
      const now = clock.monotonic();
      arrivals = [...arrivals.filter((at) => now - at < rateWindowMs), now];
    },
    seen(guard) {
      if (guard.usable) {
        unusable = undefined;
        setFault(undefined);
        return;
      }
      const now = clock.monotonic();
      unusable ??= { since: now, count: 0 };
      unusable.count += 1;
      if (unusable.count >= faultyAfterPictures && now - unusable.since >= faultyAfterMs)
        setFault(`${guard.reason}: ${remedies[guard.reason] ?? "check the camera"}`);
    },
    state(state, reason) {
      if (state === connection.state && reason === connection.reason) return;
      connection = { state, reason };
      changed();
    },
    health(droppedFrames) {
      const now = clock.monotonic();
      const last = arrivals.at(-1);
      arrivals = arrivals.filter((at) => at === last || now - at < rateWindowMs);
      const recent = arrivals.filter((at) => now - at < rateWindowMs).length;
      const seconds = Math.min(rateWindowMs, Math.max(1_000, now - startedAt)) / 1_000;
      // A connection that is not ok says more than the pictures that came before it broke.
      const isFaulty = connection.state === "ok" && fault !== undefined;
      return {
        cameraId,
        state: isFaulty ? "faulty" : connection.state,
        reason: isFaulty ? fault! : connection.state === "ok" ? "" : connection.reason,
        fps: Math.round((recent / seconds) * 10) / 10,
        ...(last === undefined ? {} : { lastFrameAgeMs: Math.round(now - last) }),
        droppedFrames,
      };
    },
  };
}
