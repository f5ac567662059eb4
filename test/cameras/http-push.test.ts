import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import sharp from "sharp";
import { freePort } from "../../scripts/soak/demo-run.ts";
import { childrenOf, figuresOf, isAlive } from "../../scripts/soak/processes.ts";
import { createEarlyPictures } from "../../src/cameras/http-push/early-pictures.ts";
import { readRequest } from "../../src/cameras/http-push/request.ts";
import httpPush from "../../src/cameras/http-push.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { collectEvents } from "./collect-events.ts";
import { levelImage } from "./image-folder.ts";

const secret = "a secret of sixteen or more";
const setup = { ...httpPush.options.parse({ port: 8090, maximumMb: 1, maximumMegapixels: 0.1 }), cameraId: "CAM-01" };
const post = (url: string, headers: Readonly<Record<string, string>> = {}) => ({ method: "POST", url, headers });

describe("what a request asks for", () => {
  test.each([
    ["a trigger id in the query", post("/CAM-01?trigger=65535"), { triggerId: 65_535 }],
    [
      "a trigger id in a header",
      post("/CAM-01", { "x-trigger-id": "7", "content-length": "12" }),
      { triggerId: 7, length: 12 },
    ],
    ["none: paired by time", post("/CAM-01"), {}],
    ["raw pixels", post("/CAM-01?width=4&height=3&channels=1"), { raw: { width: 4, height: 3, channels: 1 } }],
  ])("%s", (_name, head, expected) => {
    expect(readRequest(head, setup)).toEqual(expected);
  });

  test.each([
    ["another camera's path", post("/CAM-02"), 404, /this is camera CAM-01.*curl/],
    ["another method", { ...post("/CAM-01"), method: "GET" }, 405, /POST.*curl/],
    ["no address", post("http://[/"), 400, /no address/],
    ["trigger 0, which means none", post("/CAM-01?trigger=0"), 400, /1 to 65535/],
    ["a trigger id of nobody", post("/CAM-01?trigger=1e3"), 400, /1 to 65535/],
    ["a body that says it is too large", post("/CAM-01", { "content-length": "1000001" }), 413, /maximumMb \(1\)/],
    ["raw pixels of unknown width", post("/CAM-01?height=4&channels=1"), 400, /all of width, height/],
    ["raw pixels with alpha", post("/CAM-01?width=4&height=4&channels=4"), 400, /1 = grey, 3 = RGB/],
    ["more pixels than allowed", post("/CAM-01?width=1000&height=1000&channels=1"), 413, /maximumMegapixels \(0.1\)/],
    // A page that an operator looks at could otherwise put pictures into the line.
    ["a web page", post("/CAM-01", { origin: "https://example.com" }), 403, /web pages/],
  ])("%s is refused, with what to do", (_name, head, status, text) => {
    expect(readRequest(head, setup)).toEqual({ refusal: { status, text: expect.stringMatching(text) } });
  });

  test("with a secret only those that show it are heard, whatever else they ask", () => {
    const locked = { ...setup, secret };
    for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${secret}`, `bearer ${secret}`])
      expect(readRequest(post("/CAM-02", { authorization }), locked)).toMatchObject({ refusal: { status: 401 } });
    expect(readRequest(post("/CAM-01", { authorization: `Bearer ${secret}` }), locked)).toEqual({});
  });

  test("no address and no header makes it throw", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (url, id, length) => {
        readRequest(post(url, { "x-trigger-id": id, "content-length": length }), setup);
      }),
    );
  });
});

describe("pictures and triggers, whichever comes first", () => {
  function desk() {
    const clock = fakeClock();
    const early = createEarlyPictures(clock);
    const log: string[] = [];
    const take = (triggerId: number, name = "picture"): void =>
      early.take({
        triggerId,
        exposedAt: clock.monotonic(),
        hand: () => log.push(`${name} ${triggerId}`),
        answer: ({ status }) => log.push(`${status}`),
      });
    const announce = (triggerId: number, at = clock.monotonic()): void => early.announce(triggerId, at);
    return { clock, early, announce, log, take };
  }

  test("the trigger first: at once", () => {
    const { announce, log, take } = desk();
    announce(3);
    take(3);
    expect(log).toEqual(["picture 3", "200"]);
  });

  test("the picture first: when its trigger comes, and only then is it said to be taken", () => {
    // The lane drops a picture whose trigger it does not know; the trigger's message can be the slower one.
    const { clock, announce, log, take } = desk();
    take(3);
    clock.advance(999);
    expect(log).toEqual([]);
    // The messages are late, the trigger was not.
    announce(2, 0);
    announce(3, 50);
    expect(log).toEqual(["picture 3", "200"]);
    expect(clock.pending).toBe(0);
  });

  // A sender that counts one ahead would have each unit judged by the one before, and be told that all is well.
  test("a picture from before its trigger: the sender is told, and the trigger still takes its own", () => {
    const { clock, early, log, take } = desk();
    take(2);
    clock.advance(470);
    early.announce(2, clock.monotonic());
    expect(log).toEqual(["picture 2", "409"]);
    take(2, "own");
    expect(log.slice(2)).toEqual(["own 2", "200"]);
  });

  test("no trigger within 1 s: the sender is told, and the picture is counted as dropped", () => {
    const { clock, log, take } = desk();
    take(3);
    clock.advance(1_000);
    expect(log).toEqual(["picture 3", "409"]);
  });

  test("four wait at most: one more displaces the oldest", () => {
    const { clock, early, announce, log, take } = desk();
    for (const id of [1, 2, 3, 4, 5]) take(id);
    expect(log).toEqual(["picture 1", "409"]);
    announce(5);
    expect(log.slice(2)).toEqual(["picture 5", "200"]);
    early.close();
    expect(clock.pending).toBe(0);
  });

  test("a second picture for one trigger is told apart, an id that comes round again is not", () => {
    const { announce, log, take } = desk();
    announce(3);
    take(3);
    take(3, "second");
    announce(3);
    take(3, "next round");
    expect(log).toEqual(["picture 3", "200", "second 3", "409", "next round 3", "200"]);
  });
});

describe("the camera", () => {
  async function opened(over: Readonly<Record<string, unknown>> = {}) {
    const port = await freePort();
    const events = collectEvents();
    const camera = await httpPush.open(httpPush.options.parse({ port, ...over }), events, systemClock, "CAM-01");
    const at = (query: string): string => `http://127.0.0.1:${port}/CAM-01${query}`;
    const send = async (body: Uint8Array, query = "", headers: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(at(query), { method: "POST", body: new Uint8Array(body), headers });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    };
    const trigger = (triggerId: number): void => camera.trigger({ station: "LINE-01", triggerId, at: 0 });
    return { port, events, camera, send, trigger, at };
  }
  const listenersPid = (): number | undefined =>
    childrenOf(process.pid).find((pid) => figuresOf(pid)?.command.startsWith("tallyline camera:CAM-01"));
  const png = () => levelImage(90).png().toBuffer();

  test.each([
    ["JPEG", () => levelImage(90).jpeg().toBuffer(), 3],
    ["PNG", png, 3],
    ["WebP", () => levelImage(90).webp().toBuffer(), 3],
    ["grey PNG", () => levelImage(90).toColourspace("b-w").png().toBuffer(), 1],
    ["16-bit PNG", () => levelImage(90).toColourspace("rgb16").png().toBuffer(), 3],
    ["PNG with alpha", () => levelImage(90).ensureAlpha(0.5).png().toBuffer(), 3],
    ["CMYK JPEG", () => levelImage(90).toColourspace("cmyk").jpeg().toBuffer(), 3],
  ])("takes a %s as 8 bits per channel", async (_name, picture, channels) => {
    const { events, camera, send, trigger } = await opened();
    await using _camera = camera;
    trigger(1);
    expect(await send(await picture(), "?trigger=1")).toMatchObject({ status: 200 });
    expect(events.frames).toMatchObject([{ width: 8, height: 6, channels, triggerId: 1 }]);
    expect(events.frames[0]!.data).toHaveLength(8 * 6 * channels);
  });

  test("turns a picture upright, and takes raw pixels as they are", async () => {
    const { events, camera, send } = await opened();
    await using _camera = camera;
    await send(await levelImage(90).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect(events.frames[0]).toMatchObject({ width: 6, height: 8 });
    const pixels = Uint8Array.from({ length: 12 }, (_, n) => n);
    await send(pixels, "?width=4&height=3&channels=1", { "content-type": "application/octet-stream" });
    expect(events.frames[1]).toMatchObject({ width: 4, height: 3, channels: 1, data: pixels });
    // Without an id they find their trigger by time, which is that of the request.
    expect(events.frames.map((frame) => [frame.triggerId, frame.exposedAt <= systemClock.monotonic()])).toEqual([
      [undefined, true],
      [undefined, true],
    ]);
  });

  const noise = {
    create: {
      width: 64,
      height: 64,
      channels: 3 as const,
      noise: { type: "gaussian" as const, mean: 128, sigma: 30 },
      background: "#000",
    },
  };
  test.each([
    ["text", () => Buffer.from("not a picture"), "", /not a JPEG, PNG or WebP/],
    ["an SVG", () => Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"), "", /not a JPEG/],
    ["nothing", () => Buffer.alloc(0), "", /not a JPEG/],
    ["half a JPEG", async () => (await sharp(noise).jpeg().toBuffer()).subarray(0, 1_000), "", /cannot be read/],
    ["half a PNG", async () => (await sharp(noise).png().toBuffer()).subarray(0, 1_000), "", /cannot be read/],
    ["raw pixels of another size", () => Buffer.alloc(10), "&width=4&height=3&channels=1", /10 bytes.*12/],
    [
      "an image bomb",
      () =>
        sharp({ create: { ...noise.create, noise: undefined as never, width: 9_000, height: 9_000 } })
          .png()
          .toBuffer(),
      "",
      /maximumMegapixels/,
    ],
    [
      "an animation",
      async () =>
        sharp(await Promise.all([10, 200].map((level) => levelImage(level).png().toBuffer())), {
          join: { animated: true },
        })
          .webp()
          .toBuffer(),
      "",
      /animation/,
    ],
  ])("%s: 400 with what to do, and the trigger is told", async (_name, body, query, reason) => {
    const { events, camera, send, trigger } = await opened();
    await using _camera = camera;
    trigger(1);
    expect(await send(await body(), `?trigger=1${query}`)).toMatchObject({
      status: 400,
      text: expect.stringMatching(reason),
    });
    expect(events.unreadables).toEqual([{ triggerId: 1, reason: expect.stringMatching(reason) }]);
    expect(await send(await png())).toMatchObject({ status: 200 });
  });

  test("a larger body than allowed is not kept, whether it says so or not", async () => {
    const { events, camera, send, trigger, at } = await opened({ maximumMb: 0.1 });
    await using _camera = camera;
    expect(await send(Buffer.alloc(200_000))).toMatchObject({ status: 413 });
    trigger(1);
    const body = new ReadableStream({
      start(stream) {
        for (let n = 0; n < 4; n++) stream.enqueue(new Uint8Array(50_000));
        stream.close();
      },
    });
    const answer = await fetch(at("?trigger=1"), { method: "POST", body, duplex: "half" } as RequestInit);
    expect(answer.status).toBe(413);
    expect(events.unreadables).toMatchObject([{ triggerId: 1 }]);
    expect(await send(await png())).toMatchObject({ status: 200 });
  });

  test("a sender that stops halfway is cut off, its trigger is told, and its place is free again", async () => {
    const { port, events, camera, send, trigger } = await opened({ maximumRequests: 1, uploadMs: 300 });
    await using _camera = camera;
    trigger(1);
    const socket = connect(port, "127.0.0.1");
    socket.write("POST /CAM-01?trigger=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf");
    socket.resume().on("error", () => undefined);
    await once(socket, "close");
    await events.until(() => events.unreadables.length > 0);
    expect(events.unreadables).toEqual([{ triggerId: 1, reason: "the picture broke off after 4 of 1000 bytes" }]);
    expect(await send(await png())).toMatchObject({ status: 200 });
  });

  test("more pictures at once than it has places for are told to come again, before they are read", async () => {
    const { port, camera, send } = await opened({ maximumRequests: 2 });
    await using _camera = camera;
    const holders = await Promise.all(
      [1, 2].map(async () => {
        const socket = connect(port, "127.0.0.1").on("error", () => undefined);
        socket.write("POST /CAM-01 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n");
        await once(socket, "data"); // 100 Continue: it has its place
        return socket;
      }),
    );
    const refused = await send(await png());
    expect(refused).toMatchObject({ status: 503, text: expect.stringMatching(/2 pictures are under way/) });
    expect(refused.headers.get("retry-after")).toBe("1");
    for (const socket of holders) socket.destroy();
    while ((await send(await png())).status === 503) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test.each([
    ["is killed", "SIGKILL"],
    ["hangs", "SIGSTOP"],
  ] as const)("a listener that %s makes it gone, and is replaced", async (_name, signal) => {
    const { events, camera, send } = await opened();
    const first = listenersPid()!;
    process.kill(first, signal);
    await events.until(() => events.states.length >= 3);
    expect(events.states).toEqual([
      { state: "ok", reason: "" },
      { state: "gone", reason: expect.stringMatching(/its listener ended .* is started again/) },
      { state: "ok", reason: "" },
    ]);
    expect(await send(await png())).toMatchObject({ status: 200 });
    const second = listenersPid()!;
    await camera[Symbol.asyncDispose]();
    expect([first, second].map(isAlive)).toEqual([false, false]);
  });

  // Vision processes are replaced by SIGKILL as a matter of course; a listener left behind would keep the next one out.
  test("the listener ends with a process that is killed, and the next one gets the port", async () => {
    const port = await freePort();
    const child = fork(new URL("../support/push-child.ts", import.meta.url), [String(port)], { execArgv: [] });
    using _child = { [Symbol.dispose]: () => void child.kill("SIGKILL") };
    await once(child, "message");
    const [listener] = childrenOf(child.pid!);
    child.kill("SIGKILL");
    const events = collectEvents();
    await using _camera = await httpPush.open(httpPush.options.parse({ port }), events, systemClock, "CAM-01");
    expect(events.states).toEqual([{ state: "ok", reason: "" }]);
    expect(isAlive(listener!)).toBe(false);
  });

  test("triggers without a picture for long: gone, until the next one comes", async () => {
    const { events, camera, send, trigger } = await opened({ silentAfterMs: 100 });
    await using _camera = camera;
    trigger(1);
    await events.until(() => events.states.length >= 2);
    expect(events.states[1]).toMatchObject({ state: "gone", reason: expect.stringMatching(/no picture for 0.1 s/) });
    await send(await png());
    expect(events.log).toEqual(["state ok", "state gone", "state ok", "frame undefined"]);
  });

  test("random bytes, half-open sockets and 200 posts at once leave the process alive; the next picture is taken", async () => {
    const { port, events, camera, send } = await opened({ uploadMs: 500 });
    await using _camera = camera;
    const before = listenersPid();
    const garbage = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), { numRuns: 60, seed: 1 });
    const heads = [
      "",
      "POST /CAM-01 HTTP/1.1\r\n",
      "POST /CAM-01?trigger=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ];
    const sockets = garbage.map((bytes, n) => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      socket.resume().write(Buffer.concat([Buffer.from(heads[n % heads.length]!), bytes]));
      return socket;
    });
    sockets.push(...Array.from({ length: 40 }, () => connect(port, "127.0.0.1").on("error", () => undefined)));
    const beginning = await sharp(noise).jpeg().toBuffer();
    const bodies = garbage.map((bytes, n) => (n % 2 ? bytes : Buffer.concat([beginning.subarray(0, 20 + n), bytes])));
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        send(bodies[n % bodies.length]!, `?trigger=${n + 1}`).then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    );
    // Told apart: no picture, no place, or the connection went with the crowd.
    expect(outcomes.filter((status) => ![400, 503, 0].includes(status))).toEqual([]);
    expect(outcomes.filter((status) => status === 400).length).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    while ((await send(await png())).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(listenersPid()).toBe(before);
    expect(events.states).toEqual([{ state: "ok", reason: "" }]);
  });
});
