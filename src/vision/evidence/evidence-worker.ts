import { parentPort, workerData } from "node:worker_threads";
import { errorText } from "../../platform/errors.ts";
import { drawOverlay } from "./draw-overlay.ts";
import type { EvidenceTask, FromEvidence, ToEvidence } from "./messages.ts";
import { encodePicture, writeWhole } from "./write-picture.ts";

// The evidence thread: encodes one picture after the other and writes it, far from the verdicts. Ends itself after `stop`,
// when everything before it is on disk.
const { folder } = workerData as { readonly folder: string };
const port = parentPort!;

async function keep({ picture, file, format, overlay }: EvidenceTask): Promise<Omit<FromEvidence, "task">> {
  try {
    const kept = await writeWhole(folder, file, await encodePicture(picture, format));
    if (!overlay) return { kept };
    const drawn = await drawOverlay(picture, overlay.marks, overlay.caption);
    return { kept, marked: await writeWhole(folder, overlay.file, await encodePicture(drawn, format)) };
  } catch (error) {
    return { failed: errorText(error) };
  }
}

let last: Promise<void> = Promise.resolve();
port.on("message", (message: ToEvidence) => {
  last = last.then(async () => {
    if ("type" in message) port.close();
    else port.postMessage({ task: message.task, ...(await keep(message)) });
  });
});
