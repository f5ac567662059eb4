import { join } from "node:path";
import { isMarkedAsUntransferable } from "node:worker_threads";
import { z } from "zod";
import { freePort } from "../../scripts/soak/demo-run.ts";
import type { CameraDefinition } from "../../src/cameras/camera.ts";
import { discover } from "../../src/platform/discover.ts";
import { AppError } from "../../src/platform/errors.ts";
import { collectEvents } from "../cameras/collect-events.ts";
import { levelImage, temporaryFolder } from "../cameras/image-folder.ts";
import { type FakeClock, fakeClock } from "../support/fake-clock.ts";
import { isInstalled } from "../support/installed.ts";

interface Row {
  /** Options that work, given a folder with three images. */
  readonly options: (images: string) => unknown;
  /** Refused by the schema. */
  readonly misfits: readonly unknown[];
  /** Pass the schema, but there is nothing to connect to; absent when all valid options work. */
  readonly unreachable?: (images: string) => unknown;
  /** Answers each trigger with one frame, at once; a free-running camera does not. */
  readonly softwareTriggered: boolean;
  /** Makes it answer a trigger with one frame, where the pictures come from somebody else. */
  readonly deliver?: (triggerId: number) => Promise<void>;
  /** A program of the system; where it is not there, only what does without a camera is tested. */
  readonly needs?: string;
}
/** One row per camera: adding a camera is adding its file and its row. */
const port = await freePort();
const rows: Readonly<Record<string, Row>> = {
  synthetic: {
    options: () => ({ seed: 3 }),
    misfits: [
      { seed: -1 },
      { defectRate: 1.5 },
      { faults: [{ fault: "foggy", fromUnit: 1, units: 1 }] },
      { only: "SCRATCH" },
      { testPieces: [{ unit: 1, code: "longer than eighteen", defect: "SEAL_TORN" }] },
      { testPieces: [{ unit: 1, code: "TEST-1", defect: "CODE_UNREADABLE" }] },
      { prerendered: 1 },
      { speed: 1 },
    ],
    softwareTriggered: true,
  },
  folder: {
    options: (path) => ({ path }),
    misfits: [{}, { path: "" }, { path: "x", split: "test" }, { path: "x", loops: true }],
    unreachable: (path) => ({ path: join(path, "nowhere") }),
    softwareTriggered: true,
  },
  rtsp: {
    options: () => ({
      url: "testsrc=size=64x48:rate=20",
      inputArguments: ["-re", "-f", "lavfi"],
      widthPx: 64,
      heightPx: 48,
    }),
    misfits: [
      { widthPx: 64, heightPx: 48 },
      { url: "", widthPx: 64, heightPx: 48 },
      { url: "rtsp://camera/1" },
      { url: "rtsp://camera/1", widthPx: 64, heightPx: 48, transport: "http" },
      { url: "rtsp://camera/1", widthPx: 64, heightPx: 48, stallMs: 0 },
    ],
    softwareTriggered: false,
    needs: "ffmpeg",
  },
  "http-push": {
    options: () => ({ port }),
    misfits: [{}, { port: 0 }, { port, secret: "short" }, { port, maximumMb: 0 }, { port, uploadMs: 0 }],
    unreachable: () => ({ host: "192.0.2.1", port }), // an address of nobody (RFC 5737)
    softwareTriggered: false,
    async deliver(triggerId) {
      const body = new Uint8Array(
        await levelImage(triggerId % 256)
          .png()
          .toBuffer(),
      );
      const answer = await fetch(`http://127.0.0.1:${port}/CAM-01?trigger=${triggerId}`, { method: "POST", body });
      expect([answer.status, await answer.text()]).toEqual([200, `taken for trigger ${triggerId}\n`]);
    },
  },
};

