import type { Server, Socket } from "node:net";
import type { OPCUAServer } from "node-opcua";

/** A connection without a session is cut after this long, ms: long enough to enter a password, short for a port scanner. */
const patienceMs = 30_000;

interface ChannelInternals {
  readonly sessionTokens: Readonly<Record<string, unknown>>;
  readonly remoteAddress: string;
  readonly remotePort: number;
}
interface EndpointInternals {
  readonly _server?: Server;
  getChannels(): readonly ChannelInternals[];
}

/**
 * Cuts connections that never get, or no longer have, a session; node-opcua's own time-out is 180 s, and its socket
 * option would also drop healthy quiet sessions. Returns what ends the watch.
 */
export function cutIdleSockets(server: OPCUAServer, patience = patienceMs): () => void {
  const idleSince = new Map<Socket, number>();
  const endpoints = server.endpoints as unknown as readonly EndpointInternals[];
  for (const { _server } of endpoints)
    _server?.on("connection", (socket: Socket) => {
      idleSince.set(socket, performance.now());
      socket.once("close", () => idleSince.delete(socket));
    });
  const sweep = setInterval(() => {
    const busy = new Set<string>();
    for (const endpoint of endpoints)
      for (const { sessionTokens, remoteAddress, remotePort } of endpoint.getChannels())
        if (Object.keys(sessionTokens).length > 0) busy.add(`${remoteAddress} ${remotePort}`);
    const now = performance.now();
    for (const [socket, since] of idleSince)
      if (busy.has(`${socket.remoteAddress} ${socket.remotePort}`)) idleSince.set(socket, now);
      else if (now - since > patience) socket.destroy();
  }, patience / 6);
  return () => clearInterval(sweep);
}
