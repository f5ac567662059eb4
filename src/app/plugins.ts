import type { CameraDefinition } from "../cameras/camera.ts";
import type { Plugins } from "../config/schema.ts";
import { discover } from "../platform/discover.ts";
import type { TriggerDefinition } from "../triggers/trigger.ts";

/** Every plug-in that its folder holds, ready for the configuration schema. */
export async function discoverPlugins(): Promise<Plugins & { readonly trigger: (type: string) => TriggerDefinition }> {
  const [cameras, triggers] = await Promise.all([
    discover<CameraDefinition>(new URL("../cameras/", import.meta.url), "camera.ts"),
    discover<TriggerDefinition>(new URL("../triggers/", import.meta.url), "trigger.ts"),
  ]);
  return {
    cameras: [...cameras.values()],
    triggers: [...triggers.values()],
    trigger(type) {
      const definition = triggers.get(type);
      if (!definition) throw new Error(`trigger type "${type}" passed the configuration but has no file`);
      return definition;
    },
  };
}
