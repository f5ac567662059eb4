// Runs as a worker thread of the OPC UA process: reads history, so that a long search never delays a live event. Loads
// nothing of the OPC UA stack.
import { parentPort, workerData } from "node:worker_threads";
import { openLedgerQuery } from "../../ledger/query.ts";
import { errorText } from "../../platform/errors.ts";
import { answer } from "./answer.ts";
import type { FromHistoryThread, HistoryThreadData, ToHistoryThread } from "./port.ts";

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
