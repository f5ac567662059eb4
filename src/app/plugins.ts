import type { CameraDefinition } from "../cameras/camera.ts";
import type { Plugins } from "../config/schema.ts";
import { discover } from "../platform/discover.ts";
import type { TriggerDefinition } from "../triggers/trigger.ts";
import type { StepDefinition } from "../vision/step.ts";

/** The definition of a type that the configuration has already checked. */
interface Definitions {
  readonly steps: readonly StepDefinition[];
  readonly step: ReadonlyMap<string, StepDefinition>;
  readonly trigger: (type: string) => TriggerDefinition;
  readonly camera: (type: string) => CameraDefinition;
}

/** Every plug-in that its folder holds, ready for the configuration schema. */
export async function discoverPlugins(): Promise<Plugins & Definitions> {
  const [cameras, triggers, steps] = await Promise.all([
    discover<CameraDefinition>(new URL("../cameras/", import.meta.url), "camera.ts"),
    discover<TriggerDefinition>(new URL("../triggers/", import.meta.url), "trigger.ts"),
    discover<StepDefinition>(new URL("../vision/steps/", import.meta.url)),
  ]);
  return {
    cameras: [...cameras.values()],
    triggers: [...triggers.values()],
    steps: [...steps.values()],
    step: steps,
    trigger: (type) => known(triggers, type),
    camera: (type) => known(cameras, type),
  };
}

function known<D>(definitions: ReadonlyMap<string, D>, type: string): D {
  const definition = definitions.get(type);
  if (!definition) throw new Error(`type "${type}" passed the configuration but has no file`);
  return definition;
}
