import { beforeItsTrigger, type Frame, pairingWindowMs } from "../cameras/camera.ts";
import { type Expectation, noExpectation } from "../domain/expectation.ts";
import type { CameraState, Judgement } from "../domain/judgement.ts";
import type { NotInspectedReason, Verdict } from "../domain/verdict.ts";
import type { Clock } from "../platform/clock.ts";
import type { GuardResult } from "./guard/frame-guard.ts";
import { InferenceFault } from "./inference-fault.ts";
import type { Inspection } from "./judge.ts";
import type { Picture, PictureMeasures } from "./picture.ts";
import type { Mark } from "./step.ts";

/** What a camera's lane says about one trigger; the process adds station, camera and model. */
export type LaneResult = Omit<Judgement, "station" | "cameraId" | "model" | "recipe">;

/** The picture that a judgement is about, with what was found in it. */
export interface Seen {
  readonly picture: Picture;
  readonly marks: readonly Mark[];
}

export interface LaneOptions {
  /** Trigger to verdict, ms. */
  readonly deadlineMs: number;
}

export interface LaneDeps {
  readonly clock: Clock;
  /** Whether the frame can be judged at all. */
  guard(frame: Frame): GuardResult;
  /** True when an inference thread is free right now. */
  hasFreeThread(): boolean;
  /** Runs the steps; rejects when one throws. Takes the frame's memory, and gives it back with the answer. */
  inspect(frame: Frame, expected: Expectation): Promise<{ readonly inspection: Inspection } & Seen>;
  /** Called exactly once per trigger; `seen` is there when a picture came, and belongs to whoever is called. */
  judged(result: LaneResult, seen?: Seen): void;
  /** A picture turned out usable or not, for the camera's health. */
  seen(guard: GuardResult): void;
}

/** What a record keeps of a picture as a picture: enough digits to see it drift. */
const shown = ({ brightness, sharpness }: PictureMeasures): Readonly<Record<string, number>> => ({
  brightness: Math.round(brightness * 10) / 10,
  sharpness: Math.round(sharpness * 1_000) / 1_000,
});

/** One camera's way from trigger to judgement. */
export interface CameraLane {
  /** @param at monotonic ms of the moment the unit passed */
  trigger(triggerId: number, at: number, expected?: Expectation): void;
  frame(frame: Frame): void;
  unreadable(triggerId: number | undefined, reason: string): void;
  /** The connection's state, as the camera says it. */
  state(state: CameraState, reason: string): void;
  /** A thread has become free; takes the oldest waiting frame. True when it took one. */
  next(): boolean;
  /** Triggers that have no judgement yet. */
  readonly open: number;
  /** Frames that no queue had room for, or that came too late for their trigger. */
  readonly dropped: number;
}

/** Frames that may wait for a thread, besides those being inspected. */
const maximumWaiting = 2;
/** Frames without a trigger id that may wait for their trigger: its message can be slower than the picture. */
const maximumUnpaired = 2;
/** Share of the deadline in which the frame must come, so that the verdict can still be in time. */
const frameShare = 0.8;

interface OpenTrigger {
  readonly triggerId: number;
  readonly at: number;
  readonly expected: Expectation;
  /** Takes the frame timer back; set while no frame has come. */
  giveUp?: () => void;
  exposedAt?: number;
  /** Why a picture that named it was not taken for it. */
  refused?: string;
  /** How its picture is as a picture. */
  measures?: Readonly<Record<string, number>>;
}
interface Waiting {
  readonly trigger: OpenTrigger;
  readonly frame: Frame;
}

/**
 * Pairs one camera's pictures with triggers and brings each trigger to exactly one judgement:
 * by trigger id where the camera knows it and the picture is not from more than 50 ms before it, else the nearest in time
 * within ±50 ms; never by order or by number alone.
 *
 * | what happens | judgement |
 * |---|---|
 * | camera gone at the trigger, or while waiting | notInspected(cameraGone), at once |
 * | no picture within 80 % of the deadline, or only an earlier unit's under this one's id | notInspected(deadline) |
 * | picture unreadable, or refused by the guard | invalid(reason) |
 * | two frames wait already | notInspected(overload) |
 * | deadline over before a thread was free | notInspected(deadline) |
 * | the runtime throws | notInspected(inferenceFault) |
 * | inspected, however late | the verdict |
 */