const cameras = await discover<CameraDefinition>(new URL("../../src/cameras/", import.meta.url), "camera.ts");
const cases = [...cameras].map(([type, definition]) => ({ type, definition, row: rows[type]! }));
const trigger = (triggerId: number) => ({ station: "LINE-01", triggerId, at: 0 });
/** Lets everything that is already under way in this process come through. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

/** A free-running camera tells moments by the pace of its pictures: the clock has to go with them. */
function inRealTime(clock: FakeClock): Disposable {
  const timer = setInterval(() => clock.advance(10), 10);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

test("every camera found has a row here, and every row a camera", () => {
  expect([...cameras.keys()].sort()).toEqual(Object.keys(rows).sort());
});

describe.each(cases)("$type", ({ definition, row }) => {
  const withCamera = row.needs === undefined || isInstalled(row.needs) ? test : test.skip;
  async function opened() {
    const folder = await temporaryFolder();
    for (const level of [10, 20, 30])
      await levelImage(level)
        .png()
        .toFile(join(folder.path, `${level}.png`));
    const [events, clock] = [collectEvents(), fakeClock({ monotonic: 500 })];
    const options = definition.options.parse(row.options(folder.path));
    const camera = await definition.open(options, events, clock, "CAM-01");
    return { camera, events, clock, folder };
  }

  test("says what it is and has a described JSON Schema", () => {
    // The reference page and the editor's completion are made of these.
    expect(definition.summary).toMatch(/^[A-Z].*\.$/);
    const { properties = {} } = z.toJSONSchema(definition.options, { io: "input" }) as {
      properties?: Record<string, { description?: string; enum?: unknown }>;
    };
    for (const [name, { description, enum: choices }] of Object.entries(properties))
      expect({ name, described: description !== undefined || choices !== undefined }).toEqual({
        name,
        described: true,
      });
  });

  test("refuses options that do not fit, each with a message", () => {
    expect(row.misfits.length).toBeGreaterThan(0);
    for (const options of row.misfits) {
      const result = definition.options.safeParse(options);
      expect({ options, success: result.success }).toEqual({ options, success: false });
      for (const issue of result.error!.issues) expect(issue.message.length).toBeGreaterThan(10);
    }
  });

  withCamera("is ok once opened, and answers each trigger with one whole frame of that id", async () => {
    const { camera, events, clock, folder } = await opened();
    await using _folder = folder;
    await using _camera = camera;
    const { softwareTriggered, deliver } = row;
    using _time = softwareTriggered || deliver ? undefined : inRealTime(clock);
    await events.until(() => events.states.length > 0);
    expect(events.states.map((s) => s.state)).toEqual(["ok"]);
    if (!softwareTriggered && !deliver) return;
    const ids = [65_534, 65_535, 1, 2, 3];
    for (const id of ids) {
      camera.trigger(trigger(id));
      await deliver?.(id);
    }
    // Not from inside `trigger`: the caller is a process that has other messages to take.
    if (!deliver) expect(events.frames).toEqual([]);
    await events.until(() => events.frames.length >= ids.length);
    await settle();
    expect(events.frames.map((f) => f.triggerId)).toEqual(ids);
    for (const { data, width, height, channels, exposedAt } of events.frames) {
      expect(data).toHaveLength(width * height * channels);
      // Whoever receives a frame owns it: it is handed to an inference thread without a copy.
      expect(isMarkedAsUntransferable(data.buffer)).toBe(false);
      if (softwareTriggered) expect(exposedAt).toBe(500);
      else expect(exposedAt).toBeLessThanOrEqual(500);
    }
    // Owned by the receiver: no two frames may share memory.
    expect(new Set(events.frames.map((f) => f.data.buffer)).size).toBe(ids.length);
  });

  withCamera("after dispose no event follows, nothing waits, and a trigger is harmless", async () => {
    // The vision process closes cameras while triggers are under way; a late frame would meet freed queues.
    const { camera, events, clock, folder } = await opened();
    await using _folder = folder;
    for (let id = 1; id <= 5; id++) camera.trigger(trigger(id));
    const closing = camera[Symbol.asyncDispose]();
    const said = events.log.length;
    await closing;
    camera.trigger(trigger(6));
    clock.advance(60_000);
    await settle();
    expect(events.log).toHaveLength(said);
    expect(clock.pending).toBe(0);
  });

  test("refuses to open what is not there, with a sentence that helps", async () => {
    if (!row.unreachable) return;
    await using folder = await temporaryFolder();
    const options = definition.options.parse(row.unreachable(folder.path));
    const open = definition.open(options, collectEvents(), fakeClock(), "CAM-01");
    const error = await open.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toMatch(/^[A-Z_]+$/);
    expect((error as AppError).message.length).toBeGreaterThan(30);
  });
});
