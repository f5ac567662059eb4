import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** One line of `labels.csv`, by column name; which columns there are depends on the set. Empty fields are absent. */
export type Label = { readonly file: string } & {
  readonly [column in
    | "label"
    | "split"
    | "known_sku"
    | "defect_class"
    | "symbology"
    | "text"
    | "best_before"
    | "date_format"
    | "lot"
    | "production_date"
    | "quad"
    | "tile"
    | "pair"
    | "boxes"]?: string;
};

/** A folder of images with what is known about them. */
export interface LabelledSet {
  readonly name: string;
  readonly folder: string;
  readonly labels: readonly Label[];
}

/** RFC 4180: quoted fields may hold commas, line breaks and doubled quotes. */
export function parseCsv(text: string): readonly Label[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end !== "," && end !== "") rows.push([]);
    if (end === "") break;
  }
  const [header = [], ...lines] = rows.filter((row) => row.length > 1);
  return lines.map(
    (line) => Object.fromEntries(header.flatMap((name, i) => (line[i] ? [[name, line[i]]] : []))) as unknown as Label,
  );
}

/** Names of the folders in a folder, sorted; none when it does not exist. */
export const foldersIn = async (folder: string): Promise<readonly string[]> =>
  existsSync(folder)
    ? (await readdir(folder, { withFileTypes: true }))
        .filter((e) => e.isDirectory())
        .map((e) => e.name)
        .sort()
    : [];

/** Reads the labels of `<data>/<name>`; a set without `labels.csv` has none. */
export async function readSet(data: string, name: string): Promise<LabelledSet> {
  const folder = path.join(data, name);
  const file = path.join(folder, "labels.csv");
  return { name, folder, labels: existsSync(file) ? parseCsv(await readFile(file, "utf8")) : [] };
}
