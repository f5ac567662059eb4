import type { IncomingMessage } from "node:http";

export type Body =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly problem: "tooLarge" | "cutOff"; readonly received: number };

/** The whole body, of at most so many bytes. Whether it comes in time is the server's matter: it ends the request. */
export const readBody = (request: IncomingMessage, maximumBytes: number): Promise<Body> =>
  new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let received = 0;
    const fail = (problem: "tooLarge" | "cutOff"): void => {
      chunks = [];
      resolve({ problem, received });
    };
    request.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received > maximumBytes) fail("tooLarge");
      else chunks.push(chunk);
    });
    request.on("end", () => resolve({ bytes: Buffer.concat(chunks) }));
    request.on("error", () => fail("cutOff"));
    request.on("close", () => fail("cutOff"));
  });
