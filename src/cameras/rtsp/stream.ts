import type { Clock } from "../../platform/clock.ts";
import type { Camera, CameraEvents } from "../camera.ts";
import { type FfmpegRun, runFfmpeg, type StreamSource } from "./ffmpeg.ts";
import { createStreamClock } from "./stream-clock.ts";

export interface StreamOptions extends StreamSource {
  readonly latencyMs: number;
  readonly stallMs: number;
}

const firstBackOffMs = 500;
const longestBackOffMs = 10_000;
/** A stream that ran this long has earned a quick start again, ms. */
const soundMs = 10_000;
/** To connect and to wait for a key frame takes longer than the next picture, ms. */
const connectMs = 15_000;
/** When we were late ourselves, pictures lie unread in the pipe: they get that long to come through, ms. */
const graceMs = 100;
/** A picture that waited longer comes from a backlog that will not go away, ms. */
const maximumWaitedMs = 2_000;

/** Opens the stream and keeps it open until disposed. */
export function openStream(options: StreamOptions, events: CameraEvents, clock: Clock, program = "ffmpeg"): Camera {
  const { widthPx: width, heightPx: height, latencyMs, stallMs } = options;
  const channels = options.colour === "grey" ? 1 : 3;
  let run: FfmpegRun | undefined;
  let backOffMs = firstBackOffMs;
  let said: string | undefined;
  let closed = false;
  let cancelTimer: () => void = () => undefined;
  let allOver: () => void = () => undefined;

  const say = (state: "ok" | "gone", reason: string): void => {
    if (closed || reason === said) return;
    said = reason;
    events.state(state, reason);
  };

  function start(): void {
    const startedAt = clock.monotonic();
    const momentOf = createStreamClock();
    let lastAt: number | undefined;
    let reason: string | undefined;

    const giveUp = (why: string): void => {
      reason ??= why;
      cancelTimer();
      run?.stop();
    };
    const watch = (isSure: boolean): void => {
      const left =
        lastAt === undefined ? startedAt + connectMs - clock.monotonic() : lastAt + stallMs - clock.monotonic();
      if (left > 0) cancelTimer = clock.after(left, () => watch(false));
      else if (!isSure) cancelTimer = clock.after(graceMs, () => watch(true));
      else
        giveUp(
          lastAt === undefined
            ? `no picture within ${connectMs / 1_000} s; check that the camera's stream is switched on, and its transport`
            : `no picture for ${stallMs / 1_000} s; check the camera and the network, or raise stallMs`,
        );
    };
    run = runFfmpeg(
      options,
      {
        picture(data, stampMs) {
          if (closed || reason !== undefined) return;
          const now = clock.monotonic();
          const isFirst = lastAt === undefined;
          lastAt = now;
          if (isFirst) {
            cancelTimer();
            watch(false);
          }
          const moment = momentOf(now, stampMs);
          if (moment === undefined) return;
          if (now - moment > maximumWaitedMs) {
            giveUp(`pictures arrive ${Math.round(now - moment)} ms late; set the camera to fewer or smaller pictures`);
            return;
          }
          if (now - startedAt > soundMs) backOffMs = firstBackOffMs;
          say("ok", "");
          events.frame({ data, width, height, channels, exposedAt: moment - latencyMs });
        },
        ended(why) {
          cancelTimer();
          run = undefined;
          if (closed) return allOver();
          say("gone", reason ?? why);
          cancelTimer = clock.after(backOffMs, start);
          backOffMs = Math.min(2 * backOffMs, longestBackOffMs);
        },
      },
      clock,
      program,
    );
    watch(false);
  }
  start();

  return {
    // It exposes by itself; its pictures find their triggers by time.
    trigger: () => undefined,
    async [Symbol.asyncDispose]() {
      closed = true;
      cancelTimer();
      if (!run) return;
      const over = new Promise<void>((resolve) => {
        allOver = resolve;
      });
      run.stop();
      await over;
    },
  };
}
