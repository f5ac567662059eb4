import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { openStream } from "../../src/cameras/rtsp/stream.ts";
import { createStreamClock } from "../../src/cameras/rtsp/stream-clock.ts";
import { whyItEnded } from "../../src/cameras/rtsp/why-it-ended.ts";
import rtsp from "../../src/cameras/rtsp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { isInstalled } from "../support/installed.ts";
import { collectEvents } from "./collect-events.ts";
import { temporaryFolder } from "./image-folder.ts";

const withFfmpeg = isInstalled("ffmpeg") ? describe : describe.skip;

/** The test picture of ffmpeg, live: `-re` lets time pass as a camera does. */
const generated = (over: Readonly<Record<string, unknown>> = {}, source = "testsrc=size=64x48:rate=20") =>
  rtsp.options.parse({
    url: source,
    inputArguments: ["-re", "-f", "lavfi"],
    widthPx: 64,
    heightPx: 48,
    ...over,
  }) as Parameters<typeof openStream>[0];

/** Not when it has ended and nobody has asked for its exit code yet. */
function runs(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Opens a stream and collects what it says. */
function opened(options: Parameters<typeof openStream>[0], program?: string) {
  const events = collectEvents();
  const camera = openStream(options, events, systemClock, program);
  return { events, camera };
}

describe("time stamps of a stream", () => {
  test("a picture that waited keeps its own moment", () => {
    // A pause of 300 ms on our side is two units at 400 a minute: stamped at arrival, pictures would go to the wrong ones.
    const momentOf = createStreamClock();
    momentOf(1_000, 0);
    expect(momentOf(1_050, 50)).toBeCloseTo(1_050);
    expect([100, 150, 200].map((stamp) => Math.round(momentOf(1_400, stamp)!))).toEqual([1_100, 1_150, 1_200]);
  });

  test("a burst of old pictures at the beginning has no moments", () => {
    // Many cameras send all since the last key frame first; stamped at arrival they would show units long gone.
    const momentOf = createStreamClock();
    expect([0, 50, 100, 150].map((stamp, n) => momentOf(5_000 + n, stamp))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(momentOf(5_050, 200)).toBeCloseTo(5_050);
    expect(momentOf(5_300, 250)).toBeCloseTo(5_100, 0);
  });

  test("a camera's clock that runs 100 ppm slow is followed, a backlog is not taken for one", () => {
    const momentOf = createStreamClock();
    let moment = 0;
    for (let s = 0; s <= 36_000; s++) moment = momentOf(s * 1_000 * 1.0001, s * 1_000) ?? 0;
    expect(36_000 * 1_000 * 1.0001 - moment).toBeLessThan(1);
    for (let s = 1; s <= 10; s++) moment = momentOf(36_000_000 * 1.0001 + s * 1_100, 36_000_000 + s * 1_000)!;
    expect(36_000_000 * 1.0001 + 11_000 - moment).toBeGreaterThan(900);
  });

  test("stamps that begin anew are learnt anew, pictures without one count from their arrival", () => {
    const momentOf = createStreamClock();
    momentOf(1_000, 90_000);
    momentOf(1_050, 90_050);
    expect(momentOf(1_100, 40)).toBeUndefined();
    expect(momentOf(1_150, 90)).toBe(1_150);
    expect(momentOf(1_200, undefined)).toBe(1_200);
  });
});

describe("why a stream ended", () => {
  const source = { url: "rtsp://user:secret@camera/1", widthPx: 64, heightPx: 48 };
  test.each([
    ["[rtsp @ 0x55] method DESCRIBE failed: 401 Unauthorized", /refuses user or password/],
    ["[tcp @ 0x55] Failed to resolve hostname camera: Name or service not known", /cannot be reached/],
    ["rtsp://user:secret@camera/1: Server returned 404 Not Found", /nothing at this address/],
    ["Unrecognized option 'x'.", /inputArguments/],
    ["something else", /ended with code 1; check url/],
    ["", /ended with code 1/],
  ])("%j tells what to do, and no password", (said, reason) => {
    const why = whyItEnded(source, said, "code 1");
    expect(why).toMatch(reason);
    expect(why).not.toMatch(/secret|0x55/);
  });
});

test("without ffmpeg the camera is gone, says so, and goes on trying", async () => {
  const { events, camera } = opened(generated(), "no-such-ffmpeg");
  await using _camera = camera;
  await events.until(() => events.states.length > 0);
  expect(events.states[0]).toMatchObject({ state: "gone", reason: expect.stringMatching(/not installed.*apt-get/) });
});

withFfmpeg("with ffmpeg", () => {
  test("pictures come whole, in colour or grey, each at its own moment of the stream", async () => {
    const rgb = opened(generated({ latencyMs: 1_000 }));
    const grey = opened(generated({ colour: "grey" }));
    await using _rgb = rgb.camera;
    await using _grey = grey.camera;
    const before = systemClock.monotonic();
    await Promise.all([rgb, grey].map(({ events }) => events.until(() => events.frames.length >= 6)));
    expect(rgb.events.frames[0]).toMatchObject({ width: 64, height: 48, channels: 3 });
    expect(rgb.events.frames[0]!.triggerId).toBeUndefined();
    expect(grey.events.frames[0]).toMatchObject({ width: 64, height: 48, channels: 1 });
    for (const { data, width, height, channels } of [...rgb.events.frames, ...grey.events.frames])
      expect(data).toHaveLength(width * height * channels);
    // The stream's own distances (50 ms), not those of our reading; and latencyMs before the arrival.
    const moments = grey.events.frames.map((f) => f.exposedAt);
    expect(moments[5]! - moments[4]!).toBeGreaterThan(20);
    expect(rgb.events.frames[0]!.exposedAt).toBeLessThan(before);
    expect(rgb.events.states).toEqual([{ state: "ok", reason: "" }]);
  });

  test.each([
    ["another size", generated({ widthPx: 640, heightPx: 480 }), /64 × 48 px, not 640 × 480; correct widthPx/],
    ["no such file", generated({ url: "/nowhere/x.mp4", inputArguments: [] }), /nothing at this address/],
    ["no video", generated({ url: "package.json", inputArguments: [] }), /no video that ffmpeg can read/],
    ["an option it does not know", generated({ inputArguments: ["-no_such_option", "1"] }), /inputArguments/],
  ])("%s: gone, with what to do", async (_name, options, reason) => {
    const { events, camera } = opened(options);
    await using _camera = camera;
    await events.until(() => events.states.length > 0);
    expect(events.states[0]).toMatchObject({ state: "gone", reason: expect.stringMatching(reason) });
    expect(events.frames).toEqual([]);
  });

  test("a stream that changes its size on the way is gone, never scaled", async () => {
    await using folder = await temporaryFolder();
    const parts = ["64x48", "128x96"].map((size) => {
      const out = ["-c:v", "mpeg2video", "-f", "mpegts", "pipe:1"];
      return spawnSync("ffmpeg", ["-loglevel", "error", "-f", "lavfi", "-i", `testsrc=size=${size}:duration=1`, ...out])
        .stdout;
    });
    writeFileSync(join(folder.path, "both.ts"), Buffer.concat(parts));
    const { events, camera } = opened(generated({ url: join(folder.path, "both.ts"), inputArguments: ["-re"] }));
    await using _camera = camera;
    await events.until(() => events.states.length > 1);
    expect(events.states.slice(0, 2)).toMatchObject([
      { state: "ok" },
      { state: "gone", reason: expect.stringMatching(/128 × 96 px, not 64 × 48/) },
    ]);
  });

  test("a stream that ends over HTTP is opened again by itself", async () => {
    const video = spawnSync("ffmpeg", [
      ..."-loglevel error -f lavfi -i testsrc=size=64x48:duration=1 -c:v mjpeg -f matroska pipe:1".split(" "),
    ]).stdout;
    const server: Server = createServer((_request, response) => response.end(video)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { events, camera } = opened(generated({ url, inputArguments: ["-re"] }));
    await events.until(() => events.states.length >= 3);
    expect(events.states.slice(0, 3).map((s) => s.state)).toEqual(["ok", "gone", "ok"]);
    expect(events.states[1]!.reason).toMatch(/^the stream has ended; it is opened again \(http:\/\/127/);
    await camera[Symbol.asyncDispose]();
    server.close();
    server.closeAllConnections();
  });

  test("a stream that stands still is opened again", async () => {
    // Some pictures, then none for long, and the connection stays: only a watch of our own notices.
    const source = "testsrc=size=64x48:rate=20,setpts='PTS+2000*gt(N,9)'";
    const { events, camera } = opened(generated({ stallMs: 200 }, source));
    await using _camera = camera;
    await events.until(() => events.states.length >= 3);
    expect(events.states.slice(0, 3)).toEqual([
      { state: "ok", reason: "" },
      { state: "gone", reason: "no picture for 0.2 s; check the camera and the network, or raise stallMs" },
      { state: "ok", reason: "" },
    ]);
  });

  test("ffmpeg ends with the camera, also when it hangs in a connection", async () => {
    const server = createTcpServer().listen(0, "127.0.0.1");
    const connected = once(server, "connection");
    await once(server, "listening");
    const url = `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { events, camera } = opened(generated({ url, inputArguments: [] }));
    const [socket] = await connected;
    const closed = once(socket.resume(), "close");
    await camera[Symbol.asyncDispose]();
    await closed;
    expect(events.log).toEqual([]);
    server.close();
  });

  // Vision processes are replaced by SIGKILL as a matter of course; each would leave an ffmpeg that holds a camera session.
  (process.platform === "linux" ? test : test.skip)("ffmpeg ends with a process that is killed", async () => {
    const child = fork(new URL("../support/rtsp-child.ts", import.meta.url), { execArgv: [] });
    using _child = { [Symbol.dispose]: () => void child.kill("SIGKILL") };
    const [pid] = (await once(child, "message")) as [number];
    expect(runs(pid)).toBe(true);
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
    while (runs(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});
