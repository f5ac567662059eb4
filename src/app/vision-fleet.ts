import type { PictureReport } from "../domain/evidence.ts";
import type { CameraHealth, Judgement } from "../domain/judgement.ts";
import { type Recipe, type RecipeRef, recipeName } from "../domain/recipe.ts";
import type { SelfTestAnswer } from "../domain/self-test.ts";
import type { ShadowState } from "../domain/shadow.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { Loaded, RecipePort } from "../line/recipe-port.ts";
import type { Supervised } from "../platform/supervise.ts";
import type { Readiness, VisionSetup } from "../vision/messages.ts";
import { createCameraHandover } from "./camera-handover.ts";
import { createModelHashes } from "./model-hashes.ts";
import { type Probation, type ProbationRules, probationRules, startProbation } from "./probation.ts";
import { startVision, type VisionChild, type VisionChildDeps } from "./vision-child.ts";
import { createVisionShadow } from "./vision-shadow.ts";

/** What the process that inspects says; the others are not heard. */
export interface FleetHandlers {
  /** It can inspect: at first, after it was replaced, and when another recipe takes over. */
  ready(readiness: Readiness): void;
  down(reason: string): void;
  refused(reason: string): void;
  /** Exactly one per trigger and camera that `look` took, also when a process dies. */
  judgement(judgement: Judgement): void;
  cameras(health: readonly CameraHealth[]): void;
  /** What became of an evidence picture; also from a process that does not inspect any more. */
  evidence(report: PictureReport): void;
  /** The recipe that took over is of no use; the one before it has already taken its place back. */
  unfit(reason: string): void;
}

export interface FleetOptions {
  readonly station: string;
  /** What a process needs to run that recipe; undefined when there is no such one. */
  setup(recipe: RecipeRef): VisionSetup | undefined;
  /** What inspects first. */
  readonly initial: Recipe;
  readonly probation?: ProbationRules;
}

/**
 * The vision processes of one station. Each runs one recipe for good:
 *
 * | who | is there |
 * |---|---|
 * | current | always: gets the triggers; is replaced with the same recipe when it dies |
 * | candidate | from `prepare` to `activate`: has loaded, looks at nothing |
 * | retired | from `activate` with a way back to the end of the probation: warm, so that it can take its place back at once |
 * | shadow | while one is asked for: gets the same triggers, decides nothing |
 */
export interface VisionFleet extends RecipePort {
  /** False when nobody can be asked: the unit has to go on without a verdict. */
  look(trigger: Trigger): boolean;
  /** Lets a recipe look along, in place of the one before; `undefined` ends it. Resolves with why it cannot, for a person. */
  shadow(recipe: RecipeRef | undefined): Promise<string | undefined>;
  /** Has what inspects run the golden samples of its models. */
  selfTest(): Promise<SelfTestAnswer>;
  readonly shadowState: ShadowState;
  /** Whether evidence pictures are kept from here on; at first they are. */
  keepEvidence(isEnabled: boolean): void;
  /** By name: `vision:<station>` is the one that inspects. */
  readonly processes: readonly (readonly [name: string, child: Supervised<never>])[];
  /** Ends all of them, each after what it has open. */
  stop(): Promise<void>;
}

const stoppedText = "the station is being stopped";

