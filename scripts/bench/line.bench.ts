// What the pipeline costs beside its bare model, and how quick and how undisturbed the demo's processes are.
import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { bareInspection } from "../../src/app/bare-inspection.ts";
import { demoConfig } from "../../src/app/demo.ts";
import { findModel, programFolder } from "../../src/app/paths.ts";
import { startPlant } from "../../src/app/plant.ts";
import { discoverPlugins } from "../../src/app/plugins.ts";
import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import { parseConfig } from "../../src/config/load.ts";
import { noExpectation } from "../../src/domain/expectation.ts";
import type { Heartbeat } from "../../src/platform/channel.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log.ts";
import { watchLoopDelay } from "../../src/platform/loop-delay.ts";
import { percentile } from "../../src/projections/timing.ts";
import { frameGuard } from "../../src/vision/guard/frame-guard.ts";
import { openInferencePool } from "../../src/vision/inference-pool.ts";
import { imageInput } from "../../src/vision/model/anomaly-graph.ts";
import { sessionOptions } from "../../src/vision/model/anomaly-model.ts";
import { readModelPackage } from "../../src/vision/model/package.ts";
import { temporaryFolder } from "../soak/demo-run.ts";
import { report } from "../soak/result.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    model: { type: "string", default: "snack-bag@2" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log("usage: npm run bench:line -- [--seconds 120] [--model snack-bag@2]");
  process.exit(0);
}
const median = (list: readonly number[]): number => percentile(list, 50) ?? Number.NaN;

/** Bare model and whole path (guard, hand-over to the thread, model, judge, way back), by turns on the same frames. */
async function pipelineRatio(
  modelFolder: string,
): Promise<{ ratio: number; bareMs: number; pathMs: number; checksum: number }> {
  const { card, graph } = await readModelPackage(modelFolder);
  const session = await InferenceSession.create(graph, sessionOptions);
  const pool = await openInferencePool(
    { inspection: bareInspection(["CAM-01"], "bench@1", modelFolder), cameras: ["CAM-01"], threads: 1, hangMs: 10_000 },
    { free: () => undefined, broken: (reason) => console.error(reason) },
  );
  const guard = frameGuard({ input: card.input, ...(card.baseline && { baseline: card.baseline }) });
  const renderer = await createSyntheticRenderer(syntheticOptions.parse({ seed: 7 }));
  const frames = Array.from({ length: 24 }, (_, n) => renderer.render(n + 1)).filter((f) => f !== undefined);
  const bare: number[] = [];
  const path: number[] = [];
  let checksum = 0;
  for (let round = -1; round < 10; round++)
    for (const frame of frames) {
      const { width, height, channels } = frame;
      const tensor = new Tensor("uint8", frame.data, [1, height, width, channels]);
      const a = performance.now();
      await session.run({ [imageInput]: tensor });
      const b = performance.now();
      const copy = { ...frame, data: frame.data.slice(), exposedAt: b };
      const c = performance.now();
      const usable = guard.run(copy).usable;
      const { inspected } = await pool.inspect("CAM-01", copy, noExpectation);
      const d = performance.now();
      if (round < 0) continue; // warm-up
      bare.push(b - a);
      path.push(d - c);
      checksum += Number(usable) + (inspected.inspection.score ?? 0);
    }
  await pool.close();
  await session.release();
  return {
    ratio: median(path) / median(bare),
    bareMs: median(bare),
    pathMs: median(path),
    checksum: Math.round(checksum * 100) / 100,
  };
}

/** The demo for a while, with this process as its core, and an idle process beside it. */
async function demo(seconds: number) {
  const plugins = await discoverPlugins();
  const config = parseConfig("demo", demoConfig(), plugins);
  const data = temporaryFolder();
  const windows = { core: [] as number[], opcua: [] as number[], vision: [] as number[], idle: [] as number[] };
  const idle = fork(new URL("./idle.ts", import.meta.url), {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const plant = await startPlant(
    {
      config: { ...config, opcua: { ...config.opcua, port: 0 } },
      data,
      softwareVersion: "bench",
      trigger: plugins.trigger,
      steps: plugins.steps,
      childLog: { level: "error", format: "text" },
      output: (line) => console.error(line),
    },
    systemClock,
    silentLog,
    (error) => {
      throw error;
    },
    new AbortController().signal,
  );
  await sleep(5_000);
  let measuring = true;
  idle.on("message", (message: Heartbeat) => measuring && windows.idle.push(message.loopDelayP99Ms));
  const loopDelay = watchLoopDelay();
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    await sleep(500);
    windows.core.push(loopDelay());
    for (const [name, { loopDelayP99Ms }] of Object.entries(plant.children()))
      windows[name.startsWith("vision") ? "vision" : "opcua"].push(loopDelayP99Ms);
  }
  measuring = false;
  const { latencyMs, total } = plant.stations[0]!.line.state;
  await plant.stop();
  idle.disconnect();
  rmSync(data, { recursive: true, force: true });
  return { windows, latencyMs, total };
}

const model = await pipelineRatio(findModel(values.model, programFolder));
console.error(`bare model ${model.bareMs.toFixed(1)} ms, whole path ${model.pathMs.toFixed(1)} ms`);
const run = await demo(Number(values.seconds));
/** The p99 of 95 of 100 half-seconds is below this, ms. */
const late = (list: readonly number[]): number => percentile(list, 95) ?? 0;
const idle = late(run.windows.idle);

report(
  "bench:line",
  {
    pipelineToBareModel: { value: model.ratio, is: "<=", bar: 1.3, unit: "ratio of medians, same run" },
    latencyP99: {
      value: percentile(run.latencyMs, 99) ?? Number.NaN,
      is: "<=",
      bar: 50,
      unit: "ms, trigger to verdict",
    },
    coreLoopDelay: {
      value: late(run.windows.core) - idle,
      is: "<=",
      bar: 10,
      unit: "ms above idle (p95 of half-second p99s)",
    },
    opcuaLoopDelay: {
      value: late(run.windows.opcua) - idle,
      is: "<=",
      bar: 10,
      unit: "ms above idle (p95 of half-second p99s)",
    },
    notInspected: { value: run.total.notInspected, is: "==", bar: 0, unit: "units" },
  },
  {
    unitsPerMinutePerThread: Math.round(60_000 / model.pathMs),
    bareModelMs: Math.round(model.bareMs * 100) / 100,
    pathMs: Math.round(model.pathMs * 100) / 100,
    latencyP50: percentile(run.latencyMs, 50),
    idleLoopDelay: Math.round(idle * 100) / 100,
    visionLoopDelay: Math.round(late(run.windows.vision) * 100) / 100,
    units: run.total.units,
    checksum: model.checksum,
  },
);
process.exit();
