import { X509Certificate } from "node:crypto";
import { readFile, statfs } from "node:fs/promises";
import type { Surroundings } from "../line/alarm-readings.ts";
import { dataPaths } from "./paths.ts";

/** What the alarms want to know of the machine: room on the disk, end of the certificate. What cannot be found out is left out. */
export async function measureSurroundings(data: string): Promise<Surroundings> {
  const [disk, certificate] = await Promise.allSettled([
    statfs(dataPaths(data).ledger),
    readFile(dataPaths(data).serverCertificate).then((pem) => new X509Certificate(pem)),
  ]);
  return {
    ...(disk.status === "fulfilled" && { freeDiskMb: (disk.value.bavail * disk.value.bsize) / 1e6 }),
    ...(certificate.status === "fulfilled" && { certificateEndsAt: Date.parse(certificate.value.validTo) }),
  };
}
