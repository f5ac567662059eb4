import { stderr } from "node:process";
import type { Clock } from "../../platform/clock.ts";
import { AppError } from "../../platform/errors.ts";
import { silentLog } from "../../platform/log.ts";
import { supervise } from "../../platform/supervise.ts";
import type { Camera, CameraEvents } from "../camera.ts";
import { type Arrival, createEarlyPictures } from "./early-pictures.ts";
import { type FromListener, type ListenerSetup, machineMs, type ToListener } from "./messages.ts";

/** The camera's listener cannot work as it is configured. */
export class PushListenerError extends AppError {
  readonly code = "PUSH_LISTENER";
}

/** The program itself with sharp, MB. */
const ownMb = 250;
/** It leaves at once; then it is killed, ms. */
const farewellMs = 1_000;

/** Resident memory of a listener that has all it may hold: bodies under way, and one picture decoded and on its way to us. */
const memoryLimitMb = ({ maximumMb, maximumMegapixels, maximumRequests }: ListenerSetup): number =>
  Math.round(ownMb + 2 * maximumRequests * maximumMb + 3 * (maximumRequests + 3) * maximumMegapixels);

/**
 * Starts the listener, a process of its own, and takes its pictures until disposed.
 *
 * @throws {PushListenerError} when it cannot listen, saying what to do
 */
export async function openPush(setup: ListenerSetup, events: CameraEvents, clock: Clock): Promise<Camera> {
  const { cameraId, latencyMs, silentAfterMs } = setup;
  const early = createEarlyPictures(clock);
  const listening = Promise.withResolvers<void>();
  let isListening = false;
  let isOpen = false;
  let closed = false;
  let said: string | undefined;
  let cancelSilence: (() => void) | undefined;

  const say = (state: "ok" | "gone", reason: string): void => {
    if (closed || reason === said) return;
    said = reason;
    events.state(state, reason);
  };
  const heard = (): void => {
    cancelSilence?.();
    cancelSilence = undefined;
    if (isListening) say("ok", "");
  };
  const silent = (): void => {
    cancelSilence = undefined;
    if (isListening)
      say(
        "gone",
        `triggers, but no picture for ${silentAfterMs / 1_000} s; check the camera, its trigger and where it sends`,
      );
  };
  const refuse = (reason: string): void => {
    if (!isOpen) listening.reject(new PushListenerError(`camera ${cameraId}: ${reason}`));
  };
  const end = (reason: string): void => {
    isListening = false;
    say("gone", reason);
    refuse(reason);
  };
  const arrived = (
    triggerId: number | undefined,
    exposedAt: number,
    hand: () => void,
    answer: Arrival["answer"],
  ): void => {
    heard();
    if (triggerId !== undefined) early.take({ triggerId, exposedAt, hand, answer });
    else {
      hand();
      answer({ status: 200, text: "taken; it belongs to the trigger nearest in time" });
    }
  };

  const rows: { readonly [K in FromListener["type"]]: (message: Extract<FromListener, { type: K }>) => void } = {
    listening() {
      isListening = true;
      isOpen = true;
      say("ok", "");
      listening.resolve();
    },
    refused: ({ reason }) => end(reason),
    picture({ picture, triggerId, arrivedAt, image }) {
      const exposedAt = clock.monotonic() - (machineMs() - arrivedAt) - latencyMs;
      // A copy: what came by IPC can be a view of a memory that other messages share.
      const frame = {
        ...image,
        data: new Uint8Array(image.data),
        exposedAt,
        ...(triggerId !== undefined && { triggerId }),
      };
      arrived(
        triggerId,
        exposedAt,
        () => events.frame(frame),
        (answer) => child.send({ type: "answer", picture, answer }),
      );
    },
    unreadable: ({ triggerId, reason }) =>
      arrived(
        triggerId,
        clock.monotonic(),
        () => events.unreadable(triggerId, reason),
        () => undefined,
      ),
  };
  const child = supervise<ToListener, FromListener>(
    {
      name: `camera:${cameraId}`,
      module: new URL("./process.ts", import.meta.url),
      memoryLimitMb: memoryLimitMb(setup),
      silenceMs: 3_000,
      startMs: 15_000,
      output: (line) => void stderr.write(`${line}\n`),
    },
    {
      started: (send) => void send({ type: "setup", setup }),
      message(message) {
        if (!closed) rows[message.type]?.(message as never);
        return message.type === "listening";
      },
      // After a refusal its reason stands.
      down: (reason) => (isListening || !isOpen) && end(`its listener ended (${reason}) and is started again`),
    },
    clock,
    silentLog,
  );
  const camera: Camera = {
    trigger({ triggerId, at }) {
      if (closed) return;
      cancelSilence ??= clock.after(silentAfterMs, silent);
      // Not from inside: the caller has the same trigger to tell to others.
      setImmediate(() => closed || early.announce(triggerId, at));
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      cancelSilence?.();
      early.close();
      await child.stop({ type: "stop" }, farewellMs);
    },
  };
  try {
    await listening.promise;
  } catch (error) {
    await camera[Symbol.asyncDispose]();
    throw error;
  }
  return camera;
}
