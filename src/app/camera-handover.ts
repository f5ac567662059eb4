import type { VisionChild } from "./vision-child.ts";

/** Cameras that only one process at a time can have, on their way from one vision process to another. */
export interface CameraHandover {
  /** True from `begin` on until the newest one has its cameras, or is gone. */
  readonly isUnderWay: boolean;
  /**
   * The old one finishes its open triggers and closes the cameras, then the new one opens them. One handover after the
   * other; `isWanted` tells whether the new one still is when its turn comes.
   */
  begin(from: VisionChild | undefined, to: VisionChild, isWanted: () => boolean): void;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
}

/** @param done called each time when the cameras are where they belong */
export function createCameraHandover(done: () => void): CameraHandover {
  let last: Promise<void> = Promise.resolve();
  let underWay = 0;
  const hand = async (from: VisionChild | undefined, to: VisionChild, isWanted: () => boolean): Promise<void> => {
    await from?.release();
    if (isWanted()) await to.open();
    underWay -= 1;
    if (underWay === 0) done();
  };
  return {
    get isUnderWay() {
      return underWay > 0;
    },
    begin(from, to, isWanted) {
      underWay += 1;
      last = last.then(() => hand(from, to, isWanted));
    },
    settled: () => last,
  };
}
