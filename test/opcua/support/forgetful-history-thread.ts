// The history thread, except that it never answers what is asked of Context/OrderId.
import { parentPort } from "node:worker_threads";
import "../../../src/opcua/history/thread.ts";
import type { ToHistoryThread } from "../../../src/opcua/history/port.ts";

const port = parentPort!;
const post = port.postMessage.bind(port);
const forgotten = new Set<number>();
port.on("message", ({ id, request }: ToHistoryThread) => {
  if ("path" in request && request.path === "Context/OrderId") forgotten.add(id);
});
port.postMessage = (message: { id: number }): void => {
  if (!forgotten.has(message.id)) post(message);
};
