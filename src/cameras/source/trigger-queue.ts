import { setImmediate } from "node:timers/promises";
import type { Trigger } from "../../domain/trigger.ts";
import type { Clock } from "../../platform/clock.ts";
import { errorText } from "../../platform/errors.ts";
import type { CameraEvents } from "../camera.ts";

/** Triggers that may wait for their picture. A real camera takes one or two; this bridges a pause of our own process. */
const maximumWaiting = 64;

/** One trigger on its way to its picture. */
export interface Exposure {
  readonly triggerId: number;
  /** Monotonic ms at which the trigger reached the camera. */
  readonly exposedAt: number;
  /** The trigger's own; without one, 1 = the first trigger since the camera was opened, overruns counted too. */
  readonly ordinal: number;
}

/** The trigger side of a camera that makes its pictures itself: `trigger` returns at once, pictures follow in order. */
export interface TriggerQueue {
  trigger(trigger: Trigger): void;
  /** Forgets what waits; resolves when nothing runs any more. After the call nothing is reported. */
  close(): Promise<void>;
}

/**
 * Takes one exposure at a time, each in a turn of the event loop of its own. A trigger that finds the queue full is
 * reported as unreadable at once, so its unit is recorded.
 *
 * @param events the queue reports to these on behalf of the camera and falls silent when closed
 * @param expose makes one picture and reports it to the events it is given
 */
export function createTriggerQueue(
  events: CameraEvents,
  clock: Clock,
  expose: (exposure: Exposure, events: CameraEvents) => Promise<void> | void,
): TriggerQueue {
  const waiting: Exposure[] = [];
  let ordinal = 0;
  let closed = false;
  let running: Promise<void> | undefined;
  const whileOpen: CameraEvents = {
    frame: (frame) => closed || events.frame(frame),
    unreadable: (triggerId, reason) => closed || events.unreadable(triggerId, reason),
    state: (state, reason) => closed || events.state(state, reason),
  };
  const run = async (): Promise<void> => {
    await setImmediate();
    for (let next = waiting.shift(); next && !closed; next = waiting.shift()) {
      try {
        await expose(next, whileOpen);
      } catch (error) {
        whileOpen.unreadable(next.triggerId, `the picture could not be made: ${errorText(error)}`);
      }
      await setImmediate();
    }
    running = undefined;
  };
  return {
    trigger({ triggerId, ordinal: given }) {
      ordinal = given ?? ordinal + 1;
      if (closed) return;
      if (waiting.length >= maximumWaiting) {
        const reason = `camera overrun: ${maximumWaiting} triggers already wait for their picture; lower the rate or use smaller pictures`;
        whileOpen.unreadable(triggerId, reason);
        return;
      }
      waiting.push({ triggerId, exposedAt: clock.monotonic(), ordinal });
      running ??= run();
    },
    async close() {
      closed = true;
      waiting.length = 0;
      await running;
    },
  };
}
