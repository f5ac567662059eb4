import type { AlarmSettings } from "../domain/alarm.ts";
import { type ChallengeRules, noChallenges } from "../domain/challenge.ts";
import { type Answer, type AnswerTo, type Command, refuse } from "../domain/command.ts";
import type { Consumer } from "../domain/consumer.ts";
import type { PictureReport, ShelfChange } from "../domain/evidence.ts";
import type { CameraHealth, Judgement } from "../domain/judgement.ts";
import type { Committed, EntryBodies, EntryDraft, EntryKind, LotBody } from "../domain/ledger-entry.ts";
import { localDateOf } from "../domain/local-date.ts";
import { type LoadedRecipe, type Recipe, type RecipeChoice, recipeText } from "../domain/recipe.ts";
import type { SelfTestAnswer } from "../domain/self-test.ts";
import type { ShiftCalendar } from "../domain/shift-calendar.ts";
import { nextTriggerId, type Trigger } from "../domain/trigger.ts";
import type { NotInspectedReason } from "../domain/verdict.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { StationState } from "../projections/station-state.ts";
import { createAcknowledgementDesk } from "./acknowledgement-desk.ts";
import type { Ahead } from "./ahead.ts";
import { createAlarmDesk } from "./alarm-desk.ts";
import type { Surroundings } from "./alarm-readings.ts";
import { createCameraWatch, troubleAfterMs } from "./camera-watch.ts";
import { createChallengeDesk } from "./challenge-desk.ts";
import { createClosedUnits } from "./closed-units.ts";
import { clusterDrafts, createClusterDesk } from "./cluster-desk.ts";
import type { ContextRules } from "./context-change.ts";
import { createContextDesk } from "./context-desk.ts";
import { createContextTurn } from "./context-turn.ts";
import { createEvidenceDesk } from "./evidence-desk.ts";
import { firstRecipe } from "./first-recipe.ts";
import { createJobDesk } from "./job-desk.ts";
import { createLostTriggers } from "./lost-triggers.ts";
import { createMinuteCloser } from "./minute-closer.ts";
import { type OpenUnit, openUnit } from "./open-unit.ts";
import { createRecipeDesk, isAllowedBy } from "./recipe-desk.ts";
import type { RecipePort } from "./recipe-port.ts";
import { createSelfTestDesk } from "./self-test-desk.ts";
import { createSequencer } from "./sequencer.ts";
import { createShiftWatch } from "./shift-watch.ts";
import { createStationTime, type StationTime } from "./station-time.ts";
import { createStatusKeeper, starting, statusOf } from "./status.ts";

export interface LineOptions {
  readonly station: string;
  readonly cameras: readonly string[];
  /** Trigger to verdict, ms, where the recipe names no other; a unit without its verdicts by then is `notInspected`. */
  readonly deadlineMs: number;
  /** Without a trigger for this long the line is starved, ms. */
  readonly starvedAfterMs: number;
  /** Who may set contexts, and whether they can wait for a lot marker. */
  readonly context: ContextRules;
  /** What contexts may choose from. */
  readonly recipes: RecipeChoice;
  /** IANA name: by its clocks a unit has its date. */
  readonly timeZone: string;
  /** Says which shift it is when the context does not; absent without a shift plan. */
  readonly shifts?: ShiftCalendar;
  /** How long a context may wait for its moment, ms. */
  readonly pendingExpiryMs: number;
  /** Units that may wait for the disk; beyond, triggers are counted and become a `gap`. */
  readonly maximumWaiting: number;
  readonly alarms: AlarmSettings;
  /** An operator may shelve an alarm for at most so long, ms. */
  readonly maximumShelvingMs: number;
  /** Who takes delivery of results. */
  readonly consumers: readonly Consumer[];
  /** Test pieces; none when absent. */
  readonly challenges?: ChallengeRules;
}

export interface LineDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly append: (drafts: readonly EntryDraft[]) => Promise<readonly Committed[]>;
  readonly findEndedLot: (lot: string) => Promise<LotBody | undefined>;
  /** Asks the vision process to look at this trigger: one judgement per camera follows, also when it dies. False when it cannot be reached. */
  readonly look: (trigger: Trigger) => boolean;
  readonly recipes: RecipePort;
  /** Has the models that inspect run their golden samples. Never rejects. */
  readonly selfTest: () => Promise<SelfTestAnswer>;
  readonly onCommitted: (state: StationState, entries: readonly Committed[]) => void;
  /** The ledger cannot be written and never will: the program has to end. */
  readonly onFatal: (error: unknown) => void;
}

