import type { Judgement } from "../domain/judgement.ts";
import type { Trigger } from "../domain/trigger.ts";

/** The triggers that one vision process was asked to look at, until each camera has answered. */
export interface OpenLooks {
  asked(trigger: Trigger): void;
  /** Monotonic ms of the trigger; undefined when this was not asked for, or is answered: then the word does not count. */
  answered(judgement: Pick<Judgement, "triggerId" | "cameraId">): number | undefined;
  /** Takes all out that nobody will answer any more: a pair each of trigger and camera that a unit may still wait for. */
  giveUp(now: number): readonly Pick<Judgement, "triggerId" | "cameraId">[];
}

/** An answer that takes this long will never come: the message was lost to a full queue, and its unit closed long ago. */
const forgottenAfterMs = 60_000;

/** @param deadlineMs after it a unit waits for nobody */
export function createOpenLooks(cameras: readonly string[], deadlineMs: number): OpenLooks {
  const open = new Map<number, { readonly at: number; readonly waiting: Set<string> }>();
  return {
    asked({ triggerId, at }) {
      for (const [id, look] of open) {
        if (at - look.at < forgottenAfterMs) break; // the rest is younger
        open.delete(id);
      }
      open.delete(triggerId); // the id came round again: it takes the last place
      open.set(triggerId, { at, waiting: new Set(cameras) });
    },
    answered({ triggerId, cameraId }) {
      const look = open.get(triggerId);
      if (!look?.waiting.delete(cameraId)) return undefined;
      if (look.waiting.size === 0) open.delete(triggerId);
      return look.at;
    },
    giveUp(now) {
      const left = [...open].flatMap(([triggerId, { at, waiting }]) =>
        now - at > deadlineMs ? [] : [...waiting].map((cameraId) => ({ triggerId, cameraId })),
      );
      open.clear();
      return left;
    },
  };
}
