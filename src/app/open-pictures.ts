import type { PictureReport } from "../domain/evidence.ts";
import type { Judgement } from "../domain/judgement.ts";

/** The pictures that a vision process named in its judgements, until it has said what became of each. */
export interface OpenPictures {
  named(judgement: Judgement): void;
  told(report: PictureReport): void;
  /** Takes all out that nobody will speak of any more. */
  giveUp(): readonly PictureReport[];
}

/** Far more than a process has under way: of what is older, the word was lost to a full queue, and the next start says so. */
const maximumOpen = 256;

export function createOpenPictures(): OpenPictures {
  const open = new Map<string, PictureReport>();
  return {
    named({ triggerId, cameraId, imageRef: file }) {
      if (file === undefined) return;
      open.set(file, { event: "dropped", triggerId, cameraId, file, reason: "visionDown" });
      if (open.size > maximumOpen) open.delete(open.keys().next().value!);
    },
    told({ file }) {
      if (file !== undefined) open.delete(file);
    },
    giveUp() {
      const left = [...open.values()];
      open.clear();
      return left;
    },
  };
}
