import { join } from "node:path";
import { OPCUACertificateManager, type StatusCode, type StatusCodeCallback, StatusCodes } from "node-opcua";
import type { Log } from "../platform/log.ts";

/**
 * The server's own certificate and the clients that it trusts, in the PKI folder. A client that it does not know is
 * refused, and the log says how to let it in: else a first connection fails without a word at this end.
 */
export function createCertificates(pkiFolder: string, log: Log): OPCUACertificateManager {
  const certificates = new OPCUACertificateManager({
    rootFolder: pkiFolder,
    automaticallyAcceptUnknownCertificate: false,
  });
  const check = certificates.checkCertificate.bind(certificates) as (c: Buffer) => Promise<StatusCode>;
  const checkAndTell = async (certificate: Buffer): Promise<StatusCode> => {
    const status = await check(certificate);
    if (status.equals(StatusCodes.BadCertificateUntrusted))
      log.warn("client certificate refused: it is not trusted yet; to let this client in, move its file", {
        from: join(pkiFolder, "rejected"),
        to: join(pkiFolder, "trusted", "certs"),
      });
    else if (status.isNotGood())
      log.warn("client certificate refused; the client needs a valid one", { status: status.name });
    return status;
  };
  // The stack asks in both ways, and whoever is never called back is never answered.
  certificates.checkCertificate = ((certificate: Buffer, callback?: StatusCodeCallback) => {
    const checked = checkAndTell(certificate);
    if (!callback) return checked;
    checked.then((status) => callback(null, status), callback);
    return undefined;
  }) as typeof certificates.checkCertificate;
  return certificates;
}
