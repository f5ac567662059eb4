import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Judgement } from "../../domain/judgement.ts";
import type { RecipeRef } from "../../domain/recipe.ts";
import { captionOf } from "../evidence/caption.ts";
import { drawOverlay } from "../evidence/draw-overlay.ts";
import { encodePng } from "../model/read-picture.ts";
import type { InspectedFile } from "./inspect-folder.ts";

/**
 * Writes a picture with what was found drawn into it, as evidence pictures have it, below `out` by its name. Its legend says that
 * it is none: no trigger, no time and no entry of the ledger stand behind it.
 * @param at where it would be inspected, and by which models
 * @returns the file
 */
export async function writeOverlay(
  { file, verdict, inspection, picture, marks }: InspectedFile,
  at: { readonly station: string; readonly cameraId: string; readonly models: readonly string[] },
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
    triggerId: 0,
    recipe: { id, version, hash },
  };
  const target = path.join(out, `${file.replace(/\.[^.]*$/, "")}.png`);
  await mkdir(path.dirname(target), { recursive: true });
  const caption = captionOf(judgement, { trial: file, models: at.models });
  await writeFile(target, await encodePng(await drawOverlay(picture, marks, caption)));
  return target;
}
