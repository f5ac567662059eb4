import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "tallyline-images-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A plain 8 × 6 px image whose red channel is `level`: tells a test which file it is looking at. */
export const levelImage = (level: number) =>
  sharp({ create: { width: 8, height: 6, channels: 3, background: { r: level, g: 0, b: 0 } } });
