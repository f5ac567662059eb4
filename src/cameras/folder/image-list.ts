import { readdir, readFile } from "node:fs/promises";
import { dirname, extname, join, relative, resolve } from "node:path";
import { AppError, errorText } from "../../platform/errors.ts";
import { parseCsv } from "./csv.ts";

/** The image folder of a `folder` camera cannot be replayed; the message says what to do. */
export class ImageFolderError extends AppError {
  readonly code = "CAMERA_FOLDER";
}

/** Formats by ending, lower case. */
const endings = new Set([".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"]);

/** Which images, in which order. */
export interface ImageSelection {
  /** Folder of the images. */
  readonly path: string;
  readonly recursive: boolean;
  /** A labels.csv; relative to `path`. */
  readonly labels?: string | undefined;
  /** Only rows whose column `split` (`label`) has this text. */
  readonly split?: string | undefined;
  readonly label?: string | undefined;
}

/**
 * Absolute paths: all images of the folder in order of their relative path, by code unit, so that every machine replays
 * the same order; or those that labels.csv names, in its order.
 *
 * @throws {ImageFolderError} folder or labels.csv missing or unreadable, or nothing selected
 */
export async function listImages(selection: ImageSelection): Promise<readonly string[]> {
  const folder = resolve(selection.path);
  return selection.labels === undefined
    ? imagesBelow(folder, selection.recursive)
    : labelled(folder, selection.labels, selection);
}

async function imagesBelow(folder: string, recursive: boolean): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive, withFileTypes: true }).catch((cause: unknown) => {
    const message = `image folder ${folder} cannot be read; check the path and its permissions, or mount the drive it is on`;
    throw new ImageFolderError(message, { cause });
  });
  const byPath = (a: string, b: string): number => (a < b ? -1 : 1);
  const images = entries
    .filter((e) => e.isFile() && endings.has(extname(e.name).toLowerCase()))
    .map((e) => relative(folder, join(e.parentPath, e.name)))
    .sort(byPath)
    .map((name) => join(folder, name));
  if (images.length > 0) return images;
  const known = [...endings].join(" ");
  throw new ImageFolderError(
    `image folder ${folder} has no images (${known}); put some there${recursive ? "" : ", or set recursive: true to look into its subfolders"}`,
  );
}

async function labelled(
  folder: string,
  labels: string,
  { split, label }: Pick<ImageSelection, "split" | "label">,
): Promise<readonly string[]> {
  const file = resolve(folder, labels);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new ImageFolderError(`labels file ${file} cannot be read; check options "path" and "labels"`, { cause });
  });
  const rows = parseCsv(text);
  if (rows.length > 0 && rows[0]!["file"] === undefined)
    throw new ImageFolderError(
      `labels file ${file} has no column "file"; its first line must name the columns file,label,defect_class,split`,
    );
  const chosen = rows.filter(
    (r) => (split === undefined || r["split"] === split) && (label === undefined || r["label"] === label),
  );
  if (chosen.length > 0) return chosen.map((r) => resolve(dirname(file), r["file"]!));
  const seen = (column: string): string => [...new Set(rows.map((r) => r[column] ?? ""))].slice(0, 20).join(", ");
  throw new ImageFolderError(
    `labels file ${file}: none of ${rows.length} rows has split "${split ?? "(any)"}" and label "${label ?? "(any)"}"; it has split ${seen("split")} and label ${seen("label")}`,
  );
}

/** The folder as it is now: the images, or why there are none. */
export async function tryListImages(
  selection: ImageSelection,
): Promise<{ readonly images: readonly string[] } | { readonly reason: string }> {
  try {
    return { images: await listImages(selection) };
  } catch (error) {
    return { reason: errorText(error) };
  }
}
