// How well each inspection does on real photographs that nobody tuned it on: one task per kind of question.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { foldersIn } from "../../src/vision/model-tools/labelled-pictures.ts";
import { anomaly } from "./accuracy/anomaly.ts";
import { codes } from "./accuracy/codes.ts";
import { dates } from "./accuracy/dates.ts";
import { readSet } from "./accuracy/labelled-set.ts";
import { products } from "./accuracy/products.ts";
import { type AccuracyTask, reaches, type TaskResult } from "./accuracy/task.ts";
import { template } from "./accuracy/template.ts";

const tasks: readonly AccuracyTask[] = [anomaly, codes, dates, template, products];

const {
  data,
  sets: only,
  out: target,
} = new Command("accuracy.bench")
  .description(
    "Runs every task on every set of a folder that has what it needs: teaching on <set>/train/good and judging " +
      "<set>/test/<class>, reading codes that <set>/labels.csv lists. Exits 1 when a bar is missed, 0 with a note when there is no data.",
  )
  .requiredOption("--data <dir>", "folder of sets")
  .option("--sets <names>", "only these, separated by commas")
  .option("--out <dir>", "folder for ROC and confusion plots (SVG) and for the figures (JSON)")
  .parse()
  .opts<{ data: string; sets?: string; out?: string }>();

const rounded = (_: string, value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(4)) : value;

const save = async (file: string, text: string): Promise<void> => {
  if (target === undefined) return;
  await mkdir(target, { recursive: true });
  await writeFile(path.join(target, file), text);
};

const results: TaskResult[] = [];
for (const name of await foldersIn(data)) {
  if (only !== undefined && !only.split(",").includes(name)) continue;
  const set = await readSet(data, name);
  const before = results.length;
  for (const task of tasks) {
    if (!(await task.fits(set))) continue;
    const out = await mkdtemp(path.join(tmpdir(), "tallyline-accuracy-"));
    try {
      const result = await task.run(set, out);
      results.push(result);
      for (const [plot, svg] of Object.entries(result.plots ?? {})) await save(`${name}-${task.name}-${plot}.svg`, svg);
      console.log(`${name}: ${task.name} ${JSON.stringify(result.figures, rounded)}`);
      for (const bar of result.bars) {
        const [value, must, aim] = [bar.value, bar.must, bar.aim].map((v) => v && Number(v.toPrecision(4)));
        const verdict = !reaches(bar, bar.must)
          ? "MISSED"
          : bar.aim !== undefined && reaches(bar, bar.aim)
            ? "aim"
            : "ok";
        console.log(
          `  ${verdict.padEnd(6)} ${bar.figure}: ${value} (must ${must}${aim === undefined ? "" : `, aim ${aim}`})`,
        );
      }
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  }
  if (results.length === before) console.log(`${name}: skipped, it has nothing that a task asks about`);
}
const isSkipped = results.length === 0;
if (isSkipped)
  console.log(
    `no set to judge below ${data}; give --data a folder of <set>/train/good and <set>/test/<class>, or of sets with labels.csv`,
  );
const isMet = results.every(({ bars }) => bars.every((bar) => reaches(bar, bar.must)));
const summary = JSON.stringify(
  {
    case: "accuracy",
    results: results.map(({ plots: _, ...result }) => result),
    ...(isSkipped ? { skipped: true } : { isMet }),
  },
  rounded,
);
await save(
  "accuracy.json",
  `${summary}
`,
);
console.log(summary);
process.exitCode = isMet ? 0 : 1;
