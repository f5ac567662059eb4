// Runs as a worker thread of the OPC UA process: reads history, so that a long search never delays a live event. Loads
// nothing of the OPC UA stack.
import { readlinkSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { LedgerError } from "../../ledger/ledger-error.ts";
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

/** Rests twice as long as it worked, up to this, ms: somebody who reads on and on leaves the processor to live events. */
const longestRest = 60;
let restsUntil = 0;

async function served({ id, request }: ToHistoryThread): Promise<FromHistoryThread> {
  const rest = restsUntil - performance.now();
  if (rest > 1) await sleep(rest);
  const began = performance.now();
  try {
    return { id, value: await answer(query, context, request) };
  } catch (error) {
    return { id, failure: errorText(error), ...(error instanceof LedgerError && { ledger: error.code }) };
  } finally {
    const ended = performance.now();
    restsUntil = ended + Math.min(longestRest, 2 * (ended - began));
  }
}

port.on("message", (message: ToHistoryThread) => void served(message).then((answered) => port.postMessage(answered)));
