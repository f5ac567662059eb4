import type { Answer, AnswerTo, Command } from "../domain/command.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import type { StationSetup } from "./messages.ts";

/** What became of a command: its answer, or why there is none. */
export type OutcomeOf<C extends Command> =
  | AnswerTo<C>
  | { readonly outcome: "unanswered"; readonly code: "timeout" | "busy"; readonly message: string };

/** Sends commands to the core and matches its answers. */
export interface CommandPort {
  /** Never rejects; resolves within `timeoutMs`. */
  request<C extends Command>(command: C): Promise<OutcomeOf<C>>;
  /** The core's answer to the command with that id; one that comes too late is dropped: the ledger tells what was done. */
  answered(id: number, answer: Answer): void;
}

/** Commands that may wait for an answer at once, of all clients. */
const maximumWaiting = 32;

/** What queue, disk and way take at most beside the unit that a command waits for, ms. */
const marginMs = 5_000;
/**
 * How long an answer may take, ms: a command takes its place behind units that still wait for their verdict, or for the proof
 * that they came alone.
 */
export const commandTimeoutMs = (stations: readonly Pick<StationSetup, "deadlineMs" | "challenges">[]): number =>
  Math.max(0, ...stations.map(({ deadlineMs, challenges }) => deadlineMs + (challenges?.aloneMs ?? 0))) + marginMs;

/** `send` returns false when the core cannot be reached or its queue is full. */
export function createCommandPort(
  send: (id: number, command: Command) => boolean,
  timeoutMs: number,
  clock: Pick<Clock, "after"> = systemClock,
): CommandPort {
  const waiting = new Map<number, (outcome: Answer) => void>();
  let lastId = 0;
  return {
    request<C extends Command>(command: C): Promise<OutcomeOf<C>> {
      const id = ++lastId;
      if (waiting.size >= maximumWaiting || !send(id, command))
        return Promise.resolve({
          outcome: "unanswered",
          code: "busy",
          message: "the inspection core takes no more commands at the moment; try again",
        });
      return new Promise((resolve) => {
        const cancel = clock.after(timeoutMs, () => {
          waiting.delete(id);
          resolve({
            outcome: "unanswered",
            code: "timeout",
            message: `the inspection core did not answer within ${timeoutMs} ms; read Context to see what is in force`,
          });
        });
        waiting.set(id, (outcome) => {
          cancel();
          waiting.delete(id);
          resolve(outcome as AnswerTo<C>); // the core answers what it was asked
        });
      });
    },
    answered(id, answer) {
      waiting.get(id)?.(answer);
    },
  };
}
