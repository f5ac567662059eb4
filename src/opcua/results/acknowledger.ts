import type { AcknowledgeResults } from "../../domain/command.ts";
import { type SequenceRange, sequenceSet } from "../../domain/sequence-ranges.ts";
import type { CommandPort, OutcomeOf } from "../commands.ts";

type Outcome = OutcomeOf<AcknowledgeResults>;

/** Sends acknowledgements to the core: one command at a time per consumer and caller, with all that came meanwhile. */
export interface Acknowledger {
  /** Resolves when it is on disk, or refused. Never rejects. */
  acknowledge(consumer: string, by: string, ranges: readonly SequenceRange[]): Promise<Outcome>;
}

interface Gathering {
  readonly ranges: SequenceRange[];
  readonly outcome: Promise<Outcome>;
}

export function createAcknowledger(station: string, commands: CommandPort): Acknowledger {
  /** Per consumer and caller: what is on its way, and what gathers behind it. */
  const onTheWay = new Map<string, Promise<unknown>>();
  const gathering = new Map<string, Gathering>();

  const send = (consumer: string, by: string, ranges: readonly SequenceRange[]): Promise<Outcome> =>
    commands.request<AcknowledgeResults>({
      kind: "acknowledgeResults",
      station,
      by,
      source: "opcua",
      consumer,
      ranges: sequenceSet(ranges),
    });

  return {
    acknowledge(consumer, by, ranges) {
      const key = JSON.stringify([consumer, by]);
      const waiting = gathering.get(key);
      if (waiting) {
        waiting.ranges.push(...ranges);
        return waiting.outcome;
      }
      const own = [...ranges];
      const before = onTheWay.get(key);
      const start = (): Promise<Outcome> => {
        gathering.delete(key);
        return send(consumer, by, own);
      };
      const outcome = before ? before.then(start) : start();
      if (before) gathering.set(key, { ranges: own, outcome });
      onTheWay.set(key, outcome);
      void outcome.then(() => {
        if (onTheWay.get(key) === outcome) onTheWay.delete(key);
      });
      return outcome;
    },
  };
}
