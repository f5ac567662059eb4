import { fork } from "node:child_process";
import { join } from "node:path";
import { demoConfig } from "../../../src/app/demo.ts";
import { discoverPlugins } from "../../../src/app/plugins.ts";
import { stationSetup } from "../../../src/app/station.ts";
import { parseConfig } from "../../../src/config/load.ts";
import type { FromOpcUa, OpcUaSetup, ToOpcUa } from "../../../src/opcua/messages.ts";
import { figuresOf } from "../../soak/processes.ts";

/** The OPC UA process as the core starts it, on a ledger that the bench writes. */
export interface ServerProcess {
  readonly endpoint: string;
  nudge(): void;
  rssMb(): number;
  stop(): void;
}

export async function startServer(data: string, ledgerFolder: string): Promise<ServerProcess> {
  const config = parseConfig("the demo", demoConfig(), await discoverPlugins());
  const setup: OpcUaSetup = {
    site: config.site.name,
    stations: config.stations.map((demoStation) => stationSetup(config, demoStation)),
    consumers: config.opcua.consumers,
    ledgerFolder,
    evidenceFolder: "",
    pkiFolder: join(data, "pki"),
    host: "127.0.0.1",
    port: 0,
    applicationUri: "urn:tallyline:bench",
    softwareVersion: "bench",
    anonymous: "read",
    securityNone: true,
    shutdownSeconds: 0,
    log: { level: "warn", format: "text" },
  };
  const module = new URL("../../../src/opcua/process.ts", import.meta.url);
  const child = fork(module, [], {
    execArgv: ["--max-semi-space-size=2"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const send = (message: ToOpcUa): void => void child.send(message);
  const listening = Promise.withResolvers<string>();
  child.on("message", (message: FromOpcUa) => {
    if (message.type === "listening") listening.resolve(message.endpoints[0]!);
    if (message.type === "refused") listening.reject(new Error(message.reason));
  });
  child.once("exit", (code) => listening.reject(new Error(`the OPC UA process ended with ${code}`)));
  send({ type: "setup", setup });
  return {
    endpoint: await listening.promise,
    nudge: () => send({ type: "nudge", offset: 0 }),
    rssMb: () => figuresOf(child.pid!)?.rssMb ?? Number.NaN,
    stop: () => void child.kill("SIGKILL"),
  };
}
