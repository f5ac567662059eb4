import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseCsv } from "../../cameras/folder/csv.ts";
import { listImages } from "../../cameras/folder/image-list.ts";
import { AppError } from "../../platform/errors.ts";

/** The folder does not say what its pictures show. */
export class LabelledPicturesError extends AppError {
  readonly code = "LABELLED_PICTURES";
}

/** A picture of which it is known what it shows. */
export interface LabelledPicture {
  /** Relative to the folder. */
  readonly file: string;
  /** `good`, or what is wrong with it. */
  readonly label: string;
  readonly isGood: boolean;
  /** Pictures of the same piece have the same; else the file. */
  readonly group: string;
}

/** Words that mean that nothing is wrong. */
const goodLabels = new Set(["good", "ok", "pass"]);
export const isGoodLabel = (label: string): boolean => goodLabels.has(label.toLowerCase());

/**
 * The pictures of a folder with their labels: from `labels.csv` (columns file, label, and where there are some
 * defect_class, split, tile), else from folders named after what their pictures show, `<split>/<class>/…` or `<class>/…`.
 *
 * @param split only these; `test` where the folder has such a split, else all, when left out
 * @throws LabelledPicturesError when it holds no labelled picture.
 */
export async function labelledPictures(folder: string, split?: string): Promise<readonly LabelledPicture[]> {
  const table = path.join(folder, "labels.csv");
  const pictures = existsSync(table) ? await fromTable(table, split) : await fromFolders(folder, split);
  if (pictures.length > 0) return pictures;
  throw new LabelledPicturesError(
    `${folder} holds no labelled pictures${split === undefined ? "" : ` of the split "${split}"`}; lay it out as <split>/good/…, <split>/<defect>/…, or put a labels.csv with the columns file,label,defect_class,split there.`,
  );
}

async function fromTable(table: string, split: string | undefined): Promise<readonly LabelledPicture[]> {
  const rows = parseCsv(await readFile(table, "utf8"));
  const wanted = split ?? (rows.some((r) => r["split"] === "test") ? "test" : undefined);
  return rows
    .filter((r) => r["file"] && (wanted === undefined || r["split"] === wanted))
    .map(({ file, label, defect_class: kind, tile }) => {
      const name = kind || label || "";
      if (name === "")
        throw new LabelledPicturesError(`${table}: ${file} has no label; fill in "label" or "defect_class".`);
      return { file: file!, label: name, isGood: isGoodLabel(label || name), group: tile || file! };
    });
}

async function fromFolders(folder: string, split: string | undefined): Promise<readonly LabelledPicture[]> {
  const names = await foldersIn(folder);
  const wanted = split ?? (names.includes("test") ? "test" : "");
  const classes = await foldersIn(path.join(folder, wanted));
  const lists = await Promise.all(
    classes.map(async (label) => {
      const below = path.join(folder, wanted, label);
      const files = await listImages({ path: below, recursive: true });
      return files.map((file) => {
        const name = path.relative(folder, file);
        return { file: name, label, isGood: isGoodLabel(label), group: name };
      });
    }),
  );
  return lists.flat();
}

/** Names of the folders in a folder, sorted; none when it does not exist. */
export const foldersIn = async (folder: string): Promise<readonly string[]> =>
  existsSync(folder)
    ? (await readdir(folder, { withFileTypes: true }))
        .filter((e) => e.isDirectory())
        .map((e) => e.name)
        .sort()
    : [];
