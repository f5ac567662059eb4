import { Worker } from "node:worker_threads";
import type { LedgerErrorCode } from "../../ledger/ledger-error.ts";
import { AppError, errorText } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import type { HistoryContext } from "./events.ts";
import type { AnswerTo, HistoryPort, HistoryRequest } from "./requests.ts";
import { createWaitingLine } from "./waiting.ts";

/** History cannot be read at present; the client may ask again. */
export class HistoryUnavailable extends AppError {
  readonly code = "OPCUA_HISTORY";
  override readonly retryable = true;
}

/** A request met a defect of the program: asking again will not help. */
export class HistoryRequestError extends AppError {
  readonly code = "OPCUA_HISTORY_REQUEST";
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
  | {
      readonly id: number;
      readonly failure: string;
      /** What is wrong with the ledger; absent where it is the request that cannot be answered. */
      readonly ledger?: LedgerErrorCode;
    };

/** Requests of one session that may wait behind the one that is being answered; more than that are refused. */
const waitingEach = 10;
/** Requests that the thread has at a time: long ones let others go on between. */
const inThread = 4;
/** A request without an answer for this long costs the thread, ms: pages are made to take far less. */
const longestAnswerMs = 30_000;
/** Young generation and heap of the thread, MB: it holds pages, never results. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

interface Asked {
  readonly request: HistoryRequest;
  readonly resolve: (value: never) => void;
  readonly reject: (error: HistoryUnavailable | HistoryRequestError) => void;
}

/**
 * The thread that reads history. It starts with the first request. When it ends, what it was working on is refused, and
 * another one goes on with what waits. One that does not answer in time is ended.
 */
export function createHistoryPort(
  ledgerFolder: string,
  context: HistoryContext,
  log: Log,
  { module = new URL("./thread.ts", import.meta.url), answerMs = longestAnswerMs } = {},
): HistoryPort {
  const line = createWaitingLine<Asked>(waitingEach);
  const working = new Map<number, Asked & { readonly asker: object; readonly deadline: NodeJS.Timeout }>();
  /** Who asks for nobody in particular. */
  const server = {};
  /** Said already: clients ask again and again, and what is wrong stays the same. */
  const told = new Set<LedgerErrorCode | undefined>();
  let worker: Worker | undefined;
  let lastId = 0;
  let closed = false;

  const finished = (id: number): Asked | undefined => {
    const asked = working.get(id);
    if (!asked) return undefined;
    working.delete(id);
    clearTimeout(asked.deadline);
    line.served(asked.asker);
    return asked;
  };

  const tell = ({ failure, ledger }: Extract<FromHistoryThread, { failure: string }>): void => {
    const level = told.has(ledger) ? "debug" : "warn";
    told.add(ledger);
    log[level](
      ledger
        ? "history could not be read; check the ledger with tallyline ledger verify"
        : "a read of history met a defect of the program; the ledger is not at fault, please report it with the log",
      { error: failure, ...(ledger && { code: ledger }) },
    );
  };

  /** Gives the thread what it has room for. */
  const feed = (): void => {
    while (working.size < inThread && !closed) {
      const next = line.next();
      if (!next) return;
      worker ??= start();
      const thread = worker;
      lastId += 1;
      const deadline = setTimeout(() => void thread.terminate(), answerMs).unref();
      working.set(lastId, { ...next.item, asker: next.asker, deadline });
      const message: ToHistoryThread = { id: lastId, request: next.item.request };
      thread.postMessage(message);
    }
  };

  const start = (): Worker => {
    const data: HistoryThreadData = { ledgerFolder, context };
    const started = new Worker(module, { workerData: data, resourceLimits });
    started.on("message", (message: FromHistoryThread) => {
      const asked = finished(message.id);
      if ("value" in message) asked?.resolve(message.value as never);
      else {
        tell(message);
        const Refusal = message.ledger ? HistoryUnavailable : HistoryRequestError;
        asked?.reject(new Refusal(message.failure));
      }
      feed();
    });
    let cause: unknown;
    started.on("error", (error) => {
      cause = error;
    });
    started.on("exit", (code) => {
      worker = undefined;
      const reason = cause === undefined ? `exit code ${code}` : errorText(cause);
      if (!closed) log.warn("the history thread ended; another one goes on", { reason });
      for (const id of working.keys())
        finished(id)?.reject(new HistoryUnavailable(`the history thread ended: ${reason}`));
      feed();
    });
    return started;
  };

  return {
    ask<R extends HistoryRequest>(request: R, asker: object = server) {
      if (closed) return Promise.reject(new HistoryUnavailable("the server is stopping"));
      const { promise, resolve, reject } = Promise.withResolvers<AnswerTo<R>>();
      if (!line.join(asker, { request, resolve, reject }))
        return Promise.reject(
          new HistoryUnavailable(`${waitingEach} reads of this session wait already; ask again later`),
        );
      feed();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const { reject } of line.leave()) reject(new HistoryUnavailable("the server is stopping"));
      await worker?.terminate();
    },
  };
}
