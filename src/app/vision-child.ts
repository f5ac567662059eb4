import type { PictureReport } from "../domain/evidence.ts";
import type { CameraHealth, Judgement } from "../domain/judgement.ts";
import type { SelfTestAnswer } from "../domain/self-test.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Supervised } from "../platform/supervise.ts";
import type { FromVision, Readiness, ToVision, VisionSetup } from "../vision/messages.ts";
import { startGuest } from "./guest.ts";
import { createOpenLooks } from "./open-looks.ts";
import { createOpenPictures } from "./open-pictures.ts";
import { count, emptyTally, type Tally } from "./tally.ts";

export interface VisionHandlers {
  /** Whether a process that starts now should leave alone the cameras that only one can have. */
  isStandby(): boolean;
  /** Why it must not inspect with what it has loaded, for a person: it is treated as if it had refused its setup. */
  problem(readiness: Readiness): string | undefined;
  ready(readiness: Readiness): void;
  down(reason: string): void;
  refused(reason: string): void;
  /** Only for triggers that this process was asked to look at, one per trigger and camera, also when it dies. */
  judgement(judgement: Judgement, latencyMs: number): void;
  cameras(health: readonly CameraHealth[]): void;
  /** One per picture that a judgement named, also when it dies, and those of pictures that had no room. */
  evidence(report: PictureReport): void;
}

/** A vision process that runs one recipe for good, kept alive. */
export interface VisionChild {
  readonly setup: VisionSetup;
  readonly child: Supervised<ToVision>;
  /** What it said when it became able to inspect; undefined while it cannot. */
  readonly readiness: Readiness | undefined;
  /** What it said of its cameras last. */
  readonly cameras: readonly CameraHealth[];
  /** True while it has all its cameras open, or any process could. */
  readonly hasCameras: boolean;
  /** What it has judged since it was made. */
  readonly tally: Readonly<Tally>;
  /** False when it cannot be asked: the unit has to go on without it. */
  look(trigger: Trigger): boolean;
  /** Whether it keeps evidence pictures from here on. */
  keepEvidence(isEnabled: boolean): void;
  /** Opens every camera; resolves when they are, or it is gone. */
  open(): Promise<void>;
  /** Finishes what runs, closes the cameras that only one process can have; resolves then, or when it is gone. */
  release(): Promise<void>;
  /** Runs the golden samples of its models between pictures. */
  selfTest(): Promise<SelfTestAnswer>;
  /** Finishes what runs and ends; it is not replaced. */
  stop(): Promise<void>;
}

export interface VisionChildDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly memoryLimitMb: number;
  readonly env: Readonly<Record<string, string>>;
  readonly output: (line: string) => void;
  /** What runs in the process, in place of the packaged one. */
  readonly module?: URL;
}

/** How long it may take to open or close cameras, beyond the deadline, by which every open trigger ends, ms. */
const patienceMs = 2_000;
/** How long an end in good order may take, ms: the whole program has 10 s. */
const graceMs = 2_500;

