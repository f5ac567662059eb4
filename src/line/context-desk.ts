import { isDeepStrictEqual } from "node:util";
import {
  type AnswerTo,
  type CommandSource,
  type ContextAccepted,
  type ContextCommand,
  type Effective,
  refuseForStorage,
} from "../domain/command.ts";
import { type ContextFields, isValidContext } from "../domain/context.ts";
import { isOwner } from "../domain/context-owner.ts";
import type { EntryDraft, PendingContext } from "../domain/ledger-entry.ts";
import { momentText, type PendingMoment } from "../domain/pending-moment.ts";
import type { TriggerPosition } from "../domain/trigger.ts";
import type { StationState } from "../projections/station-state.ts";
import {
  type ContextChangeDeps,
  type ContextRules,
  changeContext,
  fieldsDue,
  fieldsWanted,
  intentOf,
  isUnchanged,
  wrongInItself,
  wrongInPlace,
} from "./context-change.ts";
import type { Sequencer } from "./sequencer.ts";

type Answer = AnswerTo<ContextCommand>;

/** Takes commands about the production context and puts them into force at a unit boundary. */
export interface ContextDesk {
  /** Resolves when the answer is on disk. */
  command(command: ContextCommand): Promise<Answer>;
  /** To be called before the unit of this trigger takes its place, also when the unit is lost. `at`: monotonic ms of the trigger. */
  beforeUnit(triggerId: number, at: number): void;
  /** The next unit is the first of another lot. */
  lotMarker(): void;
  /** Nobody watched until then (monotonic ms): a time without units before it is no gap. */
  watchedFrom(at: number): void;
  /** Drops what has waited too long. `now`: station time, UTC ms. */
  tick(now: number): void;
}

/** What a slot does to the context where it takes its place. */
interface Change {
  readonly fields: ContextFields;
  readonly source: string;
  readonly by: string;
  readonly wasPending: boolean;
  /** Entries behind the context's own. */
  readonly drafts?: readonly EntryDraft[];
}

/** A command that waits for its moment, from the call on: its trigger may come before its own place in the order is reached. */
interface Waiting {
  readonly moment: PendingMoment;
  readonly expiresAt: number;
  readonly source: string;
  /** What was promised; absent until it has taken its place, and when it was refused there. */
  promised?: PendingContext;
}

/** What a command that does not take effect at once waits for. */
const momentOf = (effective: Exclude<Effective, { mode: "nextUnit" }>): PendingMoment => {
  switch (effective.mode) {
    case "atTrigger":
      return { triggerId: effective.triggerId };
    case "atLotMarker":
      return { lotMarker: true };
    case "afterGap":
      return { gapSeconds: effective.seconds };
  }
};

