import type { LoadedModel } from "../domain/taught.ts";
import type { ReadyCamera } from "./inference-messages.ts";

/** Every model once. A camera's first one, which its records name, tells what was taught of that camera. */
export function loadedModels(
  cameras: Readonly<Record<string, Pick<ReadyCamera, "models" | "taught">>>,
): readonly LoadedModel[] {
  const byId = new Map<string, LoadedModel>();
  for (const [cameraId, { models, taught }] of Object.entries(cameras))
    for (const [i, { id, hash }] of models.entries()) {
      const told = {
        ...byId.get(id)?.taught,
        ...(i === 0 && Object.keys(taught).length > 0 && { [cameraId]: taught }),
      };
      byId.set(id, { id, hash, ...(Object.keys(told).length > 0 && { taught: told }) });
    }
  return [...byId.values()];
}
