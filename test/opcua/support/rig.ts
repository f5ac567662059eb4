import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AttributeIds,
  type ClientMonitoredItem,
  type ClientSession,
  type ClientSubscription,
  constructEventFilter,
  DataTypeExtractStrategy,
  type DataValue,
  MessageSecurityMode,
  type MonitoringParametersOptions,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
import { alarmSettings } from "../../../src/domain/alarm.ts";
import type { Answer, Command } from "../../../src/domain/command.ts";
import type { LedgerQuery } from "../../../src/ledger/query.ts";
import { createCommandPort } from "../../../src/opcua/commands.ts";
import { answer } from "../../../src/opcua/history/answer.ts";
import type { HistoryContext } from "../../../src/opcua/history/events.ts";
import type { HistoryPort } from "../../../src/opcua/history/requests.ts";
import type { OpcUaSetup, Vitals } from "../../../src/opcua/messages.ts";
import { createInspectionServer } from "../../../src/opcua/server.ts";
import { type Log, silentLog } from "../../../src/platform/log.ts";
import { createMemoryLedger, type MemoryLedger } from "../../support/memory-ledger.ts";
import { aTime } from "../../support/units.ts";

export const aSetup = (over: Partial<OpcUaSetup> = {}): OpcUaSetup => ({
  site: "demo",
  stations: [
    {
      id: "LINE-01",
      lineId: "PACK-1",
      cameras: ["CAM-01"],
      defectClasses: ["OTHER", "LABEL_OFFSET"],
      consumers: ["MES-1", "HIST-1"],
      nameplate: {
        manufacturer: "Tallyline",
        model: "Simulated line",
        serialNumber: "0001",
        productInstanceUri: "urn:tallyline:demo:0001",
      },
      facets: [],
      deadlineMs: 250,
      rollingWindowSeconds: 60,
      recipes: ["SNACK-BAG"],
      recipeFiles: [{ name: "SNACK-BAG@1", hash: "ab", text: "recipe: SNACK-BAG\nversion: 1\n" }],
      alarms: alarmSettings(),
      maximumShelvingMs: 3_600_000,
      contextOwner: "mes",
    },
  ],
  consumers: [
    { id: "MES-1", application: "urn:test:mes", from: "oldest" },
    { id: "HIST-1", application: "urn:test:historian", from: "oldest" },
  ],
  ledgerFolder: "",
  evidenceFolder: "",
  pkiFolder: "",
  host: "127.0.0.1",
  port: 0,
  applicationUri: "urn:tallyline:test",
  softwareVersion: "0.1.0",
  anonymous: "full",
  securityNone: true,
  log: { level: "warn", format: "text" },
  ...over,
});

export const someVitals = (over: Partial<Vitals> = {}): Vitals => ({
  station: "LINE-01",
  heartbeat: 7,
  stationTime: aTime,
  clockOffsetMs: 0,
  clockSynchronized: true,
  cameras: [{ cameraId: "CAM-01", state: "ok", reason: "", fps: 12, lastFrameAgeMs: 40, droppedFrames: 0 }],
  modelStatus: "ready snack-bag@2",
  recipeLoading: "",
  recipeTrouble: "",
  simulated: true,
  storageFault: "",
  missedTriggers: 0,
  targetUnitsPerMinute: 400,
  ...over,
});

/** A folder of its own for keys and certificates; making them takes about 2 s, so tests of one file share it. */
export function aPkiFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "tallyline-pki-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Client extends AsyncDisposable {
  readonly session: ClientSession;
}
/** A client as a stranger's: own PKI folder, no trust either way needed without security. */
export async function aClient(endpoint: string, pki: string, application?: string): Promise<Client> {
  const client = OPCUAClient.create({
    // Only the structures that are met: else a client reads every definition of every standard before its first one.
    dataTypeExtractStrategy: DataTypeExtractStrategy.Lazy,
    endpointMustExist: false,
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    clientCertificateManager: new OPCUACertificateManager({ rootFolder: pki }),
    connectionStrategy: { maxRetry: 0 },
    applicationName: "test client",
  });
  // Without a certificate a client may call itself anything; node-opcua's takes the name from a certificate that it has.
  if (application) Object.assign(client, { _getApplicationUri: () => application });
  return connected(client, endpoint);
}

