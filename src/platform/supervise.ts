import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import { createInterface } from "node:readline";
import type { Heartbeat } from "./channel.ts";
import { ipcChannel } from "./child-process.ts";
import type { Clock } from "./clock.ts";
import { errorText } from "./errors.ts";
import type { Log } from "./log.ts";

export interface ChildSpec {
  /** For logs and reasons, e.g. `vision:LINE-01`. */
  readonly name: string;
  /** The `.ts` file that it runs. */
  readonly module: URL;
  /** Resident memory above which it is killed and replaced, MB. */
  readonly memoryLimitMb: number;
  /** Without a heartbeat for this long it is killed and replaced, ms; counted from its `ready`. */
  readonly silenceMs: number;
  /** Time from fork to `ready`, ms. */
  readonly startMs: number;
  /** Niceness, −20…19; above 0 it gives way to the others when the machine is short of time. */
  readonly niceness?: number;
  readonly nodeFlags?: readonly string[];
  /** Takes each line that the child prints (its log goes to stderr); not kept. */
  readonly output: (line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ChildHandlers<Out, In> {
  /** A new process is there and takes messages; nothing that an earlier one knew is known to it. */
  started(send: (message: Out) => boolean): void;
  /** Returns true when this message says that the child is ready to work. */
  message(message: In): boolean;
  /** It is gone; another follows after the back-off unless `stop` was called. */
  down(reason: string): void;
}

/** A child process that is kept alive. */
export interface Supervised<Out> {
  /** False while there is no child, or its queue is full. */
  send(message: Out): boolean;
  readonly pid: number | undefined;
  /** What the running child said last of itself. */
  readonly vitals: Omit<Heartbeat, "type"> | undefined;
  readonly restarts: number;
  /** Sends `farewell`, waits up to `graceMs` for its end, then kills it. */
  stop(farewell: Out, graceMs: number): Promise<void>;
}

const firstBackOffMs = 200;
const longestBackOffMs = 30_000;
/** Time between two looks at the heartbeat, ms. */
const watchMs = 500;
/** A child that ran this long has earned a quick restart again. */
const soundMs = 30_000;

/** It may have ended already, or the system may not allow it: then it just runs like the others. */
function yieldTo(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

/** Starts a child and replaces it, by SIGKILL where it must, whenever it dies, hangs or grows over its limit. */
export function supervise<Out, In extends { readonly type: string }>(
  spec: ChildSpec,
  handlers: ChildHandlers<Out, In>,
  clock: Clock,
  log: Log,
): Supervised<Out> {
  let child: ChildProcess | undefined;
  let send: ((message: Out) => boolean) | undefined;
  let vitals: Omit<Heartbeat, "type"> | undefined;
  let backOffMs = firstBackOffMs;
  let restarts = 0;
  let stopping = false;
  let cancelRestart: (() => void) | undefined;

  const again = (reason: string): void => {
    if (stopping) return;
    log.warn("child process ended and is replaced; if this repeats, read its last lines above", {
      child: spec.name,
      reason,
      againInMs: backOffMs,
    });
    restarts += 1;
    cancelRestart = clock.after(backOffMs, () => {
      try {
        start();
      } catch (error) {
        again(`could not be started: ${errorText(error)}`); // e.g. no memory for a fork
      }
    });
    backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
  };
  const start = (): void => {
    const startedAt = clock.monotonic();
    let quietUntil = startedAt + spec.startMs;
    let reason: string | undefined;
    let over = false;
    const process_ = fork(spec.module, {
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: ["--disable-warning=ExperimentalWarning", `--title=tallyline ${spec.name}`, ...(spec.nodeFlags ?? [])],
      env: { ...process.env, ...spec.env },
    });
    child = process_;
    if (process_.pid !== undefined && spec.niceness !== undefined) yieldTo(process_.pid, spec.niceness);
    for (const stream of [process_.stdout, process_.stderr])
      if (stream) createInterface({ input: stream }).on("line", spec.output);
    const kill = (why: string): void => {
      reason ??= why;
      process_.kill("SIGKILL");
    };
    let watchedAt = clock.monotonic();
    const watchdog = (): void => {
      if (over) return;
      const now = clock.monotonic();
      // We were late ourselves (stopped, or the machine slept): its heartbeats wait unread in the pipe.
      if (now - watchedAt > 2 * watchMs) quietUntil = Math.max(quietUntil, now + spec.silenceMs);
      watchedAt = now;
      if (now > quietUntil) kill("gave no sign of life");
      else clock.after(watchMs, watchdog);
    };
    const end = (why: string): void => {
      if (over) return;
      over = true;
      child = send = vitals = undefined;
      handlers.down(reason ?? why);
      if (clock.monotonic() - startedAt > soundMs) backOffMs = firstBackOffMs;
      again(reason ?? why);
    };
    process_.on("exit", (code, signal) => end(signal ? `killed by ${signal}` : `exited with code ${code}`));
    process_.on("error", (error) => end(`could not run: ${error.message}`));

    const channel = ipcChannel<Out, In | Heartbeat>(process_);
    send = channel.send;
    let ready = false;
    channel.onMessage((message) => {
      if (over) return;
      if (message.type === "heartbeat") {
        vitals = message as Heartbeat;
        if (ready) quietUntil = clock.monotonic() + spec.silenceMs;
        if (vitals.rssMb > spec.memoryLimitMb) kill(`used ${vitals.rssMb} MB, more than its ${spec.memoryLimitMb} MB`);
      } else if (handlers.message(message as In)) {
        ready = true;
        quietUntil = clock.monotonic() + spec.silenceMs;
      }
    });
    watchdog();
    handlers.started(channel.send);
  };
  start();

  return {
    send: (message) => send?.(message) ?? false,
    get pid() {
      return child?.pid;
    },
    get vitals() {
      return vitals;
    },
    get restarts() {
      return restarts;
    },
    async stop(farewell, graceMs) {
      stopping = true;
      cancelRestart?.();
      const leaving = child;
      if (!leaving || leaving.exitCode !== null || leaving.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => leaving.once("exit", () => resolve()));
      send?.(farewell);
      const cancel = clock.after(graceMs, () => {
        log.warn("child process did not stop in time and was killed", { child: spec.name, graceMs });
        leaving.kill("SIGKILL");
      });
      await gone;
      cancel();
    },
  };
}
