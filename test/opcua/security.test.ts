import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { MessageSecurityMode, OPCUACertificateManager, OPCUAClient, SecurityPolicy } from "node-opcua";
import { createCommandPort } from "../../src/opcua/commands.ts";
import { createInspectionServer } from "../../src/opcua/server.ts";
import { silentLog } from "../../src/platform/log.ts";
import { createMemoryLedger } from "../support/memory-ledger.ts";
import { aPkiFolder, aSetup } from "./support/rig.ts";

/** One encrypted session; resolves with the server's state, rejects when the server refuses. */
async function connectEncrypted(endpoint: string, pki: string): Promise<number> {
  const client = OPCUAClient.create({
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
  const [file] = readdirSync(from).filter((name) => /\.(pem|der)$/.test(name)) as [string];
  renameSync(join(from, file), join(to, file));
  for (let tries = 0; ; tries++)
    try {
      expect(await connectEncrypted(endpoint, clientPki.path)).toBe(0); // Running
      break;
    } catch (error) {
      // The folder's watcher needs a moment to see the file.
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
}, 60_000);
