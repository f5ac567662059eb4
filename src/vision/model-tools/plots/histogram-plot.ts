import { axes, ink, label, n, type Svg, svg } from "./svg.ts";

const bins = 40;
/** How far the axis goes, in distances from the lowest score to the threshold. */
const reach = 4;

/**
 * How the scores of good and defective pictures lie to each other and to the threshold. Shares of their own side, so that
 * many good pictures do not hide few defective ones. The last bar holds everything above it too: what matters is decided
 * around the threshold.
 */
export function histogramPlot(
  title: string,
  good: readonly number[],
  bad: readonly number[],
  threshold: number | undefined,
  unit: string,
): Svg {
  const all = [...good, ...bad].filter(Number.isFinite).sort((a, b) => a - b);
  const from = Math.min(all[0] ?? 0, threshold ?? Number.POSITIVE_INFINITY);
  const highestScore = all.at(-1) ?? 1;
  const near = threshold === undefined || threshold <= from ? highestScore : from + reach * (threshold - from);
  const to = Math.max(Math.min(highestScore, near), (threshold ?? from) * 1.05, from + 1e-6);
  const margin = 0.02 * (to - from);
  const binOf = (score: number): number =>
    Math.min(bins - 1, Math.max(0, Math.floor((bins * (score - from)) / (to - from))));
  const shares = (scores: readonly number[]): readonly number[] => {
    const counts = new Array<number>(bins).fill(0);
    for (const score of scores) counts[binOf(score)]! += 1;
    return counts.map((count) => (100 * count) / Math.max(1, scores.length));
  };
  const sides = [
    { name: `good (n = ${good.length})`, colour: ink.good, bars: shares(good) },
    { name: `defective (n = ${bad.length})`, colour: ink.bad, bars: shares(bad) },
  ];
  const highest = Math.max(1, ...sides.flatMap((s) => s.bars));
  const { frame, body } = axes(
    { left: 70, top: 72, width: 560, height: 250 },
    { from: from - margin, to: to + margin, title: highestScore > to ? `${unit}; last bar: and above` : unit },
    { from: 0, to: highest * 1.05, title: "pictures (% of their kind)" },
  );
  const drawn = sides.flatMap(({ colour, bars }) =>
    bars.map((share, i) => {
      if (share === 0) return "";
      const [x, next] = [i, i + 1].map((b) => frame.x(from + (b * (to - from)) / bins));
      const y = frame.y(share);
      return `<rect x="${n(x!)}" y="${n(y)}" width="${n(next! - x!)}" height="${n(frame.top + frame.height - y)}" fill="${colour}" fill-opacity="0.55" stroke="${colour}" stroke-width="0.8"/>`;
    }),
  );
  const legend = sides.map(
    ({ name, colour }, i) =>
      `<rect x="${70 + i * 170}" y="46" width="14" height="12" fill="${colour}" fill-opacity="0.55" stroke="${colour}"/>` +
      label(90 + i * 170, 57, name, 'font-size="12"'),
  );
  const limit = threshold === undefined ? undefined : frame.x(threshold);
  return svg(
    660,
    386,
    label(20, 24, title, 'font-weight="bold" font-size="15"') +
      legend.join("") +
      body +
      drawn.join("") +
      (limit === undefined
        ? ""
        : `<path d="M${n(limit)} ${frame.top - 6}V${frame.top + frame.height}" stroke="#111" stroke-width="1.5" stroke-dasharray="6 3"/>` +
          label(
            limit + (limit > frame.left + frame.width / 2 ? -6 : 6),
            frame.top + 6,
            `threshold ${Number(threshold!.toPrecision(4))}`,
            `font-size="12" text-anchor="${limit > frame.left + frame.width / 2 ? "end" : "start"}"`,
          )),
  );
}