/** Waits for its `ready`, or for why there is none. */
interface Preparation {
  readonly process: VisionChild;
  readonly answer: Promise<string | undefined>;
  resolve(reason: string | undefined): void;
}
export function createVisionFleet(options: FleetOptions, handlers: FleetHandlers, deps: VisionChildDeps): VisionFleet {
  const { clock, log } = deps;
  const { station, probation: rules = probationRules } = options;
  const name = `vision:${station}`;
  const hashes = createModelHashes();
  const shadow = createVisionShadow(`${name}/shadow`, hashes, deps);
  /** Recipe's hash → what its steps loaded. */
  const loadedBy = new Map<string, Loaded>();
  const leaving = new Set<Promise<void>>();
  let current: VisionChild;
  let candidate: Preparation | undefined;
  let retired: VisionChild | undefined;
  let probation: Probation | undefined;
  /** The recipe that `prepare` said yes to, while its process is the retired one. */
  let reserved: string | undefined;
  /** It took over before it had loaded, which is no sign of death. */
  let unprepared: VisionChild | undefined;
  let ordinal = 0;
  let isEvidenceKept = true;
  let isStopped = false;

  const recipeOf = (process: VisionChild): Recipe => process.setup.inspection.recipe;
  const runs = (process: VisionChild, { hash }: Pick<RecipeRef, "hash">): boolean => recipeOf(process).hash === hash;
  const called = (process: VisionChild): string => recipeName(recipeOf(process)) || "the model";
  /** What inspects gets the cameras, unless it has them and nobody is on the way to take them. */
  function bringCameras(): void {
    const to = current;
    if (!to.hasCameras || handover.isUnderWay) handover.begin(to, () => to === current);
  }

  function start(setup: VisionSetup): VisionChild {
    const process: VisionChild = startVision(
      name,
      setup,
      {
        isStandby: () => process !== current || process !== handover.holder,
        problem: ({ loaded }) => hashes.changed(setup.inspection, loaded),
        ready(readiness) {
          process.keepEvidence(isEvidenceKept);
          loadedBy.set(recipeOf(process).hash, readiness.loaded);
          if (process === candidate?.process) candidate.resolve(undefined);
          if (process === unprepared) unprepared = undefined;
          if (process !== current) return;
          bringCameras();
          handlers.ready(readiness);
        },
        refused(reason) {
          if (process === candidate?.process) candidate.resolve(reason);
          if (process === current) handlers.refused(reason);
        },
        down(reason) {
          if (process === candidate?.process) candidate.resolve(reason);
          if (process !== current) return;
          if (probation && retired?.readiness) takeBack(`its vision process ended: ${reason}`);
          else handlers.down(reason);
        },
        judgement(judgement) {
          handlers.judgement(judgement);
          if (process !== current) return;
          shadow.decided(judgement);
          probation?.judged();
        },
        cameras(health) {
          if (process === current && !handover.isUnderWay) handlers.cameras(health);
        },
        evidence: handlers.evidence,
      },
      deps,
    );
    return process;
  }
  /** Ends it as soon as no camera is being taken from it. One that is down is not replaced any more. */
  function letGo(process: VisionChild): void {
    const stopping = (process.readiness ? handover.settled().then(process.stop) : process.stop()).finally(() =>
      leaving.delete(stopping),
    );
    leaving.add(stopping);
  }
  /** @param isForNow it will not stay: what cannot be looked at meanwhile is no reason to say that inspection is down */
  function takeOver(next: VisionChild, isForNow = false): void {
    current = next;
    shadow.restart();
    if (!next.readiness) {
      if (!isForNow) handlers.down(`the vision process of ${called(next)} is starting`);
      return;
    }
    bringCameras();
    handlers.ready(next.readiness);
    if (!handover.isUnderWay) handlers.cameras(next.cameras);
  }

  /** Watches what has just taken over. */
  function watchFrom(before: VisionChild): void {
    const own = current;
    endProbation();
    const unfit = (reason: string): void => {
      if (retired?.readiness) takeBack(reason);
    };
    const over = (): void => {
      endProbation();
      if (retired && recipeOf(retired).hash !== reserved) dismiss();
    };
    const mine = startProbation(rules, { own, before }, { unfit, over }, clock);
    probation = mine;
    // Not at once: whoever changes recipes is still at it.
    if (isDead(own))
      clock.after(0, () => {
        if (probation !== mine || own.readiness) return;
        if (retired?.readiness) takeBack("its vision process ended");
        else handlers.down(`the vision process of ${called(own)} ended and is started again`);
      });
  }
  /** It said yes and died since. */
  const isDead = (process: VisionChild): boolean => !process.readiness && process !== unprepared;
  function endProbation(): void {
    probation?.end();
    probation = undefined;
  }
  /** Nobody falls back to it any more. */
  function dismiss(): void {
    if (retired) letGo(retired);
    retired = undefined;
  }
  function takeBack(reason: string): void {
    const failed = current;
    const back = retired!;
    endProbation();
    retired = reserved = undefined;
    log.error("recipe failed after it took over, and the one before it inspects again", {
      recipe: called(failed),
      again: called(back),
      reason,
    });
    takeOver(back);
    letGo(failed);
    handlers.unfit(`${called(failed)} failed after it took over: ${reason}`);
  }

  function giveUpCandidate(): void {
    if (!candidate) return;
    candidate.resolve("given up: it is not wanted any more");
    letGo(candidate.process);
    candidate = undefined;
  }
  function begin(setup: VisionSetup): Preparation {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const own: Preparation = { process: start(setup), answer: promise, resolve };
    void promise.then((reason) => {
      if (reason === undefined || candidate !== own) return;
      candidate = undefined;
      letGo(own.process);
    });
    return own;
  }

  /** The process of a recipe that is to take over. There is a candidate only where no warm one would do. */
  function take(recipe: RecipeRef): VisionChild {
    if (candidate && runs(candidate.process, recipe)) {
      const { process, resolve } = candidate;
      candidate = undefined;
      resolve(undefined);
      return process;
    }
    if (retired && runs(retired, recipe)) {
      const warm = retired;
      retired = undefined;
      return warm;
    }
    // Nothing may be judged by another recipe than the one in force, so what was not made ready is loaded now.
    const setup = options.setup(recipe);
    if (!setup) throw new Error(`recipe ${recipeName(recipe)} was never prepared and has no setup`);
    log.warn("recipe takes over before it is ready; units are not inspected until it is: prepare it first", {
      recipe: recipeName(recipe),
    });
    unprepared = start(setup);
    return unprepared;
  }

  const first = options.setup(options.initial);
  if (!first) throw new Error(`recipe ${recipeName(options.initial)} has no setup`);
  current = start(first);
  const handover = createCameraHandover(current, () => {
    if (current.readiness) handlers.cameras(current.cameras);
  });

  return {
    async prepare(recipe) {
      if (isStopped) return stoppedText;
      reserved = recipe.hash;
      if (retired && !probation && !runs(retired, recipe)) dismiss();
      if (candidate && runs(candidate.process, recipe)) return candidate.answer;
      giveUpCandidate();
      if (runs(current, recipe) || (retired?.readiness && runs(retired, recipe))) return undefined;
      const setup = options.setup(recipe);
      if (!setup) return `${recipeName(recipe)} is none of this station's recipes`;
      candidate = begin(setup);
      return candidate.answer;
    },
    activate(recipe, { fallback }) {
      const old = current;
      const next = runs(current, recipe) ? current : take(recipe);
      reserved = undefined;
      giveUpCandidate(); // what else was made ready is no longer wanted
      if (next === old) return;
      takeOver(next, fallback && isDead(next) && old.readiness !== undefined);
      dismiss();
      if (fallback) {
        retired = old;
        watchFrom(old);
      } else {
        endProbation();
        letGo(old);
      }
      log.info("recipe takes over", { recipe: called(next), previous: called(old) });
    },
    giveUp() {
      reserved = undefined;
      giveUpCandidate();
      if (!probation) dismiss();
    },
    loaded: ({ hash }) => loadedBy.get(hash) ?? { models: [] },
    look(trigger) {
      ordinal += 1;
      const numbered: Trigger = { ...trigger, ordinal };
      shadow.look(numbered);
      if (!handover.isUnderWay) return current.look(numbered);
      const { setup } = current;
      const { id, version, hash } = setup.inspection.recipe;
      queueMicrotask(() => {
        for (const camera of setup.cameras)
          handlers.judgement({
            station,
            triggerId: trigger.triggerId,
            cameraId: camera.id,
            unitKind: "production",
            verdict: { kind: "notInspected", reason: "visionDown", detail: "camera is being handed over" },
            recipe: { id, version, hash },
          });
      });
      return true;
    },
    async shadow(recipe) {
      if (isStopped) return stoppedText;
      const setup = recipe && options.setup(recipe);
      if (recipe && !setup) return `${recipeName(recipe)} is none of this station's recipes`;
      // What decides nothing has no evidence either.
      const { evidenceFolder: _, ...shadowed } = setup ?? {};
      return shadow.run(setup && (shadowed as VisionSetup));
    },
    async selfTest() {
      const tested = current;
      const answer = await tested.selfTest();
      // In the ledger it would stand behind the models that inspect now, and be taken for theirs.
      return tested === current ? answer : { notRun: "another recipe took over during the test; run it again" };
    },
    keepEvidence(isEnabled) {
      isEvidenceKept = isEnabled;
      for (const process of [current, candidate?.process, retired]) process?.keepEvidence(isEnabled);
    },
    get shadowState() {
      return shadow.state;
    },
    get processes() {
      const all: (readonly [string, VisionChild | undefined])[] = [
        [name, current],
        [`${name}/candidate`, candidate?.process],
        [`${name}/retired`, retired],
        [`${name}/shadow`, shadow.process],
      ];
      return all.flatMap(([role, process]) => (process ? [[role, process.child] as const] : []));
    },
    async stop() {
      isStopped = true;
      endProbation();
      giveUpCandidate();
      dismiss();
      letGo(current);
      await Promise.all([...leaving, shadow.stop()]);
    },
  };
}
