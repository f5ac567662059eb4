import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodePng } from "../../src/vision/model/read-picture.ts";
import type { Picture } from "../../src/vision/picture.ts";

/** Small pictures of a unit on a belt: seeded, noisy, a few ms to teach. */
export const pictureSize = { width: 96, height: 96, channels: 3 } as const;

/** What is on the picture. `scratched` has a bright stripe, which no good unit has; `dim` is lit badly. */
export type Scene = "good" | "scratched" | "empty";

/** The same seed and scene give the same bytes. */
export function aPicture(seed: number, scene: Scene = "good"): Picture {
  const { width, height, channels } = pictureSize;
  const data = new Uint8Array(width * height * channels);
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 24) % 9;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isUnit = scene !== "empty" && x >= 20 && x < 76 && y >= 16 && y < 80;
      const isPrint = isUnit && x >= 34 && x < 62 && y % 12 < 6;
      const isScratch = scene === "scratched" && y >= 40 && y < 52 && x >= 24 && x < 48;
      const tone = isScratch ? [250, 250, 120] : isPrint ? [30, 60, 140] : isUnit ? [190, 150, 60] : [70, 72, 76];
      // The belt has ribs, so that an empty place has contrast and edges too.
      const rib = !isUnit && x % 16 < 2 ? 60 : 0;
      for (const [c, value] of tone.entries()) data[(y * width + x) * 3 + c] = Math.min(255, value + rib + noise());
    }
  return { data, ...pictureSize };
}

/** Writes `count` pictures of one scene as PNG; seeds start at `from`. */
export async function writePictures(folder: string, count: number, scene: Scene = "good", from = 1): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++)
    await writeFile(path.join(folder, `${String(i).padStart(3, "0")}.png`), await encodePng(aPicture(from + i, scene)));
}