/** The vision process as the line sees it. */
export type VisionState =
  | { readonly up: true; readonly loaded: LoadedRecipe; readonly simulated: boolean }
  /** The reason is "" while it starts for the first time. */
  | { readonly up: false; readonly reason: string };

/** How the line stands with its recipes, beyond what the ledger says. */
export interface RecipeStatus {
  /** What is being made ready, for people; "" = nothing. */
  readonly loading: string;
  /** Why units are not inspected; "" = they are. */
  readonly trouble: string;
}

/** The single writer of a station: numbers units, joins the context, closes minutes, keeps time and state. */
export interface Line {
  readonly state: StationState;
  readonly time: StationTime;
  /** Why nothing reaches the disk at present; "" when it does. */
  readonly storageFault: string;
  /** The recipe that inspects; before the start of a vision process the one that it is to begin with. */
  readonly recipe: Recipe;
  readonly recipeStatus: RecipeStatus;
  /** Writes what happened while nobody was running, and goes to `starting`. To be called once, first. */
  start(): void;
  /** One unit passed. `at`: monotonic ms. */
  trigger(at: number): void;
  /** `count` units passed between `from` and `to` (monotonic ms) that it is too late to look at. */
  missed(count: number, from: number, to: number): void;
  /** The trigger source says that the next unit is the first of another lot: a context that waits for it takes effect. */
  lotMarker(): void;
  judge(judgement: Judgement): void;
  vision(state: VisionState): void;
  /** What became of an evidence picture of a unit, or of the pictures as a whole. */
  evidence(what: PictureReport | ShelfChange, committed?: () => void): void;
  /**
   * The recipe in use does not prove itself: the one before it takes over, if there is one that the context allows.
   * The reason, for a person, names it.
   */
  recipeFailed(reason: string): void;
  cameras(health: readonly CameraHealth[]): void;
  /** What was found out about disk and certificate since the last time. */
  surroundings(known: Surroundings): void;
  command<C extends Command>(command: C): Promise<AnswerTo<C>>;
  /** To be called about once a second. */
  tick(): void;
  /** Closes what is open, says `stopped`, and resolves when all of it is on disk. */
  stop(): Promise<void>;
}

/** So many missed triggers get a unit entry each; more become one `gap` entry with their count. */
const missedUnits = 2_000;
/** How long a stop waits for open units, ms: the whole program has 10 s. */
const stopPatienceMs = 3_000;
/** How long it waits for pictures under way, ms. */
const evidencePatienceMs = 1_000;
/** Ticks further apart than this were not slow: the process was stopped or the machine slept. */
const pausedMs = 30_000;