/** Connects a client; its end closes session and connection. */
export async function connected(client: OPCUAClient, endpoint: string): Promise<Client> {
  await client.connect(endpoint);
  const session = await client.createSession().catch(async (error: unknown) => {
    await client.disconnect();
    throw error;
  });
  return {
    session,
    async [Symbol.asyncDispose]() {
      await session.close();
      await client.disconnect();
    },
  };
}

/** Reads history in the test's own thread. */
export const historyOf = (query: LedgerQuery, context: HistoryContext): HistoryPort => ({
  ask: async (request) => structuredClone(await answer(query, context, structuredClone(request))),
  [Symbol.asyncDispose]: async () => undefined,
});

export interface Rig extends AsyncDisposable {
  readonly ledger: MemoryLedger;
  readonly server: Awaited<ReturnType<typeof createInspectionServer>>;
  readonly session: ClientSession;
  /** Commands that reached the core. */
  readonly commands: Command[];
  /** What the core answers next; `undefined` = nothing. */
  answer: Answer | undefined;
  read(path: string): Promise<DataValue>;
  subscribe(publishingInterval?: number): Promise<ClientSubscription>;
}

/** Server and client over TCP on a free port. */
export async function aRig(
  pki: string,
  setup: Partial<OpcUaSetup> = {},
  {
    prepare,
    idleSocketMs = 30_000,
    silenceMs = 5_000,
    callMs = 5_000,
    ledger = createMemoryLedger(),
    carryOut,
    log = silentLog,
  }: {
    prepare?: (ledger: MemoryLedger) => void;
    idleSocketMs?: number;
    silenceMs?: number;
    callMs?: number;
    /** One that an earlier server had. */
    ledger?: MemoryLedger;
    /** A core that really does what it is told, in place of `answer`. */
    carryOut?: (command: Command) => Promise<Answer>;
    log?: Log;
  } = {},
): Promise<Rig> {
  prepare?.(ledger);
  const commands: Command[] = [];
  const port = createCommandPort((id, command) => {
    commands.push(command);
    if (carryOut) {
      void carryOut(command).then((answer) => port.answered(id, answer));
      return true;
    }
    const { answer } = rig;
    if (answer) setImmediate(() => port.answered(id, answer));
    return true;
  }, 200);
  const server = await createInspectionServer(aSetup({ pkiFolder: pki, ...setup }), {
    reader: ledger.reader,
    commands: port,
    openHistory: (context) => historyOf(ledger.query, context),
    log,
    idleSocketMs,
    silenceMs,
    callMs,
    onFailure: (error) => {
      throw error;
    },
  });
  const client = await aClient(server.endpoints[0]!, pki);
  const { session } = client;
  const rig: Rig = {
    ledger,
    server,
    session,
    commands,
    answer: { outcome: "accepted", revision: 2, fromSequence: 10, state: "effective" },
    read: (path) => session.read({ nodeId: `ns=3;s=LINE-01/${path}` }),
    subscribe: (requestedPublishingInterval = 100) =>
      session.createSubscription2({
        requestedPublishingInterval,
        requestedLifetimeCount: 100,
        requestedMaxKeepAliveCount: 10,
        maxNotificationsPerPublish: 0,
        publishingEnabled: true,
        priority: 1,
      }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
  return rig;
}

/** Collects what a monitored item delivers. */
export async function monitor<T>(
  subscription: ClientSubscription,
  nodeId: string,
  parameters: MonitoringParametersOptions,
  attributeId = AttributeIds.Value,
): Promise<{ readonly got: T[]; readonly item: ClientMonitoredItem }> {
  const got: T[] = [];
  const item = (await subscription.monitor(
    { nodeId, attributeId },
    parameters,
    TimestampsToReturn.Both,
  )) as ClientMonitoredItem;
  item.on("changed", (value: unknown) => got.push(value as T));
  return { got, item };
}
export const monitorEvents = (
  subscription: ClientSubscription,
  fields: readonly string[],
  queueSize: number,
  nodeId = "ns=3;s=LINE-01",
): ReturnType<typeof monitor<Variant[]>> =>
  monitor<Variant[]>(
    subscription,
    nodeId,
    { queueSize, samplingInterval: 0, discardOldest: true, filter: constructEventFilter([...fields]) },
    AttributeIds.EventNotifier,
  );

/** Longer than any test may take; a wait without an end would keep the process alive after its test has failed. */
const patienceMs = 120_000;

/** Waits until something holds; the test's own time limit is the bound. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > end) throw new Error("waited too long");
}
