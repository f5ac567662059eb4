import { troubleOf, type Verdict } from "../domain/verdict.ts";
import type { Trouble } from "./alarm-readings.ts";

/** How far apart the first and the last bad picture must be to be the line's trouble, ms: one is a unit's matter. */
export const troubleAfterMs = 500;

/** Tells whether the cameras and their inspection work, from what was said of each unit and by the cameras themselves. */
export interface CameraWatch {
  /** `at`: monotonic ms. */
  saw(cameraId: string, verdict: Verdict, at: number): void;
  /** The camera says itself that it is gone, or is back. */
  connection(cameraId: string, gone: boolean, at: number): void;
  /** What keeps the line from inspecting; `undefined` when nothing does. */
  trouble(at: number): Trouble | undefined;
}

/** As the operator reads it: the camera's own word for it. */
const words: Readonly<Record<string, string>> = { cameraGone: "gone" };

/**
 * @param freshMs what the last unit said counts for so long, ms: of a line that stands nobody knows whether it could inspect.
 */
export function createCameraWatch(freshMs: number): CameraWatch {
  /** From the first to the last of the bad pictures that no good one has followed. */
  const bad = new Map<string, Trouble & { readonly since: number; readonly last: number }>();
  const gone = new Map<string, Trouble & { readonly since: number }>();
  return {
    saw(cameraId, verdict, at) {
      const trouble = troubleOf(verdict);
      if (trouble)
        bad.set(cameraId, {
          since: bad.get(cameraId)?.since ?? at,
          last: at,
          of: trouble.of,
          what: `${trouble.of}: ${cameraId} ${words[trouble.reason] ?? trouble.reason}`,
        });
      // Only a unit that was really seen says that all is well; one that nobody looked at says nothing.
      else if (verdict.kind !== "notInspected") bad.delete(cameraId);
    },
    connection(cameraId, isGone, at) {
      if (isGone)
        gone.set(cameraId, {
          since: gone.get(cameraId)?.since ?? at,
          of: "camera",
          what: `camera: ${cameraId} gone`,
        });
      else gone.delete(cameraId);
    },
    trouble(at) {
      for (const { since, of, what } of gone.values()) if (at - since >= troubleAfterMs) return { of, what };
      for (const { since, last, of, what } of bad.values())
        if (last - since >= troubleAfterMs && at - last <= freshMs) return { of, what };
      return undefined;
    },
  };
}
