import type { AnswerTo, CommandSource, ContextAccepted, ContextCommand, Effective } from "../domain/command.ts";
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
  checkCommand,
  isUnchanged,
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

interface Change {
  readonly fields: ContextFields;
  readonly source: string;
  readonly by: string;
  readonly wasPending: boolean;
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
  let { pending, position } = initial;
  /** When the last unit came, or when watching began: monotonic ms. */
  let lastUnitAt = initial.at;

  const pendingDraft = (event: "set" | "expired" | "cleared", body: PendingContext, by: string): EntryDraft => ({
    station: sequencer.state.station,
    kind: "pending",
    time: now(),
    by,
    body: { event, pending: body },
  });
  const dropPending = (event: "expired" | "cleared", by: string): void => {
    if (!pending) return;
    const dropped = pending;
    pending = undefined;
    log.warn("pending context dropped; set it again if it is still wanted", {
      event,
      lot: dropped.fields.lot,
      moment: momentText(dropped),
    });
    sequencer.push({ ready: () => true, produce: () => [pendingDraft(event, dropped, by)] });
  };

  const unchanged = (state: StationState): ContextAccepted => ({
    outcome: "accepted",
    revision: state.context.revision,
    fromSequence: state.sequence + 1,
    state: "unchanged",
  });

  /** Either what to change, or the answer that ends the matter. */
  const decide = (
    command: ContextCommand,
    state: StationState,
  ): { readonly answer: Answer } | { readonly fields: ContextFields } => {
    const checked = checkCommand(command, { ...state, pending }, options, position);
    if (checked.outcome === "refused") return { answer: checked };
    const { fields } = checked;
    if (command.effective.mode !== "nextUnit" || !isUnchanged(state, fields)) return { fields };
    return { answer: unchanged(state) };
  };

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
        return drafts;
      },
      committed: () => resolve(answer),
    });
  };

  const wait = (command: ContextCommand, moment: PendingMoment, resolve: (answer: Answer) => void): void => {
    const decided = decide(command, sequencer.state);
    if ("answer" in decided) {
      resolve(decided.answer);
      return;
    }
    const { source, by } = command;
    const accepted = { ...moment, fields: decided.fields, expiresAt: now() + options.pendingExpiryMs, source, by };
    pending = accepted;
    const { revision } = sequencer.state.context;
    sequencer.push({
      ready: () => true,
      produce: () => [pendingDraft("set", accepted, by)],
      committed: () => resolve({ outcome: "accepted", revision, fromSequence: 0, state: "pending" }),
    });
  };

  const isDue = (moment: PendingMoment, triggerId: number, gapMs: number): boolean =>
    "triggerId" in moment
      ? moment.triggerId === triggerId
      : "gapSeconds" in moment && gapMs >= moment.gapSeconds * 1_000;
  const applyPending = (due: PendingContext): void => {
    const { fields, source, by } = due;
    pending = undefined;
    takePlace(
      (state) =>
        isUnchanged(state, fields)
          ? { answer: unchanged(state), drafts: [pendingDraft("cleared", due, "line")] }
          : { fields, source, by, wasPending: true },
      (answer) => log.info("pending context took effect", { ...answer }),
    );
  };
  const expire = (time: number): void => {
    if (!pending) return;
    // Promised while the configuration named another owner.
    if (!isOwner(options.owner, pending.source as CommandSource)) dropPending("cleared", "line");
    else if (time > pending.expiresAt) dropPending("expired", "line");
  };

  return {
    command: (command) =>
      new Promise((resolve) => {
        const { source, by, effective } = command;
        if (sequencer.storageFault !== "") {
          const message = `nothing can be recorded at present (${sequencer.storageFault}), so nothing was changed; make room on the disk and try again`;
          resolve({ outcome: "refused", code: "storage", message, problems: [] });
          return;
        }
        if (effective.mode !== "nextUnit") {
          wait(command, momentOf(effective), resolve);
          return;
        }
        takePlace(
          (state) => {
            const decided = decide(command, state);
            return "answer" in decided ? decided : { fields: decided.fields, source, by, wasPending: false };
          },
          (answer) => {
            if (command.kind === "clearContext" && answer.outcome === "accepted") dropPending("cleared", by);
            resolve(answer);
          },
        );
      }),
    beforeUnit(triggerId, at) {
      const gapMs = at - lastUnitAt;
      lastUnitAt = Math.max(lastUnitAt, at);
      position = { triggerId, triggers: position.triggers + 1 };
      expire(now());
      if (pending && isDue(pending, triggerId, gapMs)) applyPending(pending);
    },
    lotMarker() {
      expire(now());
      if (pending && "lotMarker" in pending) applyPending(pending);
      else log.warn("a lot began, but no context waits for it; send SetContext with EffectiveMode 2 before the marker");
    },
    watchedFrom(at) {
      lastUnitAt = Math.max(lastUnitAt, at);
    },
    tick: expire,
  };
}
