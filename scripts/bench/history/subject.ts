import { fork } from "node:child_process";
import { join } from "node:path";
import { demoConfig } from "../../../src/app/demo.ts";
import { discoverPlugins } from "../../../src/app/plugins.ts";
import { stationSetup } from "../../../src/app/station.ts";
import { parseConfig } from "../../../src/config/load.ts";
import { noContext } from "../../../src/domain/context.ts";
import type { EntryDraft } from "../../../src/domain/ledger-entry.ts";
import type { UnitRecord } from "../../../src/domain/unit-record.ts";
import type { FromOpcUa, OpcUaSetup, ToOpcUa } from "../../../src/opcua/messages.ts";
import { figuresOf } from "../../soak/processes.ts";

export const station = "LINE-01";

/** A unit as a line writes it, about 1 kB of text. */
export function unit(sequence: number, at: number, lot: string): EntryDraft {
  const verdict = { kind: "pass", confidence: 0.97 } as const;
  const record: UnitRecord = {
    sequence,
    previousSequence: sequence - 1,
    lotSequence: sequence,
    triggerId: ((sequence - 1) % 65_535) + 1,
    unitKind: "production",
    triggeredAt: at,
    decidedAt: at + 31,
    latencyMs: 31,
    verdict,
    cameraId: "CAM-01",
    cameras: [{ cameraId: "CAM-01", verdict, exposedAt: at + 2, inferenceMs: 12.5, score: 0.42 }],
    context: { ...noContext, lot, orderId: "PO-4711", sku: "SNK-CHED-350G", recipeId: "SNACK-BAG" },
    model: { id: "snack-bag@1", hash: "0".repeat(64) },
    rejectRequested: false,
    clockSynchronized: true,
    simulated: true,
  };
  return { station, kind: "unit", time: at, by: "line", body: record };
}

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
