import { mkdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Judgement } from "../../domain/judgement.ts";
import type { RecipeRef } from "../../domain/recipe.ts";
import { captionOf } from "../evidence/caption.ts";
import { drawOverlay } from "../evidence/draw-overlay.ts";
import { encodePng } from "../model/read-picture.ts";
import type { InspectedFile } from "./inspect-folder.ts";

/**
 * Writes a picture with what was found drawn into it, as evidence pictures have it, below `out` by its name.
 * @param at where it comes from: folder, station and camera; `ordinal`: which picture of the folder, from 1
 * @returns the file
 */
export async function writeOverlay(
  { file, verdict, inspection, picture, marks }: InspectedFile,
  at: { readonly folder: string; readonly station: string; readonly cameraId: string; readonly ordinal: number },
  recipe: RecipeRef,
  out: string,
): Promise<string> {
  const { id, version, hash } = recipe;
  const judgement: Judgement = {
    unitKind: "production",
    ...inspection,
    verdict,
    station: at.station,
    cameraId: at.cameraId,
    triggerId: at.ordinal,
    recipe: { id, version, hash },
  };
  const { mtimeMs } = await stat(path.join(at.folder, file));
  const target = path.join(out, `${file.replace(/\.[^.]*$/, "")}.png`);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, await encodePng(await drawOverlay(picture, marks, captionOf(judgement, mtimeMs))));
  return target;
}
