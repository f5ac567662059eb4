import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DataType, type OPCUAServer, ServerState, type UAVariable, VariableIds, Variant } from "node-opcua";
import { localTime } from "./events/local-time.ts";
import { maintenanceLevel, type Service, serviceLevel } from "./service-level.ts";

/** What the Server object says about the whole program. */
export interface ServerStateNodes {
  /** To be called when a station's service may have changed; cheap. */
  tell(services: readonly Service[]): void;
  /** Announces the end and gives clients that long to leave, ms; nothing is told after it. */
  announceShutdown(reason: string, graceMs: number): Promise<void>;
}

/** When the files of this program were put there: there is no build, they run as they are. */
export const buildDate = (): Date => statSync(new URL("../../package.json", import.meta.url)).mtime;

/**
 * Binds ServiceLevel, LocalTime and MinSupportedSampleRate to what is true (the stack shows 255, UTC and 100 whatever
 * happens), and keeps ServerState: Suspended while the core is silent (OPC 10000-5 §12.6).
 */
export function bindServerState(
  server: OPCUAServer,
  {
    minSupportedSampleRate,
    timeZone,
  }: { readonly minSupportedSampleRate: number; readonly timeZone?: string | undefined },
): ServerStateNodes {
  const { engine } = server;
  const addressSpace = engine.addressSpace!;
  const node = (id: number): UAVariable => addressSpace.findNode(`i=${id}`) as UAVariable;
  let level = 1;
  let state = ServerState.Running;
  let ending = false;

  const levelNode = node(VariableIds.Server_ServiceLevel);
  const levelVariant = (): Variant => new Variant({ dataType: DataType.Byte, value: level });
  levelNode.bindVariable({ get: levelVariant }, true);
  // Exception-based: a redundant client acts on it at once.
  levelNode.minimumSamplingInterval = 0;
  const showLevel = (next: number): void => {
    if (next === level) return;
    level = next;
    levelNode.setValueFromSource(levelVariant());
  };

  node(VariableIds.Server_ServerCapabilities_MinSupportedSampleRate).bindVariable(
    { get: () => new Variant({ dataType: DataType.Double, value: minSupportedSampleRate }) },
    true,
  );
  const zone = addressSpace.findDataType("TimeZoneDataType")!;
  node(VariableIds.Server_LocalTime).bindVariable(
    {
      get: () =>
        new Variant({
          dataType: DataType.ExtensionObject,
          value: addressSpace.constructExtensionObject(zone, { ...localTime(Date.now(), timeZone) }),
        }),
    },
    true,
  );

  return {
    tell(services) {
      if (ending) return;
      showLevel(serviceLevel(services));
      const next = services.every((s) => s === "silent") ? ServerState.Suspended : ServerState.Running;
      if (next === state) return;
      state = next;
      engine.setServerState(state);
    },
    async announceShutdown(reason, graceMs) {
      ending = true;
      showLevel(maintenanceLevel);
      engine.setShutdownReason({ text: reason, locale: "en" });
      engine.setShutdownTime(new Date(Date.now() + graceMs));
      engine.setServerState(ServerState.Shutdown);
      await sleep(graceMs);
    },
  };
}
