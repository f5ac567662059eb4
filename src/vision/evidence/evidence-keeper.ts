import { Worker } from "node:worker_threads";
import { isWanted, markedName, type PictureReport, pictureName } from "../../domain/evidence.ts";
import type { Judgement } from "../../domain/judgement.ts";
import type { EvidencePolicy } from "../../domain/recipe.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Seen } from "../camera-lane.ts";
import { ownMemory } from "../own-memory.ts";
import { captionOf } from "./caption.ts";
import type { EvidenceTask, FromEvidence, ToEvidence } from "./messages.ts";

/** Bounds of what waits to be written, the picture being written among it. Beyond, a picture is dropped and told. */
export interface EvidenceBounds {
  readonly pictures: number;
  readonly bytes: number;
}
export const evidenceBounds: EvidenceBounds = { pictures: 8, bytes: 96e6 };

export interface EvidenceOptions {
  readonly folder: string;
  readonly bounds?: EvidenceBounds;
  /** The marked pictures say so. */
  readonly isSimulated?: boolean;
}

/** Keeps pictures of judged units, off the way of the verdicts. */
export interface EvidenceKeeper {
  /**
   * Decides whether this judgement's picture will be kept, by the recipe's policy and by the room there is: gives the
   * judgement with its `imageRef`, and what is to be called once the judgement was sent. Takes the picture's memory.
   */
  consider(judgement: Judgement, seen: Seen | undefined): { readonly judgement: Judgement; readonly keep: () => void };
  /** False: nothing is kept until it is called with true again. */
  enable(isEnabled: boolean): void;
  /** Resolves when everything that was taken is on disk and told. */
  close(): Promise<void>;
}

/** Reports that wait because the core does not read; beyond, the core will find that it never heard of the oldest. */
const maximumUntold = 1_024;
const tellAgainMs = 500;

const nothing = (): void => undefined;
/** For a station that keeps no pictures. */
export const noEvidenceKeeper: EvidenceKeeper = {
  consider: (judgement) => ({ judgement, keep: nothing }),
  enable: nothing,
  close: async () => undefined,
};

/**
 * Starts the thread that encodes and writes.
 * @param tell false when the core does not read: told again a moment later
 */
export function createEvidenceKeeper(
  { folder, bounds = evidenceBounds, isSimulated = false }: EvidenceOptions,
  policy: EvidencePolicy,
  clock: Clock,
  tell: (report: PictureReport) => boolean,
): EvidenceKeeper {
  const worker = new Worker(new URL("./evidence-worker.ts", import.meta.url), { workerData: { folder } });
  const waiting = new Map<number, { readonly judgement: Judgement; readonly file: string; readonly bytes: number }>();
  const passes = new Map<string, number>();
  const untold: PictureReport[] = [];
  let cancelTelling: (() => void) | undefined;
  let waitingBytes = 0;
  let nextTask = 1;
  let isEnabled = true;
  let isClosing = false;
  let dead: string | undefined;
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  const tellAll = (): void => {
    while (untold.length > 0 && tell(untold[0]!)) untold.shift();
    if (untold.length > 0) cancelTelling ??= clock.after(tellAgainMs, tellAgain);
  };
  const tellAgain = (): void => {
    cancelTelling = undefined;
    tellAll();
  };
  const report = (about: PictureReport): void => {
    untold.push(about);
    if (untold.length > maximumUntold) untold.shift();
    tellAll();
  };
  worker.on("message", (answer: FromEvidence) => {
    const task = waiting.get(answer.task);
    if (!task) return;
    waiting.delete(answer.task);
    waitingBytes -= task.bytes;
    const { triggerId, cameraId } = task.judgement;
    if ("kept" in answer)
      report({
        event: "kept",
        triggerId,
        cameraId,
        ...answer.kept,
        ...(answer.marked && { marked: answer.marked }),
      });
    else lost(task, answer.failed);
  });
  const lost = ({ judgement: { triggerId, cameraId }, file }: { judgement: Judgement; file: string }, detail: string) =>
    report({ event: "dropped", triggerId, cameraId, file, reason: "write", detail });
  // Verdicts do not need it: the line goes on without pictures, and says so of each.
  const died = (reason: string): void => {
    dead ??= reason;
    for (const task of waiting.values()) lost(task, dead);
    waiting.clear();
  };
  worker.on("error", (error) => died(`the evidence thread failed: ${String(error)}`));
  worker.on("exit", (code) => {
    if (!isClosing) died(`the evidence thread ended with code ${code}`);
  });

  return {
    consider(judgement, seen) {
      const { station, triggerId, cameraId, unitKind, verdict } = judgement;
      const before = passes.get(cameraId) ?? 0;
      if (verdict.kind === "pass" && unitKind !== "absent") passes.set(cameraId, before + 1);
      if (!seen || !isEnabled || isClosing || !isWanted(policy, unitKind, verdict, before))
        return { judgement, keep: nothing };
      const bytes = seen.picture.data.byteLength;
      const isFull = waiting.size >= bounds.pictures || (waiting.size > 0 && waitingBytes + bytes > bounds.bytes);
      if (isFull || dead !== undefined) {
        const why = dead === undefined ? { reason: "overload" as const } : { reason: "write" as const, detail: dead };
        return { judgement, keep: () => report({ event: "dropped", triggerId, cameraId, ...why }) };
      }
      const { format, overlay } = policy;
      const at = Math.round(judgement.exposedAt ?? clock.wall());
      const file = pictureName({ station, at, triggerId, cameraId, verdict: verdict.kind, format });
      const named = { ...judgement, imageRef: file };
      const task = nextTask++;
      waiting.set(task, { judgement: named, file, bytes });
      waitingBytes += bytes;
      return {
        judgement: named,
        keep() {
          const picture = ownMemory(seen.picture);
          const caption = captionOf(named, { at, isSimulated });
          const message: EvidenceTask = {
            task,
            picture,
            file,
            format,
            ...(overlay && { overlay: { marks: seen.marks, caption, file: markedName(file) } }),
          };
          worker.postMessage(message, [picture.data.buffer as ArrayBuffer]);
        },
      };
    },
    enable(next) {
      isEnabled = next;
    },
    async close() {
      isClosing = true;
      const stop: ToEvidence = { type: "stop" };
      worker.postMessage(stop);
      await ended;
      tellAll();
      cancelTelling?.();
    },
  };
}
