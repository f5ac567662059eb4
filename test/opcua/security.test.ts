import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import {
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  StatusCodes,
  UserTokenPolicy,
  UserTokenType,
} from "node-opcua";
import type { Command } from "../../src/domain/command.ts";
import { createCertificates } from "../../src/opcua/certificates.ts";
import { createCommandPort } from "../../src/opcua/commands.ts";
import { createInspectionServer } from "../../src/opcua/server.ts";
import { silentLog } from "../../src/platform/log.ts";
import { createMemoryLedger } from "../support/memory-ledger.ts";
import { aPkiFolder, aSetup } from "./support/rig.ts";

const encrypted = (pki: string): OPCUAClient =>
  OPCUAClient.create({
    endpointMustExist: false,
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: pki,
      automaticallyAcceptUnknownCertificate: true,
    }),
    connectionStrategy: { maxRetry: 0 },
    applicationName: "stranger",
  });

/** One encrypted session; resolves with the server's state, rejects when the server refuses. */
async function connectEncrypted(endpoint: string, pki: string): Promise<number> {
  const client = encrypted(pki);
  try {
    await client.connect(endpoint);
    const session = await client.createSession();
    const state = await session.read({ nodeId: "i=2259" });
    await session.close();
    return state.value.value as number;
  } finally {
    await client.disconnect();
  }
}

/** Lets in whoever was refused, as the log tells to do it. */
function trustRejected(from: string, to: string): void {
  for (const name of readdirSync(from)) if (/\.(pem|der)$/.test(name)) renameSync(join(from, name), join(to, name));
}
/** The folder's watcher needs a moment to see a new file. */
async function untilTrusted(connect: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      await connect();
      return;
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
}

// OPC 10000-4 §6.1.3: an application's certificate is trusted by an administrator, not by itself. He has to be told how.
test("an unknown client is refused with a line that says which file to move; moved, it gets in", async () => {
  using serverPki = aPkiFolder();
  using clientPki = aPkiFolder();
  const warnings: Readonly<Record<string, unknown>>[] = [];
  await using server = await createInspectionServer(aSetup({ pkiFolder: serverPki.path, securityNone: false }), {
    reader: createMemoryLedger().reader,
    commands: createCommandPort(() => false, 200),
    log: { ...silentLog, warn: (message, fields) => warnings.push({ message, ...fields }) },
    onFailure: (error) => {
      throw error;
    },
  });
  const [endpoint] = server.endpoints as [string];
  await expect(connectEncrypted(endpoint, clientPki.path)).rejects.toThrow();
  const refusal = warnings.find((w) => String(w["message"]).includes("not trusted yet"));
  const { from, to } = refusal as { from: string; to: string };
  trustRejected(from, to);
  await untilTrusted(async () => expect(await connectEncrypted(endpoint, clientPki.path)).toBe(0)); // Running
}, 60_000);

// The stack asks in both ways; a caller that is never called back never answers its client.
test("whether a certificate is trusted is told to who awaits it and to who is called back", async () => {
  using pki = aPkiFolder();
  const warnings: string[] = [];
  const certificates = createCertificates(pki.path, { ...silentLog, warn: (message) => warnings.push(message) });
  await certificates.initialize();
  const outputFile = join(pki.path, "stranger.pem");
  await certificates.createSelfSignedCertificate({
    applicationUri: "urn:stranger",
    subject: "CN=stranger",
    dns: [],
    startDate: new Date(),
    validity: 1,
    outputFile,
  });
  const stranger = new X509Certificate(readFileSync(outputFile)).raw;
  const awaited = await certificates.checkCertificate(stranger);
  const calledBack = await new Promise((resolve) => {
    certificates.checkCertificate(stranger, (error, status) => resolve(error ?? status));
  });
  expect([awaited, calledBack]).toEqual([StatusCodes.BadCertificateUntrusted, StatusCodes.BadCertificateUntrusted]);
  expect(warnings).toHaveLength(2);
  await certificates.dispose();
}, 30_000);

// An application that is trusted to connect is no user: with its own certificate as user token it was either never answered,
// or allowed to command a server that is open for reading only (OPC 10000-4 §5.7.3, §7.36).
test("a trusted application gets no rights by using its certificate as a user", async () => {
  using serverPki = aPkiFolder();
  using clientPki = aPkiFolder();
  const commands: Command[] = [];
  const setup = aSetup({ pkiFolder: serverPki.path, securityNone: false, anonymous: "read" });
  await using server = await createInspectionServer(setup, {
    reader: createMemoryLedger().reader,
    commands: createCommandPort((_, command) => commands.push(command) > 0, 100),
    log: silentLog,
    onFailure: (error) => {
      throw error;
    },
  });
  const [endpoint] = server.endpoints as [string];
  await expect(connectEncrypted(endpoint, clientPki.path)).rejects.toThrow();
  trustRejected(join(serverPki.path, "rejected"), join(serverPki.path, "trusted", "certs"));
  await untilTrusted(() => connectEncrypted(endpoint, clientPki.path));

  const client = encrypted(clientPki.path);
  await client.connect(endpoint);
  try {
    const session = await client.createSession();
    const offered = client.endpoint!.userIdentityTokens!;
    expect(offered.map(({ tokenType }) => tokenType)).not.toContain(UserTokenType.Certificate);
    // One that sends it all the same.
    offered.push(new UserTokenPolicy({ policyId: "certificateX509", tokenType: UserTokenType.Certificate }));
    const answers: string[] = [];
    client.on("receive_response", ({ responseHeader }) => answers.push(responseHeader.serviceResult.name));
    await session.changeUser({
      type: UserTokenType.Certificate,
      certificateData: new X509Certificate(readFileSync(client.certificateFile)).raw,
      privateKey: readFileSync(client.privateKeyFile, "utf8"),
    });
    expect(answers).toEqual(["BadIdentityTokenInvalid"]);
    const endLot = await session.call({
      objectId: "ns=3;s=LINE-01/Context",
      methodId: "ns=3;s=LINE-01/Context/EndLot",
      inputArguments: [DataType.Int32, DataType.UInt32, DataType.UInt32].map((dataType) => ({ dataType, value: 0 })),
    });
    expect([endLot.statusCode.name, commands]).toEqual(["BadUserAccessDenied", []]);
    await session.close();
  } finally {
    await client.disconnect();
  }
}, 60_000);
