import { bareInspection } from "../../src/app/bare-inspection.ts";
import type { ProbationRules } from "../../src/app/probation.ts";
import { createVisionFleet, type VisionFleet } from "../../src/app/vision-fleet.ts";
import type { PictureReport } from "../../src/domain/evidence.ts";
import type { Judgement } from "../../src/domain/judgement.ts";
import type { Recipe } from "../../src/domain/recipe.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log.ts";
import type { VisionSetup } from "../../src/vision/messages.ts";

/** Recipe `UNIT@<version>` of one anomaly step; `over` changes what a recipe decides. */
export function aRecipe(modelFolder: string, version: number, over: Partial<Recipe> = {}) {
  const bare = bareInspection(["CAM-01"], "unit@1", modelFolder);
  const recipe: Recipe = { ...bare.recipe, id: "UNIT", version, hash: `hash-${version}`, ...over };
  return { ...bare, recipe };
}

/** A fleet of real vision processes with test cameras, and what it said. */
export interface FleetRun extends AsyncDisposable {
  readonly fleet: VisionFleet;
  readonly judgements: Judgement[];
  readonly pictures: PictureReport[];
  readonly events: string[];
  /** Sends the next trigger. */
  trigger(): number;
  /** `count` triggers, so many ms apart. */
  run(count: number, everyMs: number): Promise<void>;
  /** `count` triggers, each after the one before it is judged. */
  inspect(count: number): Promise<void>;
  /** @throws after 20 s */
  until(condition: () => boolean): Promise<void>;
  pid(role?: string): number | undefined;
}

export function startFleet(
  inspections: readonly ReturnType<typeof aRecipe>[],
  over: {
    readonly camera?: { readonly type: string; readonly options: unknown };
    readonly probation?: ProbationRules;
    readonly evidenceFolder?: string;
  } = {},
): FleetRun {
  const judgements: Judgement[] = [];
  const pictures: PictureReport[] = [];
  const events: string[] = [];
  let triggerId = 0;
  const setup = (hash: string): VisionSetup | undefined => {
    const inspection = inspections.find((i) => i.recipe.hash === hash);
    return (
      inspection && {
        station: "LINE-01",
        cameras: [{ id: "CAM-01", ...(over.camera ?? { type: "generated", options: {} }) }],
        inspection,
        deadlineMs: inspection.recipe.deadlineMs ?? 10_000, // not what these tests are about, on a machine that has other things to do
        threads: 1,
        ...(over.evidenceFolder !== undefined && { evidenceFolder: over.evidenceFolder }),
        log: { level: "error", format: "json" },
      }
    );
  };
  const fleet = createVisionFleet(
    {
      station: "LINE-01",
      initial: inspections[0]!.recipe,
      setup: ({ hash }) => setup(hash),
      probation: over.probation ?? { units: 200, atLeastMs: 30_000, atMostMs: 60_000 },
    },
    {
      ready: ({ loaded }) => events.push(`ready ${loaded.recipe.version}`),
      down: (reason) => events.push(`down ${reason}`),
      refused: (reason) => events.push(`refused ${reason}`),
      judgement: (judgement) => judgements.push(judgement),
      cameras: () => undefined,
      evidence: (report) => pictures.push(report),
      unfit: (reason) => events.push(`unfit ${reason}`),
    },
    {
      clock: systemClock,
      log: silentLog,
      memoryLimitMb: 1_000,
      env: {},
      output: () => undefined,
      module: new URL("./vision-process.ts", import.meta.url),
    },
  );
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const trigger = (): number => {
    triggerId += 1;
    fleet.look({ station: "LINE-01", triggerId, at: performance.now() });
    return triggerId;
  };
  const until = async (condition: () => boolean): Promise<void> => {
    for (const end = Date.now() + 20_000; !condition(); await sleep(5))
      if (Date.now() > end) throw new Error(`waited too long; events: ${events.join(" | ")}`);
  };
  return {
    fleet,
    judgements,
    pictures,
    events,
    trigger,
    async run(count, everyMs) {
      for (let n = 0; n < count; n++) {
        trigger();
        await sleep(everyMs);
      }
    },
    async inspect(count) {
      for (let n = 0; n < count; n++) {
        const id = trigger();
        await until(() => judgements.some((j) => j.triggerId === id));
      }
    },
    until,
    pid: (role = "") => fleet.processes.find(([name]) => name === `vision:LINE-01${role}`)?.[1].pid,
    [Symbol.asyncDispose]: () => fleet.stop(),
  };
}
