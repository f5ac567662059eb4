import type { Judgement } from "../domain/judgement.ts";
import { recipeName } from "../domain/recipe.ts";
import { noShadow, type ShadowState } from "../domain/shadow.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { VisionSetup } from "../vision/messages.ts";
import type { ModelHashes } from "./model-hashes.ts";
import { createShadowComparison, type ShadowComparison } from "./shadow-comparison.ts";
import { startVision, type VisionChild, type VisionChildDeps } from "./vision-child.ts";

/** A recipe in a process of its own that sees what the deciding one sees, and whose word counts for nothing. */
export interface VisionShadow {
  /** Starts it in place of the one before; `undefined` ends it. Resolves with why it cannot look along, for a person. */
  run(setup: VisionSetup | undefined): Promise<string | undefined>;
  look(trigger: Trigger): void;
  /** The deciding recipe's word. */
  decided(judgement: Judgement): void;
  /** Another recipe decides from now on: the comparison starts from nothing. */
  restart(): void;
  readonly state: ShadowState;
  readonly process: VisionChild | undefined;
  stop(): Promise<void>;
}

export function createVisionShadow(name: string, hashes: ModelHashes, deps: VisionChildDeps): VisionShadow {
  let shadow: VisionChild | undefined;
  let comparison: ShadowComparison | undefined;
  let giveUp: ((reason: string) => void) | undefined;
  const leaving = new Set<Promise<void>>();

  let { status } = noShadow;

  const nameOf = ({ inspection: { recipe } }: VisionSetup): string => recipeName(recipe) || "the model";
  const tellOf = (pair: string | undefined, { triggerId, cameraId }: Judgement): void => {
    if (pair) deps.log.debug("shadow recipe differs", { triggerId, cameraId, pair });
  };
  const end = (): void => {
    giveUp?.("given up: another shadow was asked for");
    giveUp = undefined;
    comparison = undefined;
    ({ status } = noShadow);
    if (!shadow) return;
    const stopping = shadow.stop().finally(() => leaving.delete(stopping));
    leaving.add(stopping);
    shadow = undefined;
  };
  const run = async (setup: VisionSetup | undefined): Promise<string | undefined> => {
    end();
    if (!setup) return undefined;
    const recipe = nameOf(setup);
    status = `${recipe} is loading`;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    giveUp = resolve;
    const refuse = (reason: string): void => {
      if (shadow !== own) return;
      giveUp = undefined;
      end();
      status = `${recipe} cannot look along: ${reason}`;
      resolve(reason);
    };
    const own = startVision(
      name,
      setup,
      {
        isStandby: () => true,
        problem: ({ loaded }) => hashes.changed(setup.inspection, loaded),
        ready({ exclusive }) {
          if (shadow !== own) return;
          if (exclusive.length > 0)
            return refuse(
              `camera ${exclusive.join(", ")} can be open in one process only, so nothing can look beside the one that decides; compare recorded pictures instead`,
            );
          if (!giveUp) return; // replaced after a crash: the comparison goes on
          giveUp = undefined;
          comparison = createShadowComparison();
          deps.log.info("shadow recipe looks along", { recipe });
          status = `${recipe} looks along`;
          resolve(undefined);
        },
        refused: refuse,
        down(reason) {
          if (giveUp) refuse(reason); // once it looked along it is replaced
        },
        judgement(judgement, latencyMs) {
          if (shadow === own) tellOf(comparison?.shadowed(judgement, latencyMs), judgement);
        },
        cameras: () => undefined,
        evidence: () => undefined,
      },
      deps,
    );
    shadow = own;
    return promise;
  };
  return {
    run,
    look(trigger) {
      if (comparison) shadow?.look(trigger);
    },
    decided: (judgement) => tellOf(comparison?.decided(judgement), judgement),
    restart() {
      if (shadow && comparison) comparison = createShadowComparison();
    },
    get state() {
      const recipe = shadow ? nameOf(shadow.setup) : "";
      return { recipe, status, ...(comparison && { figures: comparison.figures }) };
    },
    get process() {
      return shadow;
    },
    async stop() {
      end();
      await Promise.all(leaving);
    },
  };
}
