import { Worker } from "node:worker_threads";
import type { Expectation } from "../domain/expectation.ts";
import { AppError } from "../platform/errors.ts";
import { InferenceFault } from "./inference-fault.ts";
import type { CheckedSample, FromInference, InferenceSetup, ReadyCamera, ToInference } from "./inference-messages.ts";
import { ownMemory } from "./own-memory.ts";
import type { Picture } from "./picture.ts";
import type { Inspected } from "./pipeline.ts";

/** What a thread made of a picture, and the picture again. */
export interface Answer {
  readonly inspected: Inspected;
  readonly picture: Picture;
}

/** Threads with one set of steps each. Has no queue: whoever calls asks `free` first. */
export interface InferencePool {
  readonly cameras: Readonly<Record<string, ReadyCamera>>;
  /** Threads without a job. */
  readonly free: number;
  /**
   * Runs one picture through its camera's steps on a free thread; takes its memory and gives it back with the answer.
   * @throws InferenceFault with the runtime's reason when a step fails; the thread goes on.
   */
  inspect(cameraId: string, picture: Picture, expected: Expectation): Promise<Answer>;
  /** Runs one golden sample of a camera's steps on a free thread. @throws Error with what the sample threw. */
  check(cameraId: string, sample: number): Promise<CheckedSample>;
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
    /** Takes what the thread says of it. */
    answered(message: JobAnswer): void;
    readonly timer: NodeJS.Timeout;
  };
}
type JobAnswer = Extract<FromInference, { job: number }>;

/**
 * Starts the threads one after the other (each checks the package and its golden samples by itself).
 * @throws InferenceStartError with the code and reason of the first that refuses.
 */
export async function openInferencePool(options: PoolOptions, events: PoolEvents): Promise<InferencePool> {
  const { threads: count, hangMs, ...setup } = options;
  const threads: Thread[] = [];
  let nextJob = 1;
  let isClosing = false;
  let ready: Readonly<Record<string, ReadyCamera>> = {};

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
    ready = started.cameras;
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
    job.answered(message);
    events.free();
  }
  /** Gives a free thread a job. @throws what cannot be sent; the thread has heard nothing and stays free then. */
  function give(
    make: (job: number) => ToInference,
    transfer: readonly ArrayBuffer[],
    answered: (message: JobAnswer) => void,
  ): void {
    const thread = threads.find((t) => !t.job);
    if (!thread) throw new Error("no inference thread is free");
    const id = nextJob++;
    thread.worker.postMessage(make(id), transfer);
    const timer = setTimeout(() => broken(`an inference takes longer than ${hangMs} ms`), hangMs);
    thread.job = { id, answered, timer };
  }

  return {
    cameras: ready,
    get free() {
      return threads.filter((t) => !t.job).length;
    },
    inspect: (cameraId, picture, expected) =>
      new Promise((resolve, reject) => {
        const own = ownMemory(picture);
        give(
          (job) => ({ type: "inspect", job, cameraId, expected, picture: own }),
          [own.data.buffer as ArrayBuffer],
          (message) => {
            if (message.type === "inspected") resolve({ inspected: message.inspected, picture: message.picture });
            else if (message.type === "failed") reject(new InferenceFault(message.reason, message.picture));
          },
        );
      }),
    check: (cameraId, sample) =>
      new Promise((resolve, reject) => {
        give(
          (job) => ({ type: "check", job, cameraId, sample }),
          [],
          (message) => {
            if (message.type === "checked") resolve(message.checked);
            else if (message.type === "uncheckable") reject(new Error(message.reason));
          },
        );
      }),
    async close() {
      isClosing = true;
      await Promise.all(threads.map(({ worker }) => ended(worker)));
    },
  };
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
