import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Clock } from "../../platform/clock.ts";
import { createFrameAssembler } from "./frame-assembler.ts";
import { whyItEnded } from "./why-it-ended.ts";

export interface StreamSource {
  readonly url: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colour: "rgb" | "grey";
  readonly transport: "tcp" | "udp";
  readonly inputArguments: readonly string[];
}

export interface FfmpegHandlers {
  /** @param stampMs the stream's own time stamp, ms from anywhere; absent when it has none */
  picture(data: Uint8Array<ArrayBuffer>, stampMs: number | undefined): void;
  /** Once, when the process and its pipes are gone; the reason is for a person. */
  ended(reason: string): void;
}

/** Of what it writes to stderr the last so many characters are kept. */
const keptWords = 2_000;
/** Pictures or time stamps that may wait for their other half; ffmpeg writes the stamp first, so more means it is broken. */
const maximumUnmatched = 64;
/** It says goodbye to the camera, which may allow few sessions; then it is killed, ms. */
const farewellMs = 1_000;

/** Bytes of one picture. */
const bytesOf = ({ widthPx, heightPx, colour }: StreamSource): number =>
  widthPx * heightPx * (colour === "grey" ? 1 : 3);

/**
 * Raw pictures to stdout, one block of text per picture with its time stamp to descriptor 3. The crop changes nothing: it
 * fails for any size but the expected one, also when the size changes later (ffmpeg would scale in silence), and
 * names the size that it met with a minus.
 */
export function ffmpegArguments(source: StreamSource): string[] {
  const { url, widthPx, heightPx, colour, transport, inputArguments } = source;
  const expected = `eq(iw\\,${widthPx})*eq(ih\\,${heightPx})`;
  const filters = [
    `crop=w='if(${expected}\\,iw\\,-iw)':h='if(${expected}\\,ih\\,-ih)'`,
    "metadata=mode=add:key=picture:value=1",
    "metadata=mode=print:file='pipe\\:3':direct=1",
  ];
  return [
    ..."-nostdin -hide_banner -nostats -loglevel error -fflags nobuffer -flags low_delay".split(" "),
    ...(/^rtsps?:/i.test(url) ? ["-rtsp_transport", transport] : []),
    ...inputArguments,
    ...["-i", url, "-map", "0:v:0", "-vf", filters.join(",")],
    ...["-pix_fmt", colour === "grey" ? "gray" : "rgb24", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"],
  ];
}

/** One run of ffmpeg. */
export interface FfmpegRun {
  readonly pid: number | undefined;
  /** Ends it; `ended` follows. */
  stop(): void;
}

/**
 * Starts ffmpeg on the source. On Linux the system ends it with our process, also when that is killed: a stalled stream
 * would never notice.
 *
 * @param program the name or path of ffmpeg
 */
export function runFfmpeg(source: StreamSource, handlers: FfmpegHandlers, clock: Clock, program: string): FfmpegRun {
  const own = [program, ...ffmpegArguments(source)];
  const [command, ...rest] = process.platform === "linux" ? ["setpriv", "--pdeathsig", "KILL", "--", ...own] : own;
  const child = spawn(command!, rest, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const [, pictures, words, stamps] = child.stdio as unknown as readonly [null, Readable, Readable, Readable];

  let said = "";
  let over = false;
  let cancelKill: () => void = () => undefined;
  const waitingPictures: Uint8Array<ArrayBuffer>[] = [];
  const waitingStamps: (number | undefined)[] = [];
  const stop = (): void => {
    if (over) return;
    for (const stream of [pictures, stamps]) stream.destroy();
    child.kill("SIGTERM");
    cancelKill();
    cancelKill = clock.after(farewellMs, () => child.kill("SIGKILL"));
  };
  const match = (): void => {
    while (waitingPictures.length > 0 && waitingStamps.length > 0)
      handlers.picture(waitingPictures.shift()!, waitingStamps.shift());
    if (Math.max(waitingPictures.length, waitingStamps.length) <= maximumUnmatched) return;
    said += "\npictures and their time stamps do not match";
    stop();
  };
  const end = (exit: string): void => {
    if (over) return;
    over = true;
    cancelKill();
    handlers.ended(whyItEnded(source, said, exit));
  };

  const take = createFrameAssembler(bytesOf(source), (data) => {
    waitingPictures.push(data);
    match();
  });
  pictures.on("data", take);
  createInterface({ input: stamps }).on("line", (line) => {
    const time = /^frame:.* pts_time:(\S+)/.exec(line)?.[1];
    if (time === undefined) return;
    waitingStamps.push(Number.isFinite(Number(time)) ? 1_000 * Number(time) : undefined);
    match();
  });
  words.on("data", (text) => {
    said = (said + String(text)).slice(-keptWords);
  });
  // A pipe that breaks is the end of the process, which is told below.
  for (const stream of [pictures, words, stamps]) stream.on("error", () => undefined);
  child.on("error", (error) => {
    said += `\n${error.message}`;
    if (child.pid === undefined) end("no start");
  });
  child.on("close", (code, signal) => end(signal === null ? `code ${code}` : `signal ${signal}`));
  return { pid: child.pid, stop };
}
