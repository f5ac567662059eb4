import path from "node:path";
import { errorText } from "../../platform/errors.ts";
import { type LabelledPicture, LabelledPicturesError } from "./labelled-pictures.ts";
import type { ModelUnderTest, Said } from "./model-under-test.ts";

/** A labelled picture with what a model said of it. */
export interface JudgedPicture extends LabelledPicture, Said {}

/**
 * Shows every picture to the model.
 * @throws LabelledPicturesError naming the first picture that it cannot judge.
 */
export async function judgePictures(
  model: ModelUnderTest,
  folder: string,
  pictures: readonly LabelledPicture[],
  onProgress?: (done: number, total: number) => void,
): Promise<readonly JudgedPicture[]> {
  const { ref } = model.package;
  const { takes } = model;
  const judged: JudgedPicture[] = [];
  for (const [i, labelled] of pictures.entries()) {
    const picture = await model.read(path.join(folder, labelled.file));
    if (takes && (picture.width !== takes.width || picture.height !== takes.height))
      throw new LabelledPicturesError(
        `${labelled.file} is ${picture.width} × ${picture.height} px, ${ref.id} takes ${takes.width} × ${takes.height} px; give it pictures of its own camera.`,
      );
    const said = await model.judge(picture).catch((cause: unknown) => {
      throw new LabelledPicturesError(
        `${ref.id} cannot judge ${labelled.file}: ${errorText(cause)}; remove the picture.`,
        {
          cause,
        },
      );
    });
    judged.push({ ...labelled, ...said });
    onProgress?.(i + 1, pictures.length);
  }
  return judged;
}
