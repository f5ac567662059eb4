import type { CameraEvents } from "../cameras/camera.ts";
import type { PictureReport } from "../domain/evidence.ts";
import type { CameraHealth, Judgement } from "../domain/judgement.ts";
import type { SelfTestAnswer } from "../domain/self-test.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { Clock } from "../platform/clock.ts";
import { createHealthKeeper, type HealthKeeper } from "./camera-health.ts";
import { type CameraLane, createCameraLane } from "./camera-lane.ts";
import { type CameraSlot, createCameraSlot } from "./camera-slot.ts";
import { createEvidenceKeeper, noEvidenceKeeper } from "./evidence/evidence-keeper.ts";
import { frameGuard } from "./guard/frame-guard.ts";
import { guardNote } from "./guard/guard-of.ts";
import { type InferencePool, openInferencePool } from "./inference-pool.ts";
import { loadedModels } from "./loaded-models.ts";
import type { Readiness, VisionSetup } from "./messages.ts";
import { type CameraDefinitions, definitionOf } from "./open-cameras.ts";
import { runSelfTest } from "./self-test.ts";

/** What a running station says. */
export interface StationEvents {
  /** Exactly once per trigger and camera. */
  judgement(judgement: Judgement): void;
  /** What became of an evidence picture. False when it could not be told: it comes again. */
  evidence(report: PictureReport): boolean;
  /** Once a second, and at once when a camera's state changes. */
  cameras(cameras: readonly CameraHealth[]): void;
  /** Inference cannot go on; the process should be replaced. `isInside`: a thread may still be inside the runtime. */
  broken(reason: string, isInside: boolean): void;
}

/** The cameras of one station with their lanes, and the inference threads that they share. */
export interface InspectionStation extends Readiness {
  /** What a person should know of its cameras' guards. */
  readonly notes: readonly string[];
  trigger(trigger: Trigger): void;
  /** Whether evidence pictures are kept from here on. */
  keepEvidence(isEnabled: boolean): void;
  /** Runs the golden samples of every model between pictures; one such test at a time. */
  selfTest(): Promise<SelfTestAnswer>;
  /** Opens the cameras that are closed. @throws what a camera throws. */
  open(): Promise<void>;
  /** Finishes every open trigger, then closes the cameras that only one process at a time can have. */
  release(): Promise<void>;
  /** Finishes every open trigger, then closes cameras and threads. */
  stop(): Promise<void>;
}

/** An inference takes some ten ms; one that takes this long never ends. */
const hangMs = 10_000;
const healthEveryMs = 1_000;
/** How long a self test waits for a moment in which no picture does, ms, and how often it looks. */
const idlePatienceMs = 2_000;
const idleLookMs = 2;

interface Place {
  readonly id: string;
  readonly health: HealthKeeper;
  readonly lane: CameraLane;
}

/**
 * Loads the model, opens the cameras and inspects until stopped.
 * @param isStandby leaves closed, until `open`, the cameras that only one process at a time can have
 * @throws AppError when the setup cannot work; nothing is left open.
 */
