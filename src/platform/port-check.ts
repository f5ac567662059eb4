import { createServer } from "node:net";
import type { Clock } from "./clock.ts";
import { AppError } from "./errors.ts";

/** Nothing can listen there. */
export class PortError extends AppError {
  readonly code = "PORT_UNUSABLE";
}

/** Why nothing can listen there now, as the system names it (`EADDRINUSE` …); `undefined` when something can. */
const problemWith = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "is in use by another program; stop that one, or choose another port (--port, or opcua.port in the configuration)",
  EADDRNOTAVAIL: "is not an address of this machine; correct opcua.host (or --listen)",
  EACCES: "may not be used by this user; choose a port above 1023 (--port, or opcua.port in the configuration)",
  ENOTFOUND: "names no machine; correct opcua.host (or --listen)",
};

/**
 * Makes sure that a child will be able to listen on the port, before anything else is started. A process that a killed
 * parent left behind needs a moment to let go of it, so the check is repeated for `patienceMs`.
 *
 * @throws {PortError} saying what to do
 */
export async function assertPortUsable(host: string, port: number, patienceMs: number, clock: Clock): Promise<void> {
  const until = clock.monotonic() + patienceMs;
  for (;;) {
    const problem = await problemWith(host, port);
    if (problem === undefined) return;
    if (clock.monotonic() >= until)
      throw new PortError(
        `OPC UA cannot listen: ${host}:${port} ${remedies[problem] ?? `cannot be used (${problem})`}`,
      );
    await new Promise<void>((resolve) => clock.after(100, resolve));
  }
}