/** @param name for logs and the list of processes, e.g. `vision:LINE-01` */
export function startVision(
  name: string,
  setup: VisionSetup,
  handlers: VisionHandlers,
  { clock, log, memoryLimitMb, env, output, module }: VisionChildDeps,
): VisionChild {
  const { station, deadlineMs } = setup;
  const { id, version, hash } = setup.inspection.recipe;
  const looks = createOpenLooks(
    setup.cameras.map((camera) => camera.id),
    deadlineMs,
  );
  const pictures = createOpenPictures();
  const tally = emptyTally();
  let readiness: Readiness | undefined;
  let cameras: readonly CameraHealth[] = [];
  let isHolding = false;
  /** Why what it loaded is of no use; the process is on its way out. */
  let refusal: string | undefined;
  /** Who waits for `opened` or `released`. */
  let waiting: { readonly type: "opened" | "released"; done(): void }[] = [];

  /** Who waits for a self test: one runs at a time, so its result is everybody's. */
  let testers: ((answer: SelfTestAnswer) => void)[] = [];
  const tested = (answer: SelfTestAnswer): void => {
    const told = testers;
    testers = [];
    for (const tell of told) tell(answer);
  };
  const answered = (type: "opened" | "released"): void => {
    const done = waiting.filter((w) => w.type === type);
    waiting = waiting.filter((w) => w.type !== type);
    for (const w of done) w.done();
  };
  const ask = (type: "open" | "release"): Promise<void> =>
    new Promise((resolve) => {
      if (!readiness || !child.send({ type })) return resolve();
      if (type === "release") isHolding = readiness.exclusive.length === 0; // from here on it is not to be counted on
      const cancel = clock.after(deadlineMs + patienceMs, resolve);
      waiting.push({
        type: type === "open" ? "opened" : "released",
        done() {
          cancel();
          resolve();
        },
      });
    });

  const child = startGuest<ToVision, FromVision>(
    {
      spec: {
        name,
        module: module ?? new URL("../vision/process.ts", import.meta.url),
        memoryLimitMb,
        silenceMs: 3_000,
        startMs: 30_000,
        nodeFlags: ["--max-semi-space-size=4"], // pictures live outside the heap; what is inside is small and short-lived
        env,
        output,
      },
      setup() {
        refusal = undefined;
        const standby = handlers.isStandby();
        isHolding = !standby;
        return { type: "setup", setup, standby };
      },
      ready: "ready",
      on: {
        ready({ loaded, simulated, exclusive }) {
          const said: Readiness = { loaded, simulated, exclusive };
          refusal = handlers.problem(said);
          if (refusal !== undefined) {
            handlers.refused(refusal);
            child.send({ type: "stop" });
            return;
          }
          readiness = said;
          if (exclusive.length === 0) isHolding = true;
          handlers.ready(readiness);
        },
        opened() {
          isHolding = true;
          answered("opened");
        },
        released: () => answered("released"),
        judgement({ judgement }) {
          const at = looks.answered(judgement);
          if (at === undefined) return;
          pictures.named(judgement);
          const latencyMs = clock.monotonic() - at;
          count(tally, judgement, latencyMs, deadlineMs);
          handlers.judgement(judgement, latencyMs);
        },
        cameras({ cameras: health }) {
          cameras = health;
          handlers.cameras(health);
        },
        selfTested: ({ answer }) => tested(answer),
        evidence({ report }) {
          pictures.told(report);
          handlers.evidence(report);
        },
      },
      refused: handlers.refused,
      down(why) {
        const reason = refusal ?? why;
        readiness = undefined;
        isHolding = false;
        answered("opened");
        answered("released");
        tested({ notRun: `the vision process ended: ${reason}` });
        cameras = cameras.map((camera) => ({
          ...camera,
          state: "gone",
          reason: "vision process is down",
          fps: 0,
        }));
        for (const open of looks.giveUp(clock.monotonic()))
          handlers.judgement(
            {
              ...open,
              station,
              unitKind: "production",
              verdict: { kind: "notInspected", reason: "visionDown", detail: reason },
              recipe: { id, version, hash },
            },
            0,
          );
        for (const report of pictures.giveUp()) handlers.evidence(report);
        handlers.down(reason);
      },
    },
    clock,
    log,
  );
  return {
    setup,
    child,
    get readiness() {
      return readiness;
    },
    get cameras() {
      return cameras;
    },
    get hasCameras() {
      return isHolding;
    },
    tally,
    look({ at, ...trigger }) {
      if (!readiness || !child.send({ type: "trigger", trigger, ageMs: clock.monotonic() - at })) return false;
      looks.asked({ at, ...trigger });
      return true;
    },
    keepEvidence: (isEnabled) => void child.send({ type: "evidence", isEnabled }),
    selfTest: () =>
      new Promise((resolve) => {
        if (!readiness || !child.send({ type: "selfTest" })) resolve({ notRun: "no vision process is there to test" });
        else testers.push(resolve);
      }),
    open: () => ask("open"),
    release: () => ask("release"),
    stop: () => child.stop({ type: "stop" }, graceMs),
  };
}
