import type { ReliabilityBin } from "../reliability.ts";
import { axes, ink, label, n, type Svg, svg } from "./svg.ts";

/** What was said against what was true, in bins of probability; the diagonal is honest. */
export function reliabilityPlot(
  title: string,
  curves: readonly { readonly name: string; readonly bins: readonly ReliabilityBin[] }[],
): Svg {
  const { frame, body } = axes(
    { left: 70, top: 56, width: 380, height: 380 },
    { from: 0, to: 1, title: "said: probability of a defect" },
    { from: 0, to: 1, title: "true: share that is defective" },
  );
  const colours = [ink.faint, ink.line];
  const drawn = curves.map(({ name, bins }, i) => {
    const points = bins.map((b) => `${n(frame.x(b.said))},${n(frame.y(b.isTrue))}`);
    const dots = bins.map(
      (b) =>
        `<circle cx="${n(frame.x(b.said))}" cy="${n(frame.y(b.isTrue))}" r="${n(3 + 1.2 * Math.log2(b.count))}" fill="${colours[i]}" fill-opacity="0.5"/>`,
    );
    return (
      `<polyline points="${points.join(" ")}" fill="none" stroke="${colours[i]}" stroke-width="2"/>${dots.join("")}` +
      `<path d="M${frame.left + 132} ${frame.top + frame.height - 36 + 20 * i}h18" stroke="${colours[i]}" stroke-width="2.5"/>` +
      label(frame.left + 156, frame.top + frame.height - 32 + 20 * i, name, 'font-size="12"')
    );
  });
  return svg(
    480,
    496,
    label(20, 24, title, 'font-weight="bold" font-size="15"') +
      label(20, 42, "a dot is a tenth of the scale; its size: how many pictures", `font-size="12" fill="${ink.axis}"`) +
      body +
      `<path d="M${n(frame.x(0))} ${n(frame.y(0))}L${n(frame.x(1))} ${n(frame.y(1))}" stroke="${ink.faint}" stroke-dasharray="4"/>` +
      drawn.join(""),
  );
}
