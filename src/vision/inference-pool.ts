import { isMarkedAsUntransferable, Worker } from "node:worker_threads";
import type { ModelRef } from "../domain/unit-record.ts";
import { AppError } from "../platform/errors.ts";
import type { FromInference, InferenceSetup, ToInference } from "./inference-messages.ts";
import type { ModelCard } from "./model/card.ts";
import type { Picture } from "./picture.ts";
import type { Inspection } from "./steps/judge.ts";

/** Threads with one session each. Has no queue: whoever calls asks `free` first. */
export interface InferencePool {
  readonly card: ModelCard;
  readonly ref: ModelRef;
  /** Threads without a job. */
  readonly free: number;
  /**
   * Runs one picture on a free thread and takes its memory.
   * @throws Error with the runtime's reason when the inference fails; the thread goes on.
   */
  inspect(picture: Picture): Promise<Inspection>;
  /** Ends the threads. Only while all are free. */
  close(): Promise<void>;
}

export interface PoolOptions extends InferenceSetup {
  readonly threads: number;
  /** A job that takes longer hangs, ms. */
  readonly hangMs: number;
}

export interface PoolEvents {
  /** A thread has become free. */
  free(): void;
  /** A thread died or hangs; the pool is of no use any more and the process should be replaced. */
  broken(reason: string): void;
}

/** A thread could not start with this package; the message is the thread's own. */
export class InferenceStartError extends AppError {
  readonly code: string;
  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}

interface Thread {
  readonly worker: Worker;
  job?: {
    readonly id: number;
    resolve(inspection: Inspection): void;
    reject(error: Error): void;
    readonly timer: NodeJS.Timeout;
  };
}

/**
 * Starts the threads one after the other (each checks the package and its golden samples by itself).
 * @throws InferenceStartError with the code and reason of the first that refuses.
 */
export async function openInferencePool(options: PoolOptions, events: PoolEvents): Promise<InferencePool> {
  const { threads: count, hangMs, ...setup } = options;
  const threads: Thread[] = [];
  let nextJob = 1;
  let isClosing = false;
  let identity: { readonly card: ModelCard; readonly ref: ModelRef } | undefined;

  const broken = (reason: string): void => {
    if (!isClosing) events.broken(reason);
  };
  for (let i = 0; i < count; i++) {
    const worker = new Worker(new URL("./inference-worker.ts", import.meta.url), { workerData: setup });
    const started = await firstWord(worker);
    if (started.type !== "ready") {
      isClosing = true;
      await Promise.all([...threads.map(({ worker: w }) => ended(w)), worker.terminate()]);
      throw new InferenceStartError(started.code, started.reason);
    }
    identity ??= started;
    const thread: Thread = { worker };
    threads.push(thread);
    worker.on("message", (message: FromInference) => answer(thread, message));
    worker.on("error", (error) => broken(`an inference thread failed: ${String(error)}`));
    worker.on("exit", (code) => broken(`an inference thread ended with code ${code}`));
  }

  function answer(thread: Thread, message: FromInference): void {
    const { job } = thread;
    if (!job || !("job" in message) || message.job !== job.id) return;
    clearTimeout(job.timer);
    delete thread.job;
    if (message.type === "inspected") job.resolve(message.inspection);
    else job.reject(new Error(message.reason));
    events.free();
  }

  return {
    card: identity!.card,
    ref: identity!.ref,
    get free() {
      return threads.filter((t) => !t.job).length;
    },
    inspect(picture) {
      const thread = threads.find((t) => !t.job);
      if (!thread) return Promise.reject(new Error("no inference thread is free"));
      const { promise, resolve, reject } = Promise.withResolvers<Inspection>();
      const id = nextJob++;
      const message: ToInference = { type: "inspect", job: id, picture: ownMemory(picture) };
      try {
        thread.worker.postMessage(message, [message.picture.data.buffer]);
      } catch (error) {
        return Promise.reject(error); // the thread has heard nothing and stays free
      }
      const timer = setTimeout(() => broken(`an inference takes longer than ${hangMs} ms`), hangMs);
      thread.job = { id, resolve, reject, timer };
      return promise;
    },
    async close() {
      isClosing = true;
      await Promise.all(threads.map(({ worker }) => ended(worker)));
    },
  };
}

/**
 * Only a picture that owns its whole buffer can be transferred without taking other data along, and not memory that a
 * native library lent.
 */
function ownMemory({ data, width, height, channels }: Picture): Picture {
  const own =
    data.byteLength === data.buffer.byteLength && !isMarkedAsUntransferable(data.buffer) ? data : data.slice();
  return { data: own, width, height, channels };
}

/** The thread ends by itself: terminating it from outside could hit it inside the runtime. */
function ended(worker: Worker): Promise<void> {
  const message: ToInference = { type: "stop" };
  worker.postMessage(message);
  return new Promise((resolve) => worker.once("exit", () => resolve()));
}

function firstWord(worker: Worker): Promise<Extract<FromInference, { type: "ready" | "refused" }>> {
  return new Promise((resolve) => {
    const refuse = (reason: string): void => resolve({ type: "refused", code: "INFERENCE_THREAD", reason });
    worker.once("message", resolve);
    worker.once("error", (error) => refuse(`The inference thread could not start: ${String(error)}.`));
    worker.once("exit", (code) => refuse(`The inference thread ended at its start with code ${code}.`));
  });
}
