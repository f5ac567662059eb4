import type { Camera, CameraDefinition, CameraEvents } from "../cameras/camera.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { Clock } from "../platform/clock.ts";
import type { VisionSetup } from "./messages.ts";
import { openCamera } from "./open-cameras.ts";

/** A camera of the station, open or left to another vision process. */
export interface CameraSlot {
  readonly exclusive: boolean;
  trigger(trigger: Trigger): void;
  /** Does nothing when it is open. @throws CameraSetupError, or what the camera throws. */
  open(): Promise<void>;
  /** Does nothing when it is closed. After it no event of the camera follows, but one `gone` that says whose it is. */
  close(): Promise<void>;
}

const elsewhere = "another vision process has this camera; it is handed over with the next change of recipe";

/** A slot that is closed, and says so to `events` where only one process at a time can have the camera. */
export function createCameraSlot(
  definition: CameraDefinition,
  setup: VisionSetup["cameras"][number],
  events: CameraEvents,
  clock: Clock,
): CameraSlot {
  const exclusive = definition.exclusive ?? false;
  let camera: Camera | undefined;
  if (exclusive) events.state("gone", elsewhere);
  return {
    exclusive,
    trigger: (trigger) => camera?.trigger(trigger),
    async open() {
      if (camera) return;
      if (exclusive) events.state("starting", "opening");
      camera = await openCamera(definition, setup, events, clock);
    },
    async close() {
      const closing = camera;
      camera = undefined;
      await closing?.[Symbol.asyncDispose]();
      if (exclusive && closing) events.state("gone", elsewhere);
    },
  };
}
