import { type Refused, type RunSelfTest, refuse, refuseForStorage, type SelfTested } from "../domain/command.ts";
import type { SelfTestAnswer } from "../domain/self-test.ts";
import type { Log } from "../platform/log.ts";
import type { Sequencer } from "./sequencer.ts";

/** Has the models tested and writes down what came of it. Resolves when the entry is on disk. */
export type SelfTestDesk = (command: RunSelfTest) => Promise<SelfTested | Refused>;

export function createSelfTestDesk(deps: {
  readonly sequencer: Sequencer;
  readonly now: () => number;
  /** Runs the golden samples of what inspects. Never rejects. */
  readonly test: () => Promise<SelfTestAnswer>;
  readonly log: Log;
}): SelfTestDesk {
  const { sequencer, now, test, log } = deps;
  return async ({ by, trigger }) => {
    if (sequencer.storageFault !== "") return refuseForStorage(sequencer.storageFault);
    const answer = await test();
    if ("notRun" in answer) {
      log.warn("self test could not run; look at the reason and call RunSelfTest", { trigger, reason: answer.notRun });
      return refuse("wrongState", `the self test could not run: ${answer.notRun}`);
    }
    const { passed, details, models, samples } = answer;
    if (passed) log.info("self test passed", { trigger, samples });
    else
      log.error("self test failed: verdicts cannot be trusted; restore or teach the model again", { trigger, details });
    return new Promise((resolve) => {
      sequencer.push({
        ready: () => true,
        produce: ({ station }) => [
          { station, kind: "selfTest", time: now(), by, body: { ...answer, models, trigger } },
        ],
        committed: () => resolve({ outcome: "selfTested", passed, details }),
      });
    });
  };
}
