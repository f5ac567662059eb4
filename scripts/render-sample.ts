// Writes pictures of the synthetic line as a labelled image set: for `tallyline teach`, for benches, or to look at.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { type SyntheticDefect, syntheticDefects, syntheticOptions } from "../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer, type Picture } from "../src/cameras/synthetic/renderer.ts";
import { type UnitTruth, unitTruth } from "../src/cameras/synthetic/unit-truth.ts";

const usage = `usage: render-sample.ts --out DIR [options]
  --seed N         the line (default 1)
  --from N         first unit (default 1)
  --count N        good units into train/good (default 120)
  --test N         further units, half of them with a defect, into test/<class> (default 0)
  --only CLASS     makes every defect one of this class: ${syntheticDefects.join(", ")}
  --empty N        empty belts into train/empty (default 0)
Writes DIR/<train|test>/<class>/unit-<n>.png and DIR/labels.csv (file,label,defect_class,split,unit,kind,offset_mm,boxes;
a box is "x1 y1 x2 y2 class" in px, several separated by ";").`;

const fail = (message: string): never => {
  console.error(`${message}\n${usage}`);
  process.exit(1);
};
function readArguments() {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      options: {
        seed: text,
        from: text,
        count: text,
        test: text,
        empty: text,
        out: text,
        only: text,
        help: { type: "boolean" },
      },
    });
    return values;
  } catch (error) {
    return fail((error as Error).message);
  }
}
const values = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const number = (name: "seed" | "from" | "count" | "test" | "empty", fallback: number): number => {
  const value = Number(values[name] ?? fallback);
  return Number.isInteger(value) && value >= 0 ? value : fail(`--${name} has to be a whole number, 0 or more`);
};
const out = values.out ?? fail("--out is missing: the folder to write to");
const only = values.only as SyntheticDefect | undefined;
if (only !== undefined && !syntheticDefects.includes(only)) fail(`--only ${only}: no such class`);
const [seed, from, count, tests, empty] = [
  number("seed", 1),
  number("from", 1),
  number("count", 120),
  number("test", 0),
  number("empty", 0),
];

const rows: string[][] = [["file", "label", "defect_class", "split", "unit", "kind", "offset_mm", "boxes"]];
async function save(
  picture: Picture,
  split: string,
  label: string,
  defectClass: string,
  { unit, defects }: UnitTruth,
): Promise<void> {
  const file = `${split}/${defectClass}/unit-${String(unit).padStart(6, "0")}.png`;
  const { data, ...raw } = picture;
  await mkdir(dirname(join(out, file)), { recursive: true });
  await sharp(data, { raw }).png({ compressionLevel: 6 }).toFile(join(out, file));
  const kind = defects.map((d) => (d.class === "DATE_CODE" ? d.kind : "")).find((k) => k !== "") ?? "";
  const offset =
    defects.map((d) => (d.class === "LABEL_OFFSET" ? String(d.offset_mm) : "")).find((o) => o !== "") ?? "";
  const boxes = defects.map(({ class: c, box: [x, y, w, h] }) => `${x} ${y} ${x + w} ${y + h} ${c}`).join(";");
  rows.push([file, label, defectClass, split, String(unit), kind, offset, boxes]);
}

const good = syntheticOptions.parse({ seed, goodOnly: true });
const teach = await createSyntheticRenderer(good);
for (let unit = from; unit < from + count; unit++)
  await save(teach.render(unit)!, "train", "good", "good", unitTruth(good, unit));
for (let unit = from; unit < from + empty; unit++)
  await save(teach.renderEmpty(unit), "train", "empty", "empty", { unit, drawnAs: unit, absent: true, defects: [] });

const mixed = syntheticOptions.parse({ seed, defectRate: 0.5, absentRate: 0, only });
const line = await createSyntheticRenderer(mixed);
for (let unit = from + count; unit < from + count + tests; unit++) {
  const truth = unitTruth(mixed, unit);
  const defectClass = truth.defects[0]?.class;
  await save(line.render(unit)!, "test", defectClass ? "defect" : "good", defectClass ?? "good", truth);
}
await mkdir(out, { recursive: true });
await writeFile(join(out, "labels.csv"), `${rows.map((r) => r.join(",")).join("\n")}\n`);
console.log(`${rows.length - 1} pictures and labels.csv in ${out}`);
