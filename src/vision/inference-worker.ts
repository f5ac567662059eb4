import { parentPort, workerData } from "node:worker_threads";
import { AppError, errorText } from "../platform/errors.ts";
import type { FromInference, InferenceSetup, ToInference } from "./inference-messages.ts";
import { loadModelPackage } from "./model/package.ts";
import { pipe } from "./step.ts";
import { anomaly } from "./steps/anomaly.ts";
import { judge } from "./steps/judge.ts";

// One inference thread: one session, one picture at a time. It ends by itself after `stop`, because a thread that is
// terminated inside the ONNX runtime takes the whole process with it.
const { modelFolder, threshold, defectClass } = workerData as InferenceSetup;
const port = parentPort!;
const say = (message: FromInference): void => port.postMessage(message);

try {
  const loaded = await loadModelPackage(modelFolder);
  const { card, ref, model } = loaded;
  const inspection = pipe(
    anomaly(model),
    judge({ card, defectClass, ...(threshold === undefined ? {} : { threshold }) }),
  );
  const context = { signal: new AbortController().signal, now: () => performance.now() };
  port.on("message", async (message: ToInference) => {
    if (message.type === "stop") {
      await loaded[Symbol.asyncDispose]();
      port.close();
      return;
    }
    try {
      say({ type: "inspected", job: message.job, inspection: await inspection.run(message.picture, context) });
    } catch (error) {
      say({ type: "failed", job: message.job, reason: errorText(error) });
    }
  });
  say({ type: "ready", card, ref });
} catch (error) {
  say({ type: "refused", code: error instanceof AppError ? error.code : "UNEXPECTED", reason: errorText(error) });
}
