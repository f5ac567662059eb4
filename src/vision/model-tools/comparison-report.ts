import path from "node:path";
import sharp from "sharp";
import { type Comparison, type Difference, type ModelReport, mistakesOf } from "./compare-models.ts";
import { confusionPlot } from "./plots/confusion-plot.ts";
import { histogramPlot } from "./plots/histogram-plot.ts";
import { rocPlot } from "./plots/roc-plot.ts";
import { escaped, type Svg } from "./plots/svg.ts";

/** A drawing of a report with the name of its file. */
export interface Plot {
  readonly name: string;
  readonly svg: Svg;
}

/** Pictures of differences or mistakes that the report shows; the list names all. */
const shownDifferences = 60;
const thumbnailPx = 128;

/** ROC of all models together; confusion and histogram of each. */
export const plotsOf = ({ models, data }: Comparison): readonly Plot[] => [
  {
    name: "roc",
    svg: rocPlot(
      `ROC on ${path.basename(path.resolve(data))}`,
      models.map(({ id, judged, interval, threshold }) => ({ name: id, scored: judged, interval, threshold })),
    ),
  },
  ...models.flatMap(({ id, judged, threshold, scoreName, confusion }) => {
    const scores = (isGood: boolean): readonly number[] =>
      judged.filter((j) => j.isGood === isGood).map((j) => j.score);
    return [
      { name: `confusion-${id}`, svg: confusionPlot(`${id} at its threshold`, confusion) },
      {
        name: `scores-${id}`,
        svg: histogramPlot(`${id}: scores`, scores(true), scores(false), threshold, scoreName),
      },
    ];
  }),
];

/** At twice the drawn size, so that it is crisp on paper and on a dense screen. */
export const asPng = (svg: Svg): Promise<Uint8Array> =>
  sharp(Buffer.from(svg), { density: 144 }).png({ compressionLevel: 9 }).toBuffer();

/** One page that needs nothing beside it: drawings and thumbnails are inside. */
export async function comparisonHtml(comparison: Comparison, plots: readonly Plot[], program: string): Promise<string> {
  const { data, models, differences } = comparison;
  const [first] = models;
  const good = first!.judged.filter((j) => j.isGood).length;
  const names = models.map((m) => m.id).join(" and ");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(names)} on ${escaped(path.basename(data))}</title>
<style>
body { font: 15px/1.45 Helvetica, Arial, sans-serif; color: #111; max-width: 1180px; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse; margin: 1em 0 } th, td { border: 1px solid #ccc; padding: .3em .7em; text-align: left; vertical-align: middle }
td.number { text-align: right; font-variant-numeric: tabular-nums } th { background: #f4f4f4 }
.wrong { color: #c2410c; font-weight: bold } .plots { display: flex; flex-wrap: wrap; gap: 12px } svg { border: 1px solid #e2e2e2; max-width: 100% }
td img { display: block } code { font-size: 13px }
</style></head><body>
<h1>${escaped(names)}</h1>
<p>${first!.judged.length} labelled pictures of <code>${escaped(data)}</code>: ${good} good, ${first!.judged.length - good} defective. Written by Tallyline ${escaped(program)}.</p>
${figures(models)}
<p>AUROC: share of pairs of a good and a defective picture that the scores order rightly; its 95 % interval resamples pieces 1,000 times. Rates are at each model's own threshold.</p>
<div class="plots">${plots.map((p) => p.svg).join("\n")}</div>
${await (models.length > 1 ? differenceTable(data, models, differences) : mistakeTable(data, first!))}
</body></html>
`;
}

function figures(models: readonly ModelReport[]): string {
  const rows: readonly (readonly [string, (m: ModelReport) => string])[] = [
    ["AUROC", (m) => m.auroc.toFixed(4)],
    ["95 % interval", (m) => m.interval.map((v) => v.toFixed(3)).join(" – ")],
    ["threshold", (m) => String(Number(m.threshold.toPrecision(5)))],
    ["good pictures refused", (m) => percent(m.falseRejectRate)],
    ["defective pictures passed", (m) => percent(m.falseAcceptRate)],
    ["ms per picture, p50", (m) => m.ms.p50.toFixed(1)],
    ["ms per picture, p99", (m) => m.ms.p99.toFixed(1)],
    ["SHA-256 of the card", (m) => `${m.hash.slice(0, 16)}…`],
  ];
  const head = models.map((m) => `<th>${escaped(m.id)}</th>`).join("");
  const body = rows.map(
    ([name, value]) => `<tr><th>${name}</th>${models.map((m) => `<td class="number">${value(m)}</td>`).join("")}</tr>`,
  );
  return `<table><tr><th></th>${head}</tr>${body.join("")}</table>`;
}

async function differenceTable(
  data: string,
  models: readonly ModelReport[],
  differences: readonly Difference[],
): Promise<string> {
  if (differences.length === 0) return "<h2>Differences</h2><p>Every picture is judged alike.</p>";
  return `<h2>Differences</h2><p>${differences.length} pictures that one passes and another does not; what is wrong is marked.</p>
${await pictureTable(data, models, differences)}`;
}

async function mistakeTable(data: string, model: ModelReport): Promise<string> {
  const mistakes = mistakesOf(model);
  if (mistakes.length === 0) return "<h2>Mistakes</h2><p>Every picture is judged rightly.</p>";
  const missed = mistakes.filter((j) => !j.isGood).length;
  const listed = mistakes.map((j) => ({ file: j.file, label: j.label, said: [j] }));
  return `<h2>Mistakes</h2><p>${missed} defective pictures that it passes, then ${mistakes.length - missed} good ones that it refuses.</p>
${await pictureTable(data, [model], listed)}`;
}

async function pictureTable(
  data: string,
  models: readonly ModelReport[],
  differences: readonly Difference[],
): Promise<string> {
  const rows = await Promise.all(
    differences.map(async ({ file, label, said }, i) => {
      const image = i < shownDifferences ? await thumbnail(path.join(data, file)) : "";
      const cells = said.map(
        (s) =>
          `<td class="${s.isPass === s.isGood ? "right" : "wrong"}">${escaped(s.takenFor)}<br><code>${s.score.toFixed(3)}</code></td>`,
      );
      return `<tr><td>${image}</td><td><code>${escaped(file)}</code></td><td>${escaped(label)}</td>${cells.join("")}</tr>`;
    }),
  );
  const head = models.map((m) => `<th>${escaped(m.id)}</th>`).join("");
  return `<table><tr><th>picture</th><th>file</th><th>is</th>${head}</tr>${rows.join("\n")}</table>`;
}

async function thumbnail(file: string): Promise<string> {
  const { data, info } = await sharp(file)
    .resize(thumbnailPx, thumbnailPx, { fit: "inside" })
    .webp({ quality: 80 })
    .toBuffer({ resolveWithObject: true });
  return `<img width="${info.width}" height="${info.height}" alt="" src="data:image/webp;base64,${data.toString("base64")}">`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
