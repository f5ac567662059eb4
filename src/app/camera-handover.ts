import type { VisionChild } from "./vision-child.ts";

/** Cameras that only one process at a time can have, on their way from one vision process to another. */
export interface CameraHandover {
  /** True from `begin` on until the newest one has its cameras, or is gone. */
  readonly isUnderWay: boolean;
  /** Who has the cameras, or had them last: the one that may open them by itself. */
  readonly holder: VisionChild;
  /**
   * Who has the cameras finishes its open triggers and closes them, then this one opens them. One handover after the
   * other: whether there is anything to do is known when its turn comes, and so is whether it is still wanted and there.
   */
  begin(to: VisionChild, isWanted: () => boolean): void;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
}

/**
 * @param first who opens the cameras by itself at the start
 * @param done called each time when the cameras are where they belong
 */
export function createCameraHandover(first: VisionChild, done: () => void): CameraHandover {
  let last: Promise<void> = Promise.resolve();
  let underWay = 0;
  let holder = first;
  const hand = async (to: VisionChild, isWanted: () => boolean): Promise<void> => {
    const isNeeded = (): boolean => isWanted() && to.readiness !== undefined && !to.hasCameras;
    if (isNeeded() && holder !== to) await holder.release();
    if (isNeeded()) {
      holder = to;
      await to.open();
    }
    underWay -= 1;
    if (underWay === 0) done();
  };
  return {
    get isUnderWay() {
      return underWay > 0;
    },
    get holder() {
      return holder;
    },
    begin(to, isWanted) {
      underWay += 1;
      last = last.then(() => hand(to, isWanted));
    },
    settled: () => last,
  };
}
