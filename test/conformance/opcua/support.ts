import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClientSession,
  DataTypeExtractStrategy,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
} from "node-opcua";
import { facetNames } from "../../../nodeset/station-shape.ts";
import type { Answer, Command } from "../../../src/domain/command.ts";
import type { EntryDraft } from "../../../src/domain/ledger-entry.ts";
import type { LedgerWriter } from "../../../src/ledger/ledger.ts";
import { openLedgerReader } from "../../../src/ledger/reader.ts";
import { openLedgerWriter } from "../../../src/ledger/writer.ts";
import { createCommandPort } from "../../../src/opcua/commands.ts";
import type { OpcUaSetup, Vitals } from "../../../src/opcua/messages.ts";
import { createInspectionServer, type InspectionServer } from "../../../src/opcua/server.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { silentLog } from "../../../src/platform/log.ts";
import { aSetup, connected, someVitals } from "../../opcua/support/rig.ts";
import { cameras, defectClasses, writeLedger } from "./ledger.ts";

/** How a client may connect; every suite runs over each. */
export const securities = {
  None: [MessageSecurityMode.None, SecurityPolicy.None],
  "Basic256Sha256 SignAndEncrypt": [MessageSecurityMode.SignAndEncrypt, SecurityPolicy.Basic256Sha256],
} as const;
export type SecurityName = keyof typeof securities;

/** A whole server over a ledger on disk, and what a suite needs to move it. */
export interface Subject extends AsyncDisposable {
  readonly server: InspectionServer;
  readonly setup: OpcUaSetup;
  /** What the ledger held when the server started, in order. */
  readonly entries: readonly EntryDraft[];
  readonly writer: LedgerWriter;
  /** Commits more, and tells the server. */
  append(...drafts: readonly EntryDraft[]): ReturnType<LedgerWriter["append"]>;
  /** Commands that reached the core, and what it answers next. */
  readonly commands: Command[];
  answer: Answer;
  connect(security: SecurityName): Promise<{ readonly session: ClientSession } & AsyncDisposable>;
}

const clientName = "conformance";
const cameraNameplates = { "CAM-01": { manufacturer: "Somebody", serialNumber: "1" } };

const vitalsOf = (station: string, heartbeat: number, stationTime: number): Vitals =>
  someVitals({
    station,
    heartbeat,
    stationTime,
    cameras: cameras.map((cameraId) => ({
      cameraId,
      state: "ok",
      reason: "",
      fps: 12,
      lastFrameAgeMs: 40,
      droppedFrames: 0,
    })),
  });

/** The server with a station of two cameras and every facet over a ledger that a real line wrote; `over` replaces parts of the setup. */
export async function aSubject(over: Partial<OpcUaSetup> = {}): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), "tallyline-conformance-"));
  const [ledgerFolder, serverPki, clientPki] = ["ledger", "pki", "client"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const entries = await writeLedger(ledgerFolder);
  const writer = await openLedgerWriter(ledgerFolder, { clock: systemClock });

  const clientOf = (security: SecurityName): OPCUAClient =>
    OPCUAClient.create({
      // Only the structures that are met: else a client reads every definition of every standard before its first one.
      dataTypeExtractStrategy: DataTypeExtractStrategy.Lazy,
      endpointMustExist: false,
      securityMode: securities[security][0],
      securityPolicy: securities[security][1],
      clientCertificateManager: new OPCUACertificateManager({
        rootFolder: clientPki,
        automaticallyAcceptUnknownCertificate: true,
      }),
      connectionStrategy: { maxRetry: 0 },
      applicationName: clientName,
    });
  // Trusted as an administrator does it: by copying the client's certificate, here before the server looks.
  const first = clientOf("None");
  await first.clientCertificateManager.initialize();
  await first.createDefaultCertificate();
  const trusted = join(serverPki, "trusted", "certs");
  mkdirSync(trusted, { recursive: true });
  copyFileSync(first.certificateFile, join(trusted, "client.pem"));
  await first.disconnect();

  const base = aSetup();
  const setup: OpcUaSetup = {
    ...base,
    stations: [{ ...base.stations[0]!, cameras, defectClasses, facets: facetNames, cameraNameplates }],
    ledgerFolder,
    evidenceFolder: join(folder, "evidence"),
    pkiFolder: serverPki,
    ...over,
  };
  const commands: Command[] = [];
  const port = createCommandPort((id, command) => {
    commands.push(command);
    setImmediate(() => port.answered(id, subject.answer));
    return true;
  }, 2_000);
  const server = await createInspectionServer(setup, {
    reader: openLedgerReader(ledgerFolder),
    commands: port,
    log: silentLog,
    onFailure(error) {
      throw error;
    },
  });
  const stationTime = entries.at(-1)!.time;
  let heartbeat = 0;
  /** As the core does it: once a second, or the server takes it for silent. */
  const tell = (): void => {
    heartbeat += 1;
    for (const { id } of setup.stations) server.tell(vitalsOf(id, heartbeat, stationTime));
  };
  tell();
  const ticker = setInterval(tell, 1_000);

  const subject: Subject = {
    server,
    setup,
    entries,
    writer,
    async append(...drafts) {
      const committed = await writer.append(drafts);
      server.nudge();
      return committed;
    },
    commands,
    answer: { outcome: "accepted", revision: 2, fromSequence: 10, state: "effective" },
    connect: (security) => connected(clientOf(security), server.endpoints[0]!),
    async [Symbol.asyncDispose]() {
      clearInterval(ticker);
      await server[Symbol.asyncDispose]();
      await writer[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return subject;
}

/** What a test of a suite works with. */
export interface Conformance {
  readonly subject: Subject;
  readonly session: ClientSession;
  readonly security: SecurityName;
}

/**
 * One suite over every way to connect: the tests run once per security, on one server that the whole file shares.
 * `tests` declares them; each takes what it needs from the function that it gets, once it runs.
 */
export function conformance(
  title: string,
  tests: (the: () => Conformance) => void,
  setup: Partial<OpcUaSetup> = {},
): void {
  describe(title, () => {
    let subject: Subject;
    beforeAll(async () => {
      subject = await aSubject(setup);
    }, 60_000);
    afterAll(async () => subject[Symbol.asyncDispose]());

    describe.each(Object.keys(securities) as SecurityName[])("%s", (security) => {
      let client: Awaited<ReturnType<Subject["connect"]>>;
      beforeAll(async () => {
        client = await subject.connect(security);
      }, 30_000);
      afterAll(async () => client[Symbol.asyncDispose]());
      tests(() => ({ subject, session: client.session, security }));
    });
  });
}
