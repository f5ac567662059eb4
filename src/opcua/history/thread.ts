// Runs as a worker thread of the OPC UA process: reads history, so that a long search never delays a live event. Loads
// nothing of the OPC UA stack.
import { readlinkSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { openLedgerQuery } from "../../ledger/query.ts";
import { errorText } from "../../platform/errors.ts";
import { answer } from "./answer.ts";
import type { FromHistoryThread, HistoryThreadData, ToHistoryThread } from "./port.ts";

/** How much more readily than live events the thread gives way when the machine is short of time (niceness). */
const giveWay = 5;
try {
  // Linux knows threads by numbers like those of processes; elsewhere the thread just runs like the others.
  setPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1)), Math.min(19, getPriority() + giveWay));
} catch {
  // No such file, or no permission: nothing to do about it.
}

const port = parentPort!;
const { ledgerFolder, context } = workerData as HistoryThreadData;
const query = openLedgerQuery(ledgerFolder);

port.on("message", ({ id, request }: ToHistoryThread) => {
  const say = (message: FromHistoryThread): void => port.postMessage(message);
  answer(query, context, request).then(
    (value) => say({ id, value }),
    (error: unknown) => say({ id, failure: errorText(error) }),
  );
});
