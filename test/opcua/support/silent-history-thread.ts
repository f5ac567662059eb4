// A history thread that takes requests and never answers, not even the one to end.
import { parentPort } from "node:worker_threads";

parentPort!.on("message", () => {
  for (;;);
});
