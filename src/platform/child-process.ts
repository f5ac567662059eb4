import type { Channel, Heartbeat } from "./channel.ts";
import { watchLoopDelay } from "./loop-delay.ts";

/** Messages that may wait in the pipe to the other process before `send` refuses more. */
const maximumPending = 256;

/** A process or child handle, as far as a channel needs it. */
interface Pipe {
  readonly connected: boolean;
  send?(message: unknown, handle: undefined, options: undefined, callback: (error: Error | null) => void): boolean;
  on(event: "message", listener: (message: unknown) => void): unknown;
}

/** A bounded channel over Node's IPC pipe, for either end. */
export function ipcChannel<Out, In>(pipe: Pipe): Channel<Out, In> {
  let pending = 0;
  let listener: ((message: In) => void) | undefined;
  const early: In[] = [];
  pipe.on("message", (message) => {
    if (listener) listener(message as In);
    else early.push(message as In);
  });
  return {
    send(message) {
      if (!pipe.connected || pending >= maximumPending) return false;
      pending += 1;
      // The callback also takes the error of a pipe that broke meanwhile: the other end is gone, its supervisor knows.
      pipe.send?.(message, undefined, undefined, () => {
        pending -= 1;
      });
      return true;
    },
    onMessage(next) {
      listener = next;
      for (const message of early.splice(0)) next(message);
    },
  };
}

/**
 * To be called first in a child: its channel to the core, a heartbeat every 500 ms, and the promise that it does not
 * outlive the core (exit on `disconnect`). A child leaves SIGINT to its parent: Ctrl-C goes to the whole terminal group,
 * and the core says when to stop.
 */
export function childChannel<Out, In>(): Channel<Out, In> {
  process.on("disconnect", () => process.exit(0));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const loopDelayP99Ms = watchLoopDelay();
  const channel = ipcChannel<Out | Heartbeat, In>(process as unknown as Pipe);
  setInterval(() => {
    channel.send({
      type: "heartbeat",
      rssMb: Math.round(process.memoryUsage.rss() / 1_048_576),
      loopDelayP99Ms: loopDelayP99Ms(),
    });
  }, 500).unref();
  return channel as Channel<Out, In>;
}
