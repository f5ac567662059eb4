import { Worker } from "node:worker_threads";
import { AppError, errorText } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import type { HistoryContext } from "./events.ts";
import type { AnswerTo, HistoryPort, HistoryRequest } from "./requests.ts";

/** History cannot be read at present; the client may ask again. */
export class HistoryUnavailable extends AppError {
  readonly code = "OPCUA_HISTORY";
  override readonly retryable = true;
}

export interface HistoryThreadData {
  readonly ledgerFolder: string;
  readonly context: HistoryContext;
}
export interface ToHistoryThread {
  readonly id: number;
  readonly request: HistoryRequest;
}
export type FromHistoryThread =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: string };

/** Requests that may wait for the thread; more than that are refused. Each session has one at a time. */
const maximumWaiting = 100;
/** A thread that says nothing for this long while requests wait is replaced, ms: pages are made to take far less. */
const longestSilenceMs = 30_000;
/** Young generation and heap of the thread, MB: it holds pages, never results. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/**
 * The thread that reads history. It starts with the first request. When it ends, everything that waited is refused, and
 * the next request starts another.
 */
export function createHistoryPort(
  ledgerFolder: string,
  context: HistoryContext,
  log: Log,
  { module = new URL("./thread.ts", import.meta.url), silenceMs = longestSilenceMs } = {},
): HistoryPort {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: HistoryUnavailable) => void }>();
  let worker: Worker | undefined;
  let lastId = 0;
  let closed = false;
  let silence: NodeJS.Timeout | undefined;
  /** Begins to wait for the next word of the thread, if there is one to come. */
  const watch = (): void => {
    clearTimeout(silence);
    if (waiting.size > 0) silence = setTimeout(() => void worker?.terminate(), silenceMs).unref();
  };

  const start = (): Worker => {
    const data: HistoryThreadData = { ledgerFolder, context };
    const started = new Worker(module, { workerData: data, resourceLimits });
    started.on("message", (message: FromHistoryThread) => {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      watch();
      if ("value" in message) asked?.resolve(message.value as never);
      else {
        log.warn("history could not be read; check the ledger with tallyline ledger verify", {
          error: message.failure,
        });
        asked?.reject(new HistoryUnavailable(message.failure));
      }
    });
    let cause: unknown;
    started.on("error", (error) => {
      cause = error;
    });
    started.on("exit", (code) => {
      if (worker !== started) return;
      worker = undefined;
      const reason = cause === undefined ? `exit code ${code}` : errorText(cause);
      if (!closed) log.warn("the history thread ended; the next read starts another", { reason });
      for (const { reject } of waiting.values()) reject(new HistoryUnavailable(`the history thread ended: ${reason}`));
      waiting.clear();
      watch();
    });
    return started;
  };

  return {
    ask<R extends HistoryRequest>(request: R) {
      if (closed) return Promise.reject(new HistoryUnavailable("the server is stopping"));
      if (waiting.size >= maximumWaiting)
        return Promise.reject(new HistoryUnavailable(`${waiting.size} reads already wait; ask again later`));
      worker ??= start();
      const { promise, resolve, reject } = Promise.withResolvers<AnswerTo<R>>();
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      const message: ToHistoryThread = { id: lastId, request };
      worker.postMessage(message);
      if (waiting.size === 1) watch();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(silence);
      await worker?.terminate();
    },
  };
}
