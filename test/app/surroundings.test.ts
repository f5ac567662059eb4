import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua";
import { dataPaths } from "../../src/app/paths.ts";
import { measureSurroundings } from "../../src/app/surroundings.ts";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "tallyline-surroundings-"));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

// A guess would be an alarm that nobody can mend, or none where one is due.
test("what cannot be found out is not known", async () => {
  expect(await measureSurroundings(data)).toEqual({});
});

test("room on the disk of the ledger, and the end of the server's certificate", async () => {
  mkdirSync(dataPaths(data).ledger, { recursive: true });
  const { serverCertificate } = dataPaths(data);
  const made = join(data, "made.pem");
  const certificates = new OPCUACertificateManager({ rootFolder: join(data, "pki") });
  await certificates.initialize();
  await certificates.createSelfSignedCertificate({
    applicationUri: "urn:test",
    subject: "/CN=test",
    dns: [],
    startDate: new Date("2025-01-01T00:00:00Z"),
    validity: 100,
    outputFile: made,
  });
  cpSync(made, serverCertificate);
  const { freeDiskMb, certificateEndsAt } = await measureSurroundings(data);
  expect(freeDiskMb).toBeGreaterThan(0);
  expect(new Date(certificateEndsAt!).toISOString().slice(0, 10)).toBe("2025-04-11");
});
