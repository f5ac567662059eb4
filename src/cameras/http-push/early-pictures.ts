import type { Clock } from "../../platform/clock.ts";
import { beforeItsTrigger } from "../camera.ts";
import type { Answer } from "./messages.ts";

/** Pictures that may wait for their trigger; one more displaces the oldest. */
const maximumHeld = 4;
/** A trigger is announced within milliseconds; what waits longer names a trigger that nobody fired, ms. */
const maximumHeldMs = 1_000;
/** Triggers whose pictures are still told from early ones: seconds on the fastest line. */
const remembered = 64;

/** One picture, or what is wrong with it, on its way to its trigger. */
export interface Arrival {
  readonly triggerId: number;
  /** Monotonic ms. */
  readonly exposedAt: number;
  /** Gives it to the vision process. */
  hand(): void;
  /** Tells its sender what became of it. */
  answer(answer: Answer): void;
}

/** Brings pictures and triggers together whichever comes first. */
export interface EarlyPictures {
  /** The trigger has happened, `at` monotonic ms; what waits for it is handed over. */
  announce(triggerId: number, at: number): void;
  take(arrival: Arrival): void;
  /** Forgets what waits. */
  close(): void;
}

export function createEarlyPictures(clock: Clock): EarlyPictures {
  /** Trigger id → when it was, and whether its picture was handed over; oldest first. */
  const announced = new Map<number, { readonly at: number; hasPicture: boolean }>();
  const held = new Map<Arrival, () => void>();

  const deliver = (arrival: Arrival, trigger: { readonly at: number; hasPicture: boolean }): void => {
    arrival.hand();
    // Whoever takes it goes by the same rule; the trigger still waits for its own.
    const early = beforeItsTrigger(arrival.exposedAt, trigger.at);
    if (early !== undefined) {
      arrival.answer({ status: 409, text: `trigger ${arrival.triggerId}: ${early}` });
      return;
    }
    const isSecond = trigger.hasPicture;
    trigger.hasPicture = true;
    arrival.answer(
      isSecond
        ? { status: 409, text: `trigger ${arrival.triggerId} has its picture already; send one per trigger` }
        : { status: 200, text: `taken for trigger ${arrival.triggerId}` },
    );
  };
  /** It is handed over all the same, to be counted as dropped. */
  const giveUp = (arrival: Arrival, why: string): void => {
    held.get(arrival)?.();
    held.delete(arrival);
    arrival.hand();
    arrival.answer({
      status: 409,
      text: `trigger ${arrival.triggerId} did not come ${why}; send the trigger id that the line counts, or none to pair by time`,
    });
  };
  return {
    announce(triggerId, at) {
      announced.delete(triggerId); // an id that came round again is the youngest
      const trigger = { at, hasPicture: false };
      announced.set(triggerId, trigger);
      if (announced.size > remembered) announced.delete(announced.keys().next().value!);
      for (const [arrival, cancel] of held)
        if (arrival.triggerId === triggerId) {
          cancel();
          held.delete(arrival);
          deliver(arrival, trigger);
        }
    },
    take(arrival) {
      const trigger = announced.get(arrival.triggerId);
      if (trigger) {
        deliver(arrival, trigger);
        return;
      }
      const [oldest] = held.keys();
      if (oldest && held.size >= maximumHeld) giveUp(oldest, `before ${maximumHeld} more pictures`);
      held.set(
        arrival,
        clock.after(maximumHeldMs, () => giveUp(arrival, `within ${maximumHeldMs / 1_000} s`)),
      );
    },
    close() {
      for (const cancel of held.values()) cancel();
      held.clear();
    },
  };
}
