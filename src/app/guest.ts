import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import { type ChildSpec, type Supervised, supervise } from "../platform/supervise.ts";

/** Every guest may say that its setup cannot work; it exits after it. The reason says what to do. */
interface Refused {
  readonly type: "refused";
  readonly reason: string;
}
type Message = { readonly type: string };

/** A program part that runs as a child process: given its setup at each start, then listened to. */
export interface Guest<Out, In extends Message> {
  readonly spec: ChildSpec;
  /** The first message to a new process; while it is not known yet, the process loads its modules meanwhile. */
  setup(): Out | Promise<Out>;
  /** The message that says it is at work. */
  readonly ready: In["type"];
  /** What to do with each message, one row per type. */
  readonly on: { readonly [K in Exclude<In["type"], "refused">]: (message: Extract<In, { type: K }>) => void };
  /** The setup cannot work; the same setup will be refused again. */
  refused(reason: string): void;
  /** It is gone; the reason is its own when it gave one. Another follows. */
  down(reason: string): void;
}

/** Starts a guest and keeps it alive. */
export function startGuest<Out, In extends Message>(guest: Guest<Out, In>, clock: Clock, log: Log): Supervised<Out> {
  let refusal: string | undefined;
  const rows = guest.on as unknown as Readonly<Record<string, (message: In) => void>>;
  return supervise<Out, In | Refused>(
    guest.spec,
    {
      started(send) {
        refusal = undefined;
        void Promise.resolve()
          .then(() => guest.setup()) // in the next turn, when whoever starts it knows it
          .then(send);
      },
      message(message) {
        if (message.type === "refused") {
          refusal = (message as Refused).reason;
          guest.refused(refusal);
          return false;
        }
        rows[message.type]?.(message as In);
        return message.type === guest.ready;
      },
      down: (reason) => guest.down(refusal ?? reason),
    },
    clock,
    log,
  );
}