export function createLine(options: LineOptions, deps: LineDeps, initial: StationState): Line {
  const { station, deadlineMs } = options;
  const { clock, log } = deps;
  const time = createStationTime(clock, initial.lastTime);
  const sequencer = createSequencer(initial, deps.append, deps.onCommitted, deps.onFatal, log, clusterDrafts);
  const minutes = createMinuteCloser(sequencer, time.now());
  const shifts = createShiftWatch(options.shifts, sequencer);
  const watch = createCameraWatch(options.starvedAfterMs);
  const ahead: Ahead = { context: initial.context, pending: initial.pending, jobs: initial.jobs };
  const recipes = createRecipeDesk(options.recipes, firstRecipe(options.recipes, initial), {
    port: deps.recipes,
    sequencer,
    now: time.now,
    log,
    settled(recipe, problem) {
      desk.settled(recipe, problem);
      if (problem !== undefined) jobs.refused(recipe, problem);
      evaluate();
    },
    isAllowed: (recipe) => isAllowedBy(options.recipes, ahead.context, recipe),
    activated: () => prepareNext(),
  });
  const limits = { ...options.context, recipes: options.recipes };
  const turn = createContextTurn(limits, ahead, recipes, {
    findEndedLot: deps.findEndedLot,
    shiftTakesOver: shifts.takeOver,
    log,
  });
  const dropped = (): void => recipes.keepOnly([desk.awaited, jobs.awaited].filter((r) => r !== undefined));
  const order = { ahead, turn, recipes, sequencer, now: time.now, log, dropped };
  const desk = createContextDesk({ ...limits, pendingExpiryMs: options.pendingExpiryMs }, order, {
    position: { triggerId: initial.triggerId, triggers: initial.sequence },
    at: clock.monotonic(),
  });
  const jobs = createJobDesk(limits, order);
  const prepareNext = (): void => {
    desk.prepare();
    jobs.prepare();
  };
  const dateOf = localDateOf(options.timeZone);
  const alarms = createAlarmDesk(options, { sequencer, now: time.now, log });
  const dispose = createClusterDesk(sequencer, time.now);
  const selfTest = createSelfTestDesk({ sequencer, now: time.now, test: deps.selfTest, log });
  const challenges = createChallengeDesk(options.challenges ?? noChallenges, { sequencer, clock, now: time.now });
  const acknowledgements = createAcknowledgementDesk(options, { sequencer, clock, now: time.now });

  const write = <K extends EntryKind>(kind: K, body: EntryBodies[K], at = time.now()): void =>
    sequencer.push({ ready: () => true, produce: () => [{ station, kind, time: at, by: "line", body } as EntryDraft] });
  const say = createStatusKeeper(starting, (next, from) => write("state", { ...next, from }), log);

  const open = new Map<number, OpenUnit>();
  const closed = createClosedUnits(options.maximumWaiting);
  const evidence = createEvidenceDesk(station, { sequencer, closed, now: time.now, log });
  const lost = createLostTriggers(
    () => sequencer.length < options.maximumWaiting,
    (gap) => write("gap", gap, gap.to),
    log,
  );
  const cameraStates = new Map<string, string>();
  let triggerId = initial.triggerId;
  let vision: VisionState = { up: false, reason: "" };
  let simulated = false;
  let lastTriggerAt: number | undefined;
  let lastTickAt: number | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let stopping = false;
  let surroundings: Surroundings = {};

  const evaluate = (): void => {
    if (stopping) return;
    const now = clock.monotonic();
    const visionDown = vision.up ? undefined : vision.reason;
    const { starvedAfterMs } = options;
    const cameraTrouble = watch.trouble(now)?.what ?? "";
    const recipeTrouble = recipes.trouble;
    say(statusOf({ now, visionDown, recipeTrouble, cameraTrouble, lastTriggerAt, starvedAfterMs }));
  };

  const close = (unit: OpenUnit, reason: NotInspectedReason, detail?: string): void => {
    if (unit.closed) return;
    const at = clock.monotonic();
    unit.close(reason, { monotonic: at, station: time.now() }, detail);
    open.delete(unit.triggerId);
    closed.add(unit.triggerId, at);
    for (const { cameraId, verdict } of unit.results) watch.saw(cameraId, verdict, at);
    evaluate();
    sequencer.advance();
  };

  const takePlace = (unit: OpenUnit): void =>
    sequencer.push({
      ready: (state) => unit.closed && !challenges.holds(state, unit),
      produce(state) {
        const isTestPiece = challenges.isPiece(state, unit);
        const record = unit.record(state, { clockSynchronized: time.synchronized, simulated, isTestPiece });
        const known = closed.find(unit.triggerId);
        if (known) known.sequence = record.sequence;
        return [
          { station, kind: "unit", time: unit.triggeredAt, by: "line", body: record },
          ...challenges.follows(state, unit, record),
        ];
      },
    });

  /** Opens a unit: its place in the order, its trigger id, and the pending context that waited for it. */
  const begin = (at: number): OpenUnit | undefined => {
    if (stopping) return undefined;
    noticePause();
    const triggeredAt = Math.max(time.at(at), minutes.openFrom);
    minutes.closeUntil(triggeredAt);
    shifts.passUntil(triggeredAt);
    triggerId = nextTriggerId(triggerId);
    lastTriggerAt = at;
    // Before anything can go wrong with this unit: a context that waited for its trigger is due, whoever sees the unit.
    desk.beforeUnit(triggerId, at);
    jobs.beforeUnit();
    if (lost.take(triggeredAt)) {
      challenges.unseen(at);
      return undefined;
    }
    const { wanted } = recipes;
    const unit = openUnit(triggerId, at, triggeredAt, wanted, options.cameras, (wall) => wall - time.offsetMs);
    challenges.passing(unit);
    open.set(triggerId, unit);
    takePlace(unit);
    return unit;
  };

  const wasDown = (from: number, to: number, clean: boolean): void => {
    minutes.skip(from, to);
    write("down", { from, to, clean }, to);
  };
  /** Stopped by a signal, or a machine that slept: seen by whoever runs first afterwards, a tick or a trigger. */
  const noticePause = (): void => {
    const at = clock.monotonic();
    const sinceMs = at - (lastTickAt ?? at);
    if (sinceMs <= pausedMs) return;
    const now = time.now();
    wasDown(now - Math.round(sinceMs), now, false);
    lastTickAt = pausedUntil = at;
    desk.watchedFrom(at);
  };

  /** Pictures take longer than verdicts: those under way are on disk in a moment. */
  const evidenceTold = async (): Promise<void> => {
    const giveUpAt = clock.monotonic() + evidencePatienceMs;
    while (evidence.expected > 0 && clock.monotonic() < giveUpAt)
      await new Promise<void>((done) => clock.after(10, done));
  };

  const carryOut = (command: Command): Promise<Answer> => {
    if (stopping) return Promise.resolve(refuse("wrongState", "the line is stopping; try again after the restart"));
    if ("alarm" in command) return alarms.command(command);
    switch (command.kind) {
      case "acknowledgeResults":
        return acknowledgements.command(command);
      case "setDisposition":
        return dispose(command);
      case "armChallenge":
      case "cancelChallenge":
      case "signOffChallenge":
        return challenges.command(command);
      case "runSelfTest":
        return selfTest(command);
      case "storeJob":
      case "updateJob":
      case "controlJob":
        return jobs.command(command);
      case "startShadow":
      case "stopShadow":
        return Promise.resolve(refuse("notSupported", "nothing of the line changes by it: it is the vision fleet's"));
      default:
        return desk.command(command);
    }
  };

  return {
    get state() {
      return sequencer.state;
    },
    time,
    get storageFault() {
      return sequencer.storageFault;
    },
    get recipe() {
      return recipes.active;
    },
    get recipeStatus() {
      return { loading: recipes.loading ? recipeText(recipes.loading) : "", trouble: recipes.trouble };
    },

    start() {
      if (initial.lastTime > 0) {
        const [to, clean] = [time.now(), initial.status.state === "stopped"];
        wasDown(initial.lastTime, to, clean);
        if (!clean) write("gap", { from: initial.lastTime, to, reason: "restart" }, to);
        const downSeconds = Math.round((to - initial.lastTime) / 1_000);
        log.info("resumed", { sequence: initial.sequence, downSeconds, clean });
      }
      if (initial.evidence.open.length > 0) evidence.loseOpen();
      shifts.start(time.now());
      jobs.start();
      // Whatever the line was when the program ended, it starts anew: not a transition of the table.
      write("state", { ...starting, from: initial.status.state });
      acknowledgements.introduce();
      challenges.start();
    },

    trigger(at) {
      const unit = begin(at);
      if (!unit) return;
      const { trouble } = recipes;
      const patienceMs = recipes.wanted.deadlineMs ?? deadlineMs;
      const { lot, sku } = ahead.context;
      const { synchronized: clockSynchronized } = time;
      const expected = { lot, sku, productionDate: dateOf(unit.triggeredAt), clockSynchronized };
      if (trouble !== "") close(unit, "noModel", trouble);
      else if (!vision.up || !deps.look({ station, triggerId, at, expected })) close(unit, "visionDown");
      else clock.after(Math.max(0, patienceMs - (clock.monotonic() - at)), () => close(unit, "deadline"));
    },

    missed(count, from, to) {
      log.warn("units passed while this program could not run; give it a machine with time to spare", { count });
      noticePause();
      const momentOf = (n: number): number => from + (count > 1 ? ((to - from) * n) / (count - 1) : 0);
      // Units of a time that is recorded as down have no minute to be in; a crowd would bury those that pass now.
      if (from < pausedUntil || count > missedUnits) {
        for (let n = 0; n < count; n++) {
          triggerId = nextTriggerId(triggerId);
          desk.beforeUnit(triggerId, momentOf(n));
        }
        for (const at of [from, to]) challenges.unseen(at);
        const body = { from: time.at(from), to: time.at(to), count, reason: "missed" } as const;
        write("gap", body, Math.max(body.to, minutes.openFrom));
        return;
      }
      for (let n = 0; n < count; n++) {
        const unit = begin(momentOf(n));
        if (unit) close(unit, "overload");
      }
    },

    lotMarker() {
      if (!stopping) desk.lotMarker();
    },

    judge(judgement) {
      if (judgement.imageRef !== undefined) evidence.expect(judgement.imageRef);
      const unit = open.get(judgement.triggerId);
      if (unit?.add(judgement)) {
        if (unit.complete) close(unit, "deadline");
        return;
      }
      const known = closed.find(judgement.triggerId);
      if (unit || !known) return;
      const { cameraId, verdict, triggerId: id } = judgement;
      const lateByMs = Math.round(clock.monotonic() - known.at);
      const at = time.now();
      sequencer.push({
        ready: () => true,
        // Its unit stands before it in the order, so by now it has its sequence.
        produce: () => [
          {
            station,
            kind: "late",
            time: at,
            by: "line",
            body: { sequence: known.sequence, triggerId: id, cameraId, verdict, lateByMs },
          },
        ],
      });
    },

    vision(next) {
      vision = next;
      if (next.up) {
        // Triggers are opened with the first vision process: until then nobody could have seen a unit.
        if (lastTriggerAt === undefined) desk.watchedFrom(clock.monotonic());
        simulated = next.simulated;
        for (const model of next.loaded.models) write("model", { ...model, status: "ready", reason: "" });
        recipes.begin(next.loaded);
        prepareNext();
      } else {
        // What is open is answered for by whom it was asked of: another process may still be judging it.
        cameraStates.clear();
      }
      evaluate();
    },

    evidence(what, committed) {
      if (!stopping) evidence.take(what, committed);
    },

    recipeFailed(reason) {
      if (stopping) return;
      desk.rollback(reason);
      evaluate();
    },

    cameras(health) {
      for (const { cameraId, state, reason } of health) {
        if (state === "starting" || cameraStates.get(cameraId) === state) continue;
        cameraStates.set(cameraId, state);
        watch.connection(cameraId, state === "gone", clock.monotonic());
        const known = sequencer.state.cameras[cameraId];
        if (known?.state !== state || known.reason !== reason) write("camera", { cameraId, state, reason });
        evaluate();
        // When a camera that is gone from now on has been so for long enough to be the line's trouble.
        clock.after(troubleAfterMs, evaluate);
      }
    },

    surroundings(known) {
      surroundings = { ...surroundings, ...known };
    },

    command<C extends Command>(command: C): Promise<AnswerTo<C>> {
      return carryOut(command) as Promise<AnswerTo<C>>; // each desk answers its own kinds
    },

    tick() {
      noticePause();
      lastTickAt = clock.monotonic();
      const step = time.check();
      const now = time.now();
      if (step) {
        if (step.event === "stepped")
          log.warn("wall clock stepped; check that this machine is synchronised by NTP", { offsetMs: step.offsetMs });
        else log.info("clock is synchronised again", { offsetMs: step.offsetMs });
        write("clock", step, now);
      }
      minutes.closeUntil(now);
      shifts.passUntil(now);
      desk.tick(now);
      challenges.tick(now);
      lost.accountIfRoom(now);
      evaluate();
      const at = clock.monotonic();
      alarms.watch(
        {
          state: sequencer.state,
          now,
          trouble: watch.trouble(at),
          visionDown: vision.up ? undefined : vision.reason,
          recipeTrouble: recipes.trouble,
          clockSynchronized: time.synchronized,
          clockOffsetMs: time.offsetMs,
          surroundings,
          challenges: options.challenges ?? noChallenges,
        },
        at,
      );
    },

    async stop() {
      const giveUpAt = clock.monotonic() + Math.min(deadlineMs, stopPatienceMs);
      while (open.size > 0 && clock.monotonic() < giveUpAt) await new Promise<void>((done) => clock.after(10, done));
      for (const unit of [...open.values()]) close(unit, "deadline");
      await evidenceTold();
      stopping = true;
      acknowledgements.flush();
      challenges.stop();
      lost.account(time.now());
      write("state", { state: "stopped", reason: "", from: sequencer.state.status.state });
      await sequencer.drained();
    },
  };
}
