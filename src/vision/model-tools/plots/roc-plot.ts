import { auroc, rocPoints, type Scored } from "../roc.ts";
import { axes, ink, label, n, type Svg, svg } from "./svg.ts";

/** One curve of a plot. */
export interface RocCurve {
  readonly name: string;
  readonly scored: readonly Pick<Scored, "isGood" | "score">[];
  /** 95 % interval of the area. */
  readonly interval?: readonly [number, number];
  /** The threshold in use, marked on the curve. */
  readonly threshold?: number;
}

/** Later curves are dashed, so that an equal one below shows through. */
const dashes = ["", "7 4", "2 4", "10 3 2 3"];
const colours = [ink.line, ink.bad, ink.good, "#7c3aed"];

/** Share of defective pictures found over share of good ones refused, for every threshold. */
export function rocPlot(title: string, curves: readonly RocCurve[]): Svg {
  const { frame, body } = axes(
    { left: 70, top: 56, width: 380, height: 380 },
    { from: 0, to: 1, title: "good pictures refused (share)" },
    { from: 0, to: 1, title: "defective pictures found (share)" },
  );
  const drawn = curves.map(({ name, scored, interval, threshold }, i) => {
    const colour = colours[i % colours.length]!;
    const points = rocPoints(scored).map(([x, y]) => `${n(frame.x(x))},${n(frame.y(y))}`);
    const [low, high] = interval ?? [];
    const words = `${name}: AUROC ${auroc(scored).toFixed(4)}${low === undefined ? "" : ` (${low.toFixed(3)}–${high!.toFixed(3)})`}`;
    // About 6.8 px per letter of 12 px text.
    const left = Math.max(frame.left + 4, frame.left + frame.width - 34 - 6.8 * words.length);
    const y = frame.top + frame.height - 14 - 20 * (curves.length - 1 - i);
    return (
      `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round" stroke-dasharray="${dashes[i % dashes.length]}"/>` +
      (threshold === undefined ? "" : mark(frame, scored, threshold, colour)) +
      `<rect x="${n(left)}" y="${y - 14}" width="${n(frame.left + frame.width - 4 - left)}" height="19" fill="#fff" fill-opacity="0.85"/>` +
      `<path d="M${n(left + 4)} ${y - 4}h18" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dashes[i % dashes.length]}"/>` +
      label(left + 28, y, words, 'font-size="12"')
    );
  });
  const good = curves[0]?.scored.filter((s) => s.isGood).length ?? 0;
  const bad = (curves[0]?.scored.length ?? 0) - good;
  return svg(
    480,
    496,
    label(20, 24, title, 'font-weight="bold" font-size="15"') +
      label(
        20,
        42,
        `n = ${good} good, ${bad} defective; circle: the threshold in use`,
        `font-size="12" fill="${ink.axis}"`,
      ) +
      body +
      `<path d="M${n(frame.x(0))} ${n(frame.y(0))}L${n(frame.x(1))} ${n(frame.y(1))}" stroke="${ink.faint}" stroke-dasharray="4"/>` +
      drawn.join(""),
  );
}

function mark(
  frame: ReturnType<typeof axes>["frame"],
  scored: readonly Pick<Scored, "isGood" | "score">[],
  threshold: number,
  colour: string,
): string {
  const above = (isGood: boolean): number => {
    const side = scored.filter((s) => s.isGood === isGood);
    return side.filter((s) => s.score >= threshold).length / Math.max(1, side.length);
  };
  return `<circle cx="${n(frame.x(above(true)))}" cy="${n(frame.y(above(false)))}" r="5" fill="#fff" stroke="${colour}" stroke-width="2.5"/>`;
}
