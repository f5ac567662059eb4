import type { Picture } from "./picture.ts";

/** An inference failed; the thread goes on. */
export class InferenceFault extends Error {
  /** Comes back, so that evidence can be kept. */
  readonly picture: Picture;
  constructor(reason: string, picture: Picture) {
    super(reason);
    this.picture = picture;
  }
}
