// Runs as a worker thread: owns the ledger's files, so that waiting for the disk never holds up who inspects.
import { parentPort, workerData } from "node:worker_threads";
import { errorText } from "../platform/errors.ts";
import { ledgerError } from "./ledger-error.ts";
import { openStore, type Store } from "./store.ts";
import type { Failure, FromThread, Requests, RequestType, ThreadData, ToThread } from "./thread-messages.ts";

const port = parentPort!;
const { folder, now } = workerData as ThreadData;
const say = (message: FromThread): void => port.postMessage(message);

function failure(error: unknown): Failure {
  const { code, message, cause } = ledgerError(error, folder);
  return { code, message, cause: cause === undefined ? undefined : errorText(cause) };
}

type Handlers = { [T in RequestType]: (store: Store, ask: Requests[T]["ask"]) => Requests[T]["answer"] };
const handlers: Handlers = {
  commit: (store, { rows, committedAt }) => store.commit(rows, committedAt),
  findEndedLot: (store, { station, lot }) => store.findEndedLot(station, lot),
  saveSnapshot: (store, { name, offset, state }) => {
    store.saveSnapshot(name, offset, state);
    return undefined;
  },
  close: (store) => {
    store.close();
    return undefined;
  },
};

try {
  const store = openStore(folder, now, (message, fields) =>
    say({ type: "notice", message, fields: { ...fields, error: fields["error"] && errorText(fields["error"]) } }),
  );
  port.on("message", (message: ToThread) => {
    const { id } = message;
    try {
      say({ type: "answer", id, value: handlers[message.type](store, message as never) });
    } catch (error) {
      say({ type: "failed", id, failure: failure(error) });
    }
    if (message.type === "close") port.close(); // the thread ends with its port
  });
  say({ type: "ready", head: store.head, committedAt: store.committedAt });
} catch (error) {
  say({ type: "refused", failure: failure(error) });
}
