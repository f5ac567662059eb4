import type { CameraEvents, Frame } from "../../src/cameras/camera.ts";
import type { CameraState } from "../../src/domain/judgement.ts";

/** A listener that keeps everything a camera says, and lets a test wait for it. */
export interface CollectedEvents extends CameraEvents {
  readonly frames: Frame[];
  readonly unreadables: { readonly triggerId: number | undefined; readonly reason: string }[];
  readonly states: { readonly state: CameraState; readonly reason: string }[];
  /** Everything in order, as `frame 1`, `unreadable 2`, `state gone`. */
  readonly log: string[];
  /** Resolves when the condition holds; it is looked at after each event. */
  until(condition: () => boolean): Promise<void>;
}

export function collectEvents(): CollectedEvents {
  const waiting = new Set<{ readonly condition: () => boolean; readonly resolve: () => void }>();
  const log: string[] = [];
  const say = (text: string): void => {
    log.push(text);
    for (const w of waiting)
      if (w.condition()) {
        waiting.delete(w);
        w.resolve();
      }
  };
  const frames: Frame[] = [];
  const unreadables: { triggerId: number | undefined; reason: string }[] = [];
  const states: { state: CameraState; reason: string }[] = [];
  return {
    frames,
    unreadables,
    states,
    log,
    frame(frame) {
      frames.push(frame);
      say(`frame ${frame.triggerId}`);
    },
    unreadable(triggerId, reason) {
      unreadables.push({ triggerId, reason });
      say(`unreadable ${triggerId}`);
    },
    state(state, reason) {
      states.push({ state, reason });
      say(`state ${state}`);
    },
    until: (condition) =>
      condition() ? Promise.resolve() : new Promise((resolve) => waiting.add({ condition, resolve })),
  };
}
