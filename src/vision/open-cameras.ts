import { z } from "zod";
import type { Camera, CameraDefinition, CameraEvents } from "../cameras/camera.ts";
import type { Clock } from "../platform/clock.ts";
import { AppError } from "../platform/errors.ts";
import type { VisionSetup } from "./messages.ts";

/** Type → definition, as found in the folder of cameras. */
export type CameraDefinitions = ReadonlyMap<string, CameraDefinition>;

/** A camera of the setup cannot be opened as it is written there. */
export class CameraSetupError extends AppError {
  readonly code = "CAMERA_SETUP";
}

/** The definition that a camera of the setup names. @throws CameraSetupError that lists what there is. */
export function definitionOf(
  definitions: CameraDefinitions,
  { id, type }: VisionSetup["cameras"][number],
): CameraDefinition {
  const definition = definitions.get(type);
  if (definition) return definition;
  throw new CameraSetupError(
    `Camera ${id}: there is no camera type "${type}"; there are ${[...definitions.keys()].join(", ")}.`,
  );
}

/** Validates the options and opens the camera. @throws CameraSetupError, or what the camera throws. */
export function openCamera(
  definition: CameraDefinition,
  { id, options }: VisionSetup["cameras"][number],
  events: CameraEvents,
  clock: Clock,
): Promise<Camera> {
  const parsed = definition.options.safeParse(options);
  if (!parsed.success)
    throw new CameraSetupError(`Camera ${id}: its options do not fit: ${z.prettifyError(parsed.error)}.`);
  return definition.open(parsed.data, events, clock, id);
}
