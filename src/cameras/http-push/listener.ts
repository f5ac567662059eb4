import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { DecodedImage } from "../source/decode.ts";
import { type Answer, type ListenerSetup, machineMs } from "./messages.ts";
import { readBody } from "./read-body.ts";
import { createPictureReader } from "./read-picture.ts";
import { readRequest } from "./request.ts";

/** What the listener tells while it is open. */
export interface ListenerEvents {
  /** A picture came. @returns what to tell its sender, once it is settled */
  picture(picture: {
    readonly triggerId?: number;
    readonly arrivedAt: number;
    readonly image: DecodedImage;
  }): Promise<Answer>;
  unreadable(triggerId: number | undefined, reason: string): void;
}

/** Sockets, also those that only wait; one more is closed at once. */
const maximumConnections = 256;
/** How often slow senders are looked for, ms. */
const lookMs = 250;
/** A listener that a killed parent left behind lets go of the port as soon as it notices, ms. */
const patienceMs = 2_000;
/** For one who was told to try again, s. */
const retryAfterSeconds = 1;

/**
 * Listens for pictures. A place is taken before anything of a body is read, and given back with the answer; a request whose
 * time is over is cut off by the server.
 *
 * @returns the server, listening
 * @throws the system's error when it cannot listen there
 */
export async function listen(setup: ListenerSetup, events: ListenerEvents): Promise<Server> {
  const readPicture = await createPictureReader(setup);
  let open = 0;

  async function inspect(request: IncomingMessage, arrivedAt: number): Promise<Answer> {
    const asked = readRequest(request, setup);
    if ("refusal" in asked) return asked.refusal;
    const { triggerId } = asked;
    const unreadable = (status: number, reason: string): Answer => {
      events.unreadable(triggerId, reason);
      return { status, text: reason };
    };
    const body = await readBody(request, setup.maximumMb * 1e6);
    if ("problem" in body)
      return body.problem === "tooLarge"
        ? unreadable(413, `the body is larger than maximumMb (${setup.maximumMb}); send it smaller, or raise that`)
        : unreadable(408, `the picture broke off after ${body.received} of ${asked.length ?? "?"} bytes`);
    const read = await readPicture(body.bytes, asked.raw);
    if ("reason" in read) return unreadable(400, read.reason);
    return events.picture({ image: read.image, arrivedAt, ...(triggerId !== undefined && { triggerId }) });
  }

  async function serve(request: IncomingMessage, response: ServerResponse, isAwaited: boolean): Promise<void> {
    const arrivedAt = machineMs();
    // Without listeners a connection that breaks would end the process.
    for (const stream of [request, response]) stream.on("error", () => undefined);
    if (open >= setup.maximumRequests)
      return answer(request, response, {
        status: 503,
        text: `${setup.maximumRequests} pictures are under way already; try again in ${retryAfterSeconds} s`,
      });
    open += 1;
    try {
      if (isAwaited && !("refusal" in readRequest(request, setup))) response.writeContinue();
      answer(request, response, await inspect(request, arrivedAt));
    } finally {
      open -= 1;
    }
  }

  const server = createServer(
    {
      requestTimeout: setup.uploadMs,
      headersTimeout: setup.uploadMs,
      connectionsCheckingInterval: lookMs,
      keepAliveTimeout: 30_000,
    },
    (request, response) => void serve(request, response, false),
  );
  // curl asks before it sends something large: a refusal costs nobody anything then.
  server.on("checkContinue", (request, response) => {
    response.shouldKeepAlive = false;
    void serve(request, response, true);
  });
  server.maxConnections = maximumConnections;
  await bind(server, setup);
  return server;
}

/** What of the body is unread is read and forgotten by the server: closing on it could lose the answer on its way. */
function answer(request: IncomingMessage, response: ServerResponse, { status, text }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    ...(status === 503 && { "retry-after": String(retryAfterSeconds) }),
    ...(status === 401 && { "www-authenticate": "Bearer" }),
    ...(status === 405 && { allow: "POST" }),
  });
  response.end(`${text}\n`);
  request.resume();
}

async function bind(server: Server, { host, port }: ListenerSetup): Promise<void> {
  for (const until = machineMs() + patienceMs; ; ) {
    try {
      server.listen({ host, port });
      await once(server, "listening");
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || machineMs() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
