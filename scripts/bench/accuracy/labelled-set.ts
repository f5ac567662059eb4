import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseCsv } from "../../../src/cameras/folder/csv.ts";

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

/** Rows by column name. */
export const parseLabels = (text: string): readonly Label[] =>
  parseCsv(text).map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "")) as Label);

/** Reads the labels of `<data>/<name>`; a set without `labels.csv` has none. */
export async function readSet(data: string, name: string): Promise<LabelledSet> {
  const folder = path.join(data, name);
  const file = path.join(folder, "labels.csv");
  return { name, folder, labels: existsSync(file) ? parseLabels(await readFile(file, "utf8")) : [] };
}
