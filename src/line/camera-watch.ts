import { cameraTrouble, type Verdict } from "../domain/verdict.ts";

/** How long a camera's pictures must be unusable before the line says so, ms: one bad picture is a unit's matter, not the line's. */
export const troubleAfterMs = 500;

/** Tells whether the cameras let the line inspect, from what they said of each unit and of themselves. */
export interface CameraWatch {
  /** `at`: monotonic ms. */
  saw(cameraId: string, verdict: Verdict, at: number): void;
  /** The camera says itself that it is gone, or is back. */
  connection(cameraId: string, gone: boolean, reason: string, at: number): void;
  /** What keeps the line from inspecting, e.g. `camera: CAM-01 covered`; "" when nothing does. */
  trouble(at: number): string;
}

export function createCameraWatch(): CameraWatch {
  const bad = new Map<string, { readonly since: number; readonly reason: string }>();
  const gone = new Map<string, { readonly since: number; readonly reason: string }>();
  return {
    saw(cameraId, verdict, at) {
      const reason = cameraTrouble(verdict);
      if (reason !== undefined) bad.set(cameraId, { since: bad.get(cameraId)?.since ?? at, reason });
      // Only a unit that was really seen says that the camera is well; one that nobody looked at says nothing.
      else if (verdict.kind !== "notInspected") bad.delete(cameraId);
    },
    connection(cameraId, isGone, reason, at) {
      if (isGone) gone.set(cameraId, { since: gone.get(cameraId)?.since ?? at, reason });
      else gone.delete(cameraId);
    },
    trouble(at) {
      for (const troubles of [gone, bad])
        for (const [cameraId, { since, reason }] of troubles)
          if (at - since >= troubleAfterMs) return `camera: ${cameraId} ${reason}`;
      return "";
    },
  };
}
