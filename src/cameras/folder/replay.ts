import { relative, resolve } from "node:path";
import type { Clock } from "../../platform/clock.ts";
import { errorText } from "../../platform/errors.ts";
import type { Camera, CameraEvents } from "../camera.ts";
import { type Colour, createDecoder, type DecodedImage } from "../source/decode.ts";
import { createTriggerQueue } from "../source/trigger-queue.ts";
import { type ImageSelection, listImages, tryListImages } from "./image-list.ts";

/** Pictures decoded before their trigger, so that a frame follows its trigger within about a millisecond. */
const decodedAhead = 2;
const retryMs = 1_000;

export interface ReplayOptions extends ImageSelection {
  readonly loop: boolean;
  readonly colour: Colour;
}

type Decoded = { readonly image: DecodedImage } | { readonly reason: string };

/** @throws {ImageFolderError} when there is nothing to replay */
export async function openReplay(options: ReplayOptions, events: CameraEvents, clock: Clock): Promise<Camera> {
  let images = await listImages(options);
  const decode = await createDecoder(options.colour);
  const ahead: { readonly index: number; readonly decoded: Promise<Decoded> }[] = [];
  let next = 0;
  /** Why no pictures come, while none do. */
  let gone: string | undefined;
  let closed = false;
  let cancelRetry: () => void = () => undefined;

  const read = async (file: string): Promise<Decoded> => {
    try {
      return { image: await decode(file) };
    } catch (error) {
      return { reason: `image ${relative(resolve(options.path), file)} cannot be read: ${errorText(error)}` };
    }
  };
  const fill = (): void => {
    while (!closed && ahead.length < decodedAhead && (options.loop || next < images.length)) {
      const index = options.loop ? next % images.length : next;
      ahead.push({ index, decoded: read(images[index]!) });
      next = index + 1;
    }
  };
  const leave = (reason: string, report: CameraEvents): void => {
    gone = reason;
    report.state("gone", reason);
  };
  const retryLater = (report: CameraEvents): void => {
    cancelRetry = clock.after(retryMs, () => void retry(report));
  };
  const retry = async (report: CameraEvents): Promise<void> => {
    const found = await tryListImages(options);
    if (closed) return;
    if ("reason" in found) return retryLater(report);
    images = found.images;
    gone = undefined;
    fill();
    report.state("ok", "");
  };

  let begun = false;
  /** Opened in the middle of a run, it goes on where the one before it was, or beside the one that runs already. */
  const begin = (ordinal: number): void => {
    begun = true;
    if (ordinal === 1) return;
    ahead.length = 0;
    next = ordinal - 1;
    fill();
  };

  const queue = createTriggerQueue(events, clock, async ({ triggerId, exposedAt, ordinal }, report) => {
    if (!begun) begin(ordinal);
    if (gone !== undefined) return;
    const first = ahead.shift();
    if (!first)
      return leave(`all ${images.length} images were shown and loop is off; restart, or set loop: true`, report);
    const decoded = await first.decoded;
    fill();
    if ("image" in decoded) return report.frame({ ...decoded.image, exposedAt, triggerId });
    // One bad file, or the whole folder away?
    const now = await tryListImages(options);
    const away = "reason" in now ? now.reason : undefined;
    if (away === undefined) return report.unreadable(triggerId, decoded.reason);
    // It goes on with this image when the folder is back.
    next = first.index;
    ahead.length = 0;
    leave(away, report);
    retryLater(report);
  });
  fill();
  events.state("ok", "");
  return {
    trigger: queue.trigger,
    async [Symbol.asyncDispose]() {
      closed = true;
      cancelRetry();
      await queue.close();
      await Promise.all(ahead.map((a) => a.decoded));
    },
  };
}