export function createContextDesk(
  options: ContextRules & { readonly pendingExpiryMs: number },
  deps: ContextChangeDeps & { readonly sequencer: Sequencer; readonly now: () => number },
  initial: { readonly pending: PendingContext | undefined; readonly position: TriggerPosition; readonly at: number },
): ContextDesk {
  const { sequencer, now, log } = deps;
  let { position } = initial;
  const restored = initial.pending;
  let waiting: readonly Waiting[] = restored
    ? [{ moment: restored, expiresAt: restored.expiresAt, source: restored.source, promised: restored }]
    : [];
  const forget = (gone: Waiting): void => {
    waiting = waiting.filter((w) => w !== gone);
  };
  /** Whether it is what the ledger says to be pending, so not refused, nor dropped before this place. */
  const isPromised = ({ pending }: StationState, { promised }: Waiting): boolean =>
    promised !== undefined && isDeepStrictEqual(pending, promised);
  /** When the last unit came, or when watching began: monotonic ms. */
  let lastUnitAt = initial.at;

  const pendingDraft = (event: "set" | "expired" | "cleared", body: PendingContext, by: string): EntryDraft => ({
    station: sequencer.state.station,
    kind: "pending",
    time: now(),
    by,
    body: { event, pending: body },
  });
  const tellDropped = (event: "expired" | "cleared", dropped: PendingContext): void =>
    log.warn("pending context dropped; set it again if it is still wanted", {
      event,
      lot: dropped.fields.lot,
      moment: momentText(dropped),
    });
  const drop = (event: "expired" | "cleared", dropped: Waiting): void => {
    forget(dropped);
    sequencer.push({
      ready: () => true,
      produce(state) {
        if (!isPromised(state, dropped)) return [];
        tellDropped(event, dropped.promised!);
        return [pendingDraft(event, dropped.promised!, "line")];
      },
    });
  };

  const unchanged = (state: StationState): ContextAccepted => ({
    outcome: "accepted",
    revision: state.context.revision,
    fromSequence: state.sequence + 1,
    state: "unchanged",
  });

  /** `decideAt` runs where the change takes its place, so that two clients cannot both win with one expected revision. */
  const takePlace = (
    decideAt: (state: StationState) => { readonly answer: Answer; readonly drafts?: readonly EntryDraft[] } | Change,
    resolve: (answer: Answer) => void,
  ): void => {
    let answer: Answer;
    const at = now(); // the boundary is here, also when the disk takes it later
    sequencer.push({
      alone: true,
      ready: () => true,
      async produce(state) {
        const decided = decideAt(state);
        if ("answer" in decided) {
          answer = decided.answer;
          return decided.drafts ?? [];
        }
        const { drafts, revision, fromSequence } = await changeContext(state, decided.fields, decided, at, deps);
        answer = { outcome: "accepted", revision, fromSequence, state: "effective" };
        if (!isValidContext(decided.fields)) log.info("units run without a lot from now on", { by: decided.by });
        return [...drafts, ...(decided.drafts ?? [])];
      },
      committed: () => resolve(answer),
    });
  };

  const wait = (command: ContextCommand, moment: PendingMoment, resolve: (answer: Answer) => void): void => {
    const { source, by } = command;
    const calledAt = position;
    const mine: Waiting = { moment, expiresAt: now() + options.pendingExpiryMs, source };
    waiting = [...waiting, mine];
    let answer: Answer;
    sequencer.push({
      ready: () => true,
      produce(state) {
        const { context } = state;
        const wrong = wrongInItself(command, context, options, calledAt) ?? wrongInPlace(command, state);
        if (wrong) {
          answer = wrong;
          return [];
        }
        const intent = intentOf(command, context);
        const fields = fieldsWanted(command, context);
        const { expiresAt } = mine;
        mine.promised = { ...moment, fields, ...(intent && { intent }), expiresAt, source, by };
        answer = { outcome: "accepted", revision: context.revision, fromSequence: 0, state: "pending" };
        return [pendingDraft("set", mine.promised, by)];
      },
      committed() {
        if (answer.outcome === "refused") forget(mine);
        resolve(answer);
      },
    });
  };

  /** What a command that takes effect at once does at its place. */
  const decide = (command: ContextCommand, calledAt: TriggerPosition, state: StationState) => {
    const { context, pending } = state;
    const { source, by } = command;
    const wrong = wrongInItself(command, context, options, calledAt) ?? wrongInPlace(command, state);
    if (wrong) return { answer: wrong };
    const drafts: EntryDraft[] = [];
    const fields = fieldsWanted(command, context);
    const { intent } = pending ?? {};
    const isMoot = intent && "endLot" in intent && intent.endLot !== fields.lot;
    if (pending && (command.kind === "clearContext" || isMoot)) {
      tellDropped("cleared", pending);
      drafts.push(pendingDraft("cleared", pending, by));
    }
    if (!isUnchanged(state, fields)) return { fields, source, by, wasPending: false, drafts };
    // Somebody says again what runs: the one that never came is not missed any more.
    const { missedContext } = state.alarms;
    if (missedContext) drafts.push(pendingDraft("cleared", missedContext, by));
    return { answer: unchanged(state), drafts };
  };

  const isDue = (moment: PendingMoment, triggerId: number, gapMs: number): boolean =>
    "triggerId" in moment
      ? moment.triggerId === triggerId
      : "gapSeconds" in moment && gapMs >= moment.gapSeconds * 1_000;
  const apply = (due: Waiting): void => {
    forget(due);
    takePlace(
      (state) => {
        if (!isPromised(state, due)) return { answer: unchanged(state) };
        const promised = due.promised!;
        const fields = fieldsDue(promised, state.context);
        if (fields && !isUnchanged(state, fields))
          return { fields, source: promised.source, by: promised.by, wasPending: true };
        return { answer: unchanged(state), drafts: [pendingDraft("cleared", promised, "line")] };
      },
      (answer) => {
        if (answer.outcome === "accepted" && answer.state === "effective")
          log.info("pending context took effect", { ...answer });
      },
    );
  };
  const expire = (time: number): void => {
    // Promised while the configuration named another owner.
    for (const w of waiting)
      if (!isOwner(options.owner, w.source as CommandSource)) drop("cleared", w);
      else if (time > w.expiresAt) drop("expired", w);
  };

  return {
    command: (command) =>
      new Promise((resolve) => {
        const { effective } = command;
        if (sequencer.storageFault !== "") {
          resolve(refuseForStorage(sequencer.storageFault));
          return;
        }
        const calledAt = position;
        if (effective.mode === "nextUnit") {
          takePlace(
            (state) => decide(command, calledAt, state),
            (answer) => {
              // What it dropped waits for nothing any more.
              waiting = waiting.filter((w) => !w.promised || isPromised(sequencer.state, w));
              resolve(answer);
            },
          );
          return;
        }
        // What no place in the order can mend is told at once.
        const wrong = wrongInItself(command, sequencer.state.context, options, calledAt);
        if (wrong) resolve(wrong);
        else wait(command, momentOf(effective), resolve);
      }),
    beforeUnit(triggerId, at) {
      const gapMs = at - lastUnitAt;
      lastUnitAt = Math.max(lastUnitAt, at);
      position = { triggerId, triggers: position.triggers + 1 };
      expire(now());
      for (const w of waiting) if (isDue(w.moment, triggerId, gapMs)) apply(w);
    },
    lotMarker() {
      expire(now());
      const due = waiting.filter(({ moment }) => "lotMarker" in moment);
      for (const w of due) apply(w);
      if (due.length === 0)
        log.warn("a lot began, but no context waits for it; send SetContext with EffectiveMode 2 before the marker");
    },
    watchedFrom(at) {
      lastUnitAt = Math.max(lastUnitAt, at);
    },
    tick: expire,
  };
}
