import type { PictureReport } from "../domain/evidence.ts";
import type { CameraHealth, Judgement } from "../domain/judgement.ts";
import type { LoadedRecipe } from "../domain/recipe.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Supervised } from "../platform/supervise.ts";
import type { FromVision, ToVision, VisionSetup } from "../vision/messages.ts";
import { startGuest } from "./guest.ts";

export interface VisionHandlers {
  ready(loaded: LoadedRecipe, simulated: boolean): void;
  down(reason: string): void;
  refused(reason: string): void;
  judgement(judgement: Judgement): void;
  cameras(health: readonly CameraHealth[]): void;
  evidence(report: PictureReport): void;
}

export interface VisionChild {
  readonly child: Supervised<ToVision>;
  /** False when it cannot be asked: the unit has to go on without it. */
  look(trigger: Trigger): boolean;
  /** Whether it keeps evidence pictures from here on. */
  keepEvidence(isEnabled: boolean): void;
}

/** The vision process of one station, kept alive. */
export function startVision(
  setup: VisionSetup,
  memoryLimitMb: number,
  handlers: VisionHandlers,
  env: Readonly<Record<string, string>>,
  clock: Clock,
  log: Log,
  output: (line: string) => void,
): VisionChild {
  const child = startGuest<ToVision, FromVision>(
    {
      spec: {
        name: `vision:${setup.station}`,
        module: new URL("../vision/process.ts", import.meta.url),
        memoryLimitMb,
        silenceMs: 3_000,
        startMs: 30_000,
        nodeFlags: ["--max-semi-space-size=4"], // pictures live outside the heap; what is inside is small and short-lived
        env,
        output,
      },
      setup: { type: "setup", setup },
      ready: "ready",
      on: {
        ready: ({ loaded, simulated }) => handlers.ready(loaded, simulated),
        judgement: ({ judgement }) => handlers.judgement(judgement),
        cameras: ({ cameras }) => handlers.cameras(cameras),
        evidence: ({ report }) => handlers.evidence(report),
      },
      refused: handlers.refused,
      down: handlers.down,
    },
    clock,
    log,
  );
  return {
    child,
    look: ({ at, ...trigger }) => child.send({ type: "trigger", trigger, ageMs: clock.monotonic() - at }),
    keepEvidence: (isEnabled) => void child.send({ type: "evidence", isEnabled }),
  };
}
