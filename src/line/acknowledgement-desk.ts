import { type AcknowledgeResults, type AnswerTo, refuse, refuseForStorage } from "../domain/command.ts";
import type { Consumer } from "../domain/consumer.ts";
import type { EntryDraft } from "../domain/ledger-entry.ts";
import { sequenceSet } from "../domain/sequence-ranges.ts";
import type { Clock } from "../platform/clock.ts";
import { acknowledge, type Deliveries, nothingAcknowledged } from "../projections/consumers.ts";
import type { StationState } from "../projections/station-state.ts";
import type { Sequencer } from "./sequencer.ts";

type Answer = AnswerTo<AcknowledgeResults>;
interface Call {
  readonly command: AcknowledgeResults;
  readonly resolve: (answer: Answer) => void;
}

/** Takes consumers' acknowledgements and writes them down, many calls in one entry. */
export interface AcknowledgementDesk {
  /** Writes where consumers begin that want nothing of what there is already. To be called once, first. */
  introduce(): void;
  /** Resolves when the answer is on disk. */
  command(command: AcknowledgeResults): Promise<Answer>;
  /** Gives everything that waits its place in the order now. */
  flush(): void;
}

/** Entries of acknowledgements are at least so far apart, ms: a client that acknowledges each unit makes no entry for each. */
const apartMs = 50;
/** Ranges that are kept beyond a consumer's cursor; beyond, it has to acknowledge what it left out. */
export const maximumRanges = 1_000;

export function createAcknowledgementDesk(
  { station, consumers }: { readonly station: string; readonly consumers: readonly Consumer[] },
  { sequencer, clock, now }: { readonly sequencer: Sequencer; readonly clock: Clock; readonly now: () => number },
): AcknowledgementDesk {
  let waiting: Call[] = [];
  let isTimed = false;
  let lastAt = Number.NEGATIVE_INFINITY;

  const write = (calls: readonly Call[]): void => {
    let answers: readonly Answer[] = [];
    const at = now();
    sequencer.push({
      ready: () => true,
      produce(state) {
        const commands = calls.map(({ command }) => command);
        const decided = decide(state, commands, at);
        answers = decided.answers;
        return decided.drafts;
      },
      committed() {
        for (const [n, { resolve }] of calls.entries()) resolve(answers[n]!);
      },
    });
  };
  const flush = (): void => {
    if (waiting.length === 0) return;
    const calls = waiting;
    waiting = [];
    lastAt = clock.monotonic();
    write(calls);
  };

  return {
    introduce() {
      const { sequence, deliveries } = sequencer.state;
      for (const { id, from } of consumers) {
        if (from === "oldest" || deliveries[id]) continue;
        // Also before the first unit: what comes from now on is for it, whenever it comes itself.
        const body = { consumer: id, ranges: sequenceSet([[1, sequence]]), cursor: sequence };
        const draft: EntryDraft = { station, kind: "acknowledgement", time: now(), by: "line", body };
        sequencer.push({ ready: () => true, produce: () => [draft] });
      }
    },
    command: (command) =>
      new Promise((resolve) => {
        const refused = refusalOf(command, sequencer, consumers);
        if (refused) {
          resolve(refused);
          return;
        }
        waiting.push({ command, resolve });
        const wait = lastAt + apartMs - clock.monotonic();
        if (wait <= 0) flush();
        else if (!isTimed) {
          isTimed = true;
          clock.after(wait, () => {
            isTimed = false;
            flush();
          });
        }
      }),
    flush,
  };
}

/** What can be told before it takes its place: nothing of it is written then. */
function refusalOf(
  { consumer, ranges }: AcknowledgeResults,
  { state, storageFault }: Sequencer,
  consumers: readonly Consumer[],
): Answer | undefined {
  if (!consumers.some(({ id }) => id === consumer)) {
    const known = consumers.map(({ id }) => id).join(", ") || "none";
    return refuse("invalidArgument", `there is no consumer ${consumer}; configured under opcua.consumers: ${known}`);
  }
  if (storageFault !== "") return refuseForStorage(storageFault);
  if (!ranges.every(([first, last]) => first >= 1 && last <= state.sequence))
    return refuse(
      "invalidArgument",
      `only units 1 to ${state.sequence} of ${state.station} are recorded; acknowledge what was delivered`,
    );
  return undefined;
}

/** Entries and answers for calls in their order, given everything before them. One entry per consumer and caller. */
function decide(
  state: StationState,
  commands: readonly AcknowledgeResults[],
  time: number,
): { readonly drafts: readonly EntryDraft[]; readonly answers: readonly Answer[] } {
  let deliveries: Deliveries = state.deliveries;
  const answers = commands.map(({ consumer, ranges }): Answer => {
    const { delivery } = acknowledge(deliveries[consumer] ?? nothingAcknowledged, ranges);
    if (delivery.beyond.length > maximumRanges)
      return refuse(
        "tooManyGaps",
        `more than ${maximumRanges} stretches beyond unit ${delivery.cursor} would be acknowledged out of order; acknowledge from unit ${delivery.cursor + 1} on`,
      );
    deliveries = { ...deliveries, [consumer]: delivery };
    return { outcome: "acknowledged", cursor: delivery.cursor };
  });
  const accepted = commands.filter((_, n) => answers[n]!.outcome === "acknowledged");
  const drafts: EntryDraft[] = [];
  let planned: Deliveries = state.deliveries;
  for (const calls of Map.groupBy(accepted, ({ consumer, by }) => JSON.stringify([consumer, by])).values()) {
    const { consumer, by } = calls[0]!;
    const all = calls.flatMap(({ ranges }) => ranges);
    const { covered, delivery } = acknowledge(planned[consumer] ?? nothingAcknowledged, all);
    if (covered.length === 0) continue;
    planned = { ...planned, [consumer]: delivery };
    const body = { consumer, ranges: covered, cursor: delivery.cursor };
    drafts.push({ station: state.station, kind: "acknowledgement", time, by, body });
  }
  return { drafts, answers };
}