export function createCameraLane({ deadlineMs }: LaneOptions, deps: LaneDeps): CameraLane {
  const { clock } = deps;
  const window = Math.min(pairingWindowMs, deadlineMs / 2);
  /** Waiting for a picture, in trigger order. */
  const expecting = new Set<OpenTrigger>();
  const waiting: Waiting[] = [];
  let unpaired: Frame[] = [];
  let inspecting = 0;
  let dropped = 0;
  let gone: string | undefined;

  const close = (
    trigger: OpenTrigger,
    inspection: Pick<LaneResult, "verdict"> & Partial<Inspection>,
    seen?: Seen,
  ): void =>
    deps.judged(
      {
        unitKind: "production",
        ...inspection,
        triggerId: trigger.triggerId,
        ...(trigger.exposedAt === undefined
          ? {}
          : { exposedAt: clock.wall() - (clock.monotonic() - trigger.exposedAt) }),
      },
      seen,
    );
  const closeWith = (trigger: OpenTrigger, verdict: Verdict, picture?: Picture): void =>
    close(trigger, { verdict }, picture && { picture, marks: [] });
  const notInspected = (reason: NotInspectedReason, detail: string): Verdict => ({
    kind: "notInspected",
    reason,
    detail,
  });

  /** The trigger stops waiting for a picture. */
  function settle(trigger: OpenTrigger): void {
    trigger.giveUp?.();
    delete trigger.giveUp;
    expecting.delete(trigger);
  }
  function isNear(frame: Frame, trigger: OpenTrigger): boolean {
    return Math.abs(frame.exposedAt - trigger.at) <= window;
  }
  function triggerOf(frame: Frame): OpenTrigger | undefined {
    if (frame.triggerId !== undefined) return [...expecting].find((t) => t.triggerId === frame.triggerId);
    return [...expecting]
      .filter((t) => isNear(frame, t))
      .sort((a, b) => Math.abs(frame.exposedAt - a.at) - Math.abs(frame.exposedAt - b.at))[0];
  }
  function pair(trigger: OpenTrigger, frame: Frame): void {
    settle(trigger);
    trigger.exposedAt = frame.exposedAt;
    const guard = deps.guard(frame);
    deps.seen(guard);
    if (guard.usable) trigger.measures = shown(guard.measures);
    if (!guard.usable) closeWith(trigger, { kind: "invalid", reason: guard.reason, detail: guard.detail }, frame);
    else if (waiting.length === 0 && deps.hasFreeThread()) inspect(trigger, frame);
    else if (waiting.length < maximumWaiting) waiting.push({ trigger, frame });
    else {
      dropped += 1;
      closeWith(trigger, notInspected("overload", `${waiting.length} frames wait for a free inference thread`), frame);
    }
  }
  function inspect(trigger: OpenTrigger, frame: Frame): void {
    inspecting += 1;
    deps.inspect(frame, trigger.expected).then(
      ({ inspection, ...seen }) => {
        inspecting -= 1;
        close(trigger, { ...inspection, measures: { ...trigger.measures, ...inspection.measures } }, seen);
      },
      (error: unknown) => {
        inspecting -= 1;
        closeWith(
          trigger,
          notInspected("inferenceFault", error instanceof Error ? error.message : String(error)),
          error instanceof InferenceFault ? error.picture : undefined,
        );
      },
    );
  }

  return {
    trigger(triggerId, at, expected = noExpectation) {
      // An id that comes round again while it is open can only mean that the older one got no picture.
      for (const old of expecting)
        if (old.triggerId === triggerId) {
          settle(old);
          closeWith(old, notInspected("deadline", "the same trigger id came again before a picture"));
        }
      const trigger: OpenTrigger = { triggerId, at, expected };
      if (gone !== undefined) {
        closeWith(trigger, notInspected("cameraGone", gone));
        return;
      }
      expecting.add(trigger);
      trigger.giveUp = clock.after(at + frameShare * deadlineMs - clock.monotonic(), () => {
        settle(trigger);
        const detail = `no picture within ${Math.round(frameShare * deadlineMs)} ms`;
        closeWith(
          trigger,
          notInspected("deadline", trigger.refused === undefined ? detail : `${detail}: ${trigger.refused}`),
        );
      });
      const early = unpaired
        .filter((frame) => isNear(frame, trigger))
        .sort((a, b) => Math.abs(a.exposedAt - at) - Math.abs(b.exposedAt - at))[0];
      if (!early) return;
      unpaired = unpaired.filter((frame) => frame !== early);
      pair(trigger, early);
    },
    frame(frame) {
      const trigger = triggerOf(frame);
      // A sender that counts one ahead gives each unit the picture of the one before.
      const early = frame.triggerId !== undefined && trigger && beforeItsTrigger(frame.exposedAt, trigger.at);
      if (trigger && early) {
        trigger.refused = early;
        dropped += 1;
      } else if (trigger) pair(trigger, frame);
      else if (frame.triggerId !== undefined) dropped += 1;
      // A free-running camera sends more pictures than there are units; only the newest can still find a trigger.
      else unpaired = [...unpaired, frame].slice(-maximumUnpaired);
    },
    unreadable(triggerId, reason) {
      deps.seen({ usable: false, reason: "badImage", detail: reason });
      const trigger =
        triggerId === undefined
          ? [...expecting].find((t) => Math.abs(clock.monotonic() - t.at) <= deadlineMs)
          : [...expecting].find((t) => t.triggerId === triggerId);
      if (!trigger) return;
      settle(trigger);
      closeWith(trigger, { kind: "invalid", reason: "badImage", detail: reason });
    },
    state(state, reason) {
      gone = state === "gone" ? reason : undefined;
      if (gone === undefined) return;
      unpaired = [];
      for (const trigger of [...expecting]) {
        settle(trigger);
        closeWith(trigger, notInspected("cameraGone", gone));
      }
    },
    next() {
      for (let head = waiting.shift(); head; head = waiting.shift()) {
        if (clock.monotonic() <= head.trigger.at + deadlineMs) {
          inspect(head.trigger, head.frame);
          return true;
        }
        // Its verdict could reach nobody in time; the thread is better spent on a younger one.
        closeWith(head.trigger, notInspected("deadline", "no inference thread was free in time"));
      }
      return false;
    },
    get open() {
      return expecting.size + waiting.length + inspecting;
    },
    get dropped() {
      return dropped;
    },
  };
}