export async function openStation(
  setup: VisionSetup,
  definitions: CameraDefinitions,
  clock: Clock,
  events: StationEvents,
  isStandby = false,
): Promise<InspectionStation> {
  const { id: recipeId, version, hash } = setup.inspection.recipe;
  const recipe = { id: recipeId, version, hash };
  const chosen = setup.cameras.map((camera) => ({ camera, definition: definitionOf(definitions, camera) }));
  const places: Place[] = [];
  let isBroken = false;
  let threads: InferencePool | undefined;
  const pool = await openInferencePool(
    {
      inspection: setup.inspection,
      cameras: setup.cameras.map(({ id }) => id),
      threads: setup.threads,
      hangMs,
    },
    {
      free: () => nextFrame(),
      broken(reason) {
        if (isBroken) return;
        isBroken = true;
        events.broken(reason, (threads?.free ?? 0) < setup.threads);
      },
    },
  );

  threads = pool;

  let testing: Promise<SelfTestAnswer> | undefined;
  let isStopping = false;
  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, () => resolve()));
  /** A thread is only free while no picture waits: pictures are taken first. */
  const idle = async (): Promise<boolean> => {
    const until = clock.monotonic() + idlePatienceMs;
    while (pool.free === 0 && clock.monotonic() < until && !isStopping) await pause(idleLookMs);
    return pool.free > 0 && !isStopping;
  };

  // Cameras take turns, so that a fast one does not starve the others.
  let turn = 0;
  function nextFrame(): void {
    for (let i = 0; i < places.length && pool.free > 0; i++) {
      turn = (turn + 1) % places.length;
      places[turn]!.lane.next();
    }
  }
  const say = (): void => events.cameras(places.map(({ health, lane }) => health.health(lane.dropped)));
  function place(id: string): Place {
    const health = createHealthKeeper(id, clock, say);
    const { guard: looks, models } = pool.cameras[id]!;
    const guard = frameGuard(looks);
    const [model] = models;
    const lane = createCameraLane(
      { deadlineMs: setup.deadlineMs },
      {
        clock,
        guard: (frame) => guard.run(frame),
        hasFreeThread: () => pool.free > 0,
        async inspect(frame, expected) {
          const { inspected, picture } = await pool.inspect(id, frame, expected);
          return { ...inspected, picture };
        },
        judged(result, seen) {
          const about = {
            ...result,
            station: setup.station,
            cameraId: id,
            ...(model && result.inferenceMs !== undefined && { model }),
            recipe,
          };
          const { judgement, keep } = evidence.consider(about, seen);
          events.judgement(judgement);
          keep(); // the verdict has left
        },
        seen: (result) => health.seen(result),
      },
    );
    return { id, health, lane };
  }

  const isSimulated = chosen.some(({ definition }) => definition.simulated);
  const evidence =
    setup.evidenceFolder === undefined
      ? noEvidenceKeeper
      : createEvidenceKeeper(
          { folder: setup.evidenceFolder, isSimulated },
          setup.inspection.recipe.evidence,
          clock,
          events.evidence,
        );
  const slots: CameraSlot[] = [];
  for (const { camera, definition } of chosen) {
    const own = place(camera.id);
    places.push(own);
    slots.push(createCameraSlot(definition, camera, eventsOf(own), clock));
  }
  const open = async (which: readonly CameraSlot[]): Promise<void> => {
    for (const slot of which) await slot.open();
  };
  const close = async (which: readonly CameraSlot[]): Promise<void> => {
    for (const slot of which) await slot.close();
  };
  /** Every open trigger ends by itself: at its picture, its deadline, or its verdict. */
  const drained = async (): Promise<void> => {
    while (places.some(({ lane }) => lane.open > 0)) await new Promise((resolve) => clock.after(5, () => resolve(0)));
  };
  try {
    await open(slots.filter(({ exclusive }) => !isStandby || !exclusive));
  } catch (error) {
    await close(slots);
    await evidence.close();
    await pool.close();
    throw error;
  }
  const timer = setInterval(say, healthEveryMs);
  say();

  return {
    notes: places.flatMap(({ id }) => guardNote(id, pool.cameras[id]!.guard) ?? []),
    loaded: {
      recipe,
      models: loadedModels(pool.cameras),
      files: Object.assign({}, ...Object.values(pool.cameras).map((camera) => camera.files)),
    },
    simulated: isSimulated,
    exclusive: chosen.flatMap(({ camera, definition }) => (definition.exclusive ? [camera.id] : [])),
    trigger(trigger) {
      for (const { lane } of places) lane.trigger(trigger.triggerId, trigger.at, trigger.expected);
      for (const slot of slots) slot.trigger(trigger);
    },
    selfTest: () => {
      testing ??= runSelfTest({ cameras: pool.cameras, idle, check: pool.check }).finally(() => {
        testing = undefined;
      });
      return testing;
    },
    open: () => open(slots),
    async release() {
      await drained();
      await close(slots.filter(({ exclusive }) => exclusive));
    },
    keepEvidence: evidence.enable,
    async stop() {
      isStopping = true;
      await testing;
      await drained();
      clearInterval(timer);
      await close(slots);
      await evidence.close();
      await pool.close();
    },
  };
}

const eventsOf = ({ health, lane }: Place): CameraEvents => ({
  frame(frame) {
    health.frame();
    lane.frame(frame);
  },
  unreadable: (triggerId, reason) => lane.unreadable(triggerId, reason),
  state(state, reason) {
    health.state(state, reason);
    lane.state(state, reason);
  },
});
