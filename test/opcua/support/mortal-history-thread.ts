// The history thread, except that it dies of its second answer.
import { parentPort } from "node:worker_threads";
import "../../../src/opcua/history/thread.ts";

const port = parentPort!;
const post = port.postMessage.bind(port);
let answers = 0;
port.postMessage = (message: unknown): void => {
  answers += 1;
  if (answers === 2) process.exit(3);
  post(message);
};
