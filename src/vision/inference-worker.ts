import { parentPort, workerData } from "node:worker_threads";
import { discover } from "../platform/discover.ts";
import { AppError, errorText } from "../platform/errors.ts";
import { guardOf } from "./guard/guard-of.ts";
import type { FromInference, InferenceSetup, ReadyCamera, ToInference } from "./inference-messages.ts";
import type { Picture } from "./picture.ts";
import { openPipeline, type Pipeline } from "./pipeline.ts";
import type { StepDefinition } from "./step.ts";
import { taughtFigures } from "./taught-figures.ts";

// One inference thread: one set of steps per camera, one picture at a time. It ends by itself after `stop`, because a
// thread that is terminated inside the ONNX runtime takes the whole process with it.
const { inspection, cameras } = workerData as InferenceSetup;
const port = parentPort!;
const say = (message: FromInference, picture?: Picture): void =>
  port.postMessage(message, picture ? [picture.data.buffer] : []);

try {
  const definitions = await discover<StepDefinition>(new URL("./steps/", import.meta.url));
  const pipelines = new Map<string, Pipeline>();
  const ready: Record<string, ReadyCamera> = {};
  for (const id of cameras) {
    const pipeline = await openPipeline(inspection, id, definitions);
    pipelines.set(id, pipeline);
    const guard = await guardOf(inspection, id, definitions);
    const taught = taughtFigures(pipeline.taughtScore, guard.baseline);
    ready[id] = { models: pipeline.models, files: pipeline.files, guard, taught, samples: pipeline.golden.length };
  }
  const context = { signal: new AbortController().signal, now: () => performance.now() };
  port.on("message", async (message: ToInference) => {
    if (message.type === "stop") {
      for (const pipeline of pipelines.values()) await pipeline[Symbol.asyncDispose]();
      port.close();
      return;
    }
    if (message.type === "check") {
      await check(message);
      return;
    }
    const { job, cameraId, picture, expected } = message;
    try {
      const inspected = await pipelines.get(cameraId)!.inspect({ picture, expected }, context);
      say({ type: "inspected", job, inspected, picture }, picture);
    } catch (error) {
      say({ type: "failed", job, reason: errorText(error), picture }, picture);
    }
  });
  const check = async ({ job, cameraId, sample }: Extract<ToInference, { type: "check" }>): Promise<void> => {
    try {
      const { model, file, run } = pipelines.get(cameraId)!.golden[sample]!;
      say({ type: "checked", job, checked: { model, file, figures: await run() } });
    } catch (error) {
      say({ type: "uncheckable", job, reason: errorText(error) });
    }
  };
  say({ type: "ready", cameras: ready });
} catch (error) {
  say({ type: "refused", code: error instanceof AppError ? error.code : "UNEXPECTED", reason: errorText(error) });
}
