import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { bareInspection } from "../../src/app/bare-inspection.ts";
import type { Judgement } from "../../src/domain/judgement.ts";
import type { SelfTestResult } from "../../src/domain/self-test.ts";
import type { LoadedModel } from "../../src/domain/taught.ts";
import type { FromVision, ToVision, VisionSetup } from "../../src/vision/messages.ts";
import { type TemporaryFolder, teachSmallModel, temporaryFolder } from "../support/taught-model.ts";

let temporary: TemporaryFolder;
let modelFolder: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  temporary = await temporaryFolder();
  modelFolder = (await teachSmallModel(temporary.folder)).folder;
}, 30_000);
afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await temporary[Symbol.asyncDispose]();
});

/** A vision process really forked, and everything it said. */
function start(over: Partial<VisionSetup> = {}, options: unknown = {}) {
  const child = fork(new URL("../support/vision-process.ts", import.meta.url), {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  started.push(child);
  const said: FromVision[] = [];
  const waiting = new Set<() => void>();
  child.on("message", (message) => {
    said.push(message as FromVision);
    for (const check of waiting) check();
  });
  let errors = "";
  child.stderr!.on("data", (text) => {
    errors += String(text);
  });
  const say = (message: ToVision): boolean => child.send(message);
  const setup: VisionSetup = {
    station: "LINE-01",
    cameras: [{ id: "CAM-01", type: "generated", options }],
    inspection: bareInspection(["CAM-01"], "bench@1", modelFolder),
    deadlineMs: 500,
    threads: 1,
    log: { level: "error", format: "json" },
    ...over,
  };
  say({ type: "setup", setup });
  return {
    child,
    say,
    errors: () => errors,
    trigger: (triggerId: number) => say({ type: "trigger", trigger: { station: "LINE-01", triggerId }, ageMs: 1 }),
    judgements: () => said.flatMap((m) => (m.type === "judgement" ? [m.judgement] : [])),
    /** Resolves with the first message that fits, also one from before. */
    heard<T extends FromVision>(fits: (message: FromVision, all: readonly FromVision[]) => message is T): Promise<T> {
      return new Promise((resolve) => {
        const check = (): void => {
          const found = said.find((m): m is T => fits(m, said));
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
    exit: () => once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
  };
}
const isReady = (m: FromVision): m is Extract<FromVision, { type: "ready" }> => m.type === "ready";
const isRefused = (m: FromVision): m is Extract<FromVision, { type: "refused" }> => m.type === "refused";
const hasJudged =
  (count: number) =>
  (m: FromVision, all: readonly FromVision[]): m is Extract<FromVision, { type: "judgement" }> =>
    m.type === "judgement" && all.filter(({ type }) => type === "judgement").length >= count;

// The promise of the whole product rests on this: whatever a trigger meets, it comes back once, and only once.
test("each trigger is judged exactly once, with what the camera saw or why nothing was seen", async () => {
  const vision = start({}, { scratched: [2], empty: [3], silent: [4], unreadable: [5], dark: [6] });
  const ready = await vision.heard(isReady);
  expect(ready).toMatchObject({ loaded: { models: [{ id: "unit@1" }] }, simulated: true });
  for (let id = 1; id <= 7; id++) {
    vision.trigger(id);
    await vision.heard(hasJudged(id));
  }
  const exit = vision.exit();
  vision.say({ type: "stop" });
  expect(await exit).toEqual([0, null]);
  const byId = vision.judgements().toSorted((a, b) => a.triggerId - b.triggerId);
  expect(byId.map(summary)).toEqual([
    "1 production pass",
    "2 production fail",
    "3 absent pass",
    "4 production notInspected deadline",
    "5 production invalid badImage",
    "6 production invalid covered",
    "7 production pass",
  ]);
  const [good, scratched, , silent] = byId as [Judgement, Judgement, Judgement, Judgement];
  const [{ id, hash }] = ready.loaded.models as [LoadedModel];
  expect(good).toMatchObject({ station: "LINE-01", cameraId: "CAM-01", model: { id, hash } });
  expect(good.inferenceMs).toBeGreaterThan(0);
  expect(Math.abs(good.exposedAt! - Date.now())).toBeLessThan(60_000);
  expect(scratched.verdict).toMatchObject({ defects: [{ class: "ANOMALY" }] });
  expect(silent).not.toHaveProperty("exposedAt");
  expect(vision.errors()).toBe("");
}, 20_000);
const summary = ({ triggerId, unitKind, verdict }: Judgement): string =>
  [triggerId, unitKind, verdict.kind, ...("reason" in verdict ? [verdict.reason] : [])].join(" ");

// A stop must not lose the units that are under way, and must not abort inside the runtime (exit code 134 would say so).
test("a stop under load judges what was triggered and exits 0", async () => {
  const vision = start({ threads: 2 });
  await vision.heard(isReady);
  const exit = vision.exit();
  for (let id = 1; id <= 12; id++) vision.trigger(id);
  vision.say({ type: "stop" });
  vision.trigger(13);
  expect(await exit).toEqual([0, null]);
  expect(
    vision
      .judgements()
      .map((j) => j.triggerId)
      .toSorted((a, b) => a - b),
  ).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
}, 20_000);

// More frames than the queue holds are an entry each, never a silent drop (design, queues).
test("a burst beyond the queue becomes notInspected(overload)", async () => {
  const vision = start();
  await vision.heard(isReady);
  for (let id = 1; id <= 20; id++) vision.trigger(id);
  await vision.heard(hasJudged(20));
  const kinds = vision.judgements().map(summary);
  expect(kinds.filter((k) => k.endsWith("overload")).length).toBeGreaterThan(0);
  expect(kinds.filter((k) => k.endsWith("pass")).length).toBeGreaterThanOrEqual(3);
  const health = await vision.heard(
    (m): m is Extract<FromVision, { type: "cameras" }> => m.type === "cameras" && m.cameras[0]!.droppedFrames > 0,
  );
  expect(health.cameras[0]).toMatchObject({ cameraId: "CAM-01", state: "ok" });
}, 20_000);

// The operator must see a covered lens as a camera that is faulty, not as bad products.
test("a camera whose pictures stay unusable turns faulty at once and ok again at the first good picture", async () => {
  const vision = start({}, { dark: [1, 2, 3, 4, 5, 6] });
  await vision.heard(isReady);
  const state = (wanted: string) => (m: FromVision, all: readonly FromVision[]) =>
    m.type === "cameras" && m.cameras[0]!.state === wanted && (wanted === "faulty" || all.some(hasFaulty));
  const hasFaulty = (m: FromVision): boolean => m.type === "cameras" && m.cameras[0]!.state === "faulty";
  const faulty = vision.heard(state("faulty") as typeof isCameras);
  for (let id = 1; id <= 6; id++) {
    vision.trigger(id);
    await new Promise((resolve) => setTimeout(resolve, 130));
  }
  expect((await faulty).cameras[0]!.reason).toMatch(/^covered: clean the lens/);
  const before = vision.judgements().length;
  vision.trigger(7);
  await vision.heard(hasJudged(before + 1));
  vision.say({ type: "stop" });
  await vision.exit();
}, 20_000);
const isCameras = (m: FromVision): m is Extract<FromVision, { type: "cameras" }> => m.type === "cameras";

// A supervisor's last word is SIGKILL; nothing may survive it, and a core that dies must take its children along.
test("SIGKILL ends the process with all its threads, and so does the end of the core", async () => {
  for (const end of ["kill", "disconnect"] as const) {
    const vision = start({ threads: 2 });
    await vision.heard(isReady);
    const exit = vision.exit();
    for (let id = 1; id <= 8; id++) vision.trigger(id);
    if (end === "kill") vision.child.kill("SIGKILL");
    else vision.child.disconnect();
    expect(await exit).toEqual([null, "SIGKILL"]);
    expect(() => process.kill(vision.child.pid!, 0)).toThrow(/ESRCH/);
  }
}, 20_000);

// A setup that cannot work is said in one sentence, instead of restarting for ever.
test.each([
  [
    "a model folder that is not there",
    { inspection: bareInspection(["CAM-01"], "bench@1", "/nowhere") },
    "MODEL_REFUSED",
    /nowhere: card\.json cannot be read/,
  ],
  [
    "an unknown camera",
    { cameras: [{ id: "CAM-01", type: "pinhole", options: {} }] },
    "CAMERA_SETUP",
    /there are generated, lone/,
  ],
  [
    "options that do not fit",
    { cameras: [{ id: "CAM-01", type: "generated", options: { a: 1 } }] },
    "CAMERA_SETUP",
    /a/,
  ],
])(
  "%s is refused with code and reason, and the process ends",
  async (_, over, code, reason) => {
    const vision = start(over);
    const exit = vision.exit();
    const refused = await vision.heard(isRefused);
    expect(refused.code).toBe(code);
    expect(refused.reason).toMatch(reason);
    expect((await exit)[0]).toBe(2);
  },
  20_000,
);

const isTested = (m: FromVision): m is Extract<FromVision, { type: "selfTested" }> => m.type === "selfTested";

// A machine that computes other numbers than it did when it was taught rejects the wrong units, and nothing else shows it.
test("a self test runs every golden sample between units and names what is off; units go on being judged", async () => {
  const folder = path.join(temporary.folder, "own-copy");
  await cp(modelFolder, folder, { recursive: true });
  const vision = start({ inspection: bareInspection(["CAM-01"], "bench@1", folder) });
  await vision.heard(isReady);
  vision.say({ type: "selfTest" });
  // Two may wait: a sample in between is no overload.
  for (let id = 1; id <= 2; id++) vision.trigger(id);
  const { answer } = await vision.heard(isTested);
  expect(answer).toMatchObject({ passed: true, samples: 3, models: [{ id: "unit@1" }] });
  expect((answer as SelfTestResult).maxDeviation).toBeLessThan(1);
  await vision.heard(hasJudged(2));
  expect(vision.judgements().map(({ verdict }) => verdict.kind)).toEqual(["pass", "pass"]);

  await writeFile(path.join(folder, "golden", "2.png"), "not a picture any more");
  vision.say({ type: "selfTest" });
  const isFailed = (m: FromVision): m is Extract<FromVision, { type: "selfTested" }> =>
    isTested(m) && "passed" in m.answer && !m.answer.passed;
  const failed = await vision.heard(isFailed);
  expect((failed.answer as SelfTestResult).details).toMatch(/golden\/2\.png was changed/);
  vision.trigger(3);
  await vision.heard(hasJudged(3));
}, 20_000);
