/** A drawing as SVG text: no library is needed to write it, any browser shows it. */
export type Svg = string;

export const ink = {
  axis: "#444",
  grid: "#e2e2e2",
  good: "#0b7a5b",
  bad: "#c2410c",
  line: "#1d4ed8",
  faint: "#9a9a9a",
};

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);

export const svg = (width: number, height: number, body: string): Svg =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="13" fill="#111">` +
  `<rect width="100%" height="100%" fill="#fff"/>${body}</svg>\n`;

export const label = (x: number, y: number, text: string, more = ""): string =>
  `<text x="${n(x)}" y="${n(y)}" ${more}>${escaped(text)}</text>`;

/** A coordinate, short. */
export const n = (value: number): string => String(Math.round(value * 10) / 10);

/** Where a plot draws: `x` and `y` take values to px. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  x(value: number): number;
  y(value: number): number;
}
/** What an axis shows. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** Round values that divide an axis, at most about `count` of them. */
export function ticks(from: number, to: number, count = 6): readonly number[] {
  const raw = (to - from) / count;
  if (!(raw > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999)!;
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(6)),
  );
}

/** Axes with grid, tick labels and titles, and the frame to draw in. */
export function axes(
  place: Pick<Frame, "left" | "top" | "width" | "height">,
  across: Axis,
  up: Axis,
): { readonly frame: Frame; readonly body: string } {
  const { left, top, width, height } = place;
  const frame: Frame = {
    ...place,
    x: (value) => left + (width * (value - across.from)) / (across.to - across.from),
    y: (value) => top + height * (1 - (value - up.from) / (up.to - up.from)),
  };
  const vertical = ticks(across.from, across.to).map(
    (v) =>
      `<path d="M${n(frame.x(v))} ${top}V${top + height}" stroke="${ink.grid}"/>` +
      label(frame.x(v), top + height + 18, String(v), 'text-anchor="middle"'),
  );
  const horizontal = ticks(up.from, up.to).map(
    (v) =>
      `<path d="M${left} ${n(frame.y(v))}H${left + width}" stroke="${ink.grid}"/>` +
      label(left - 8, frame.y(v) + 4, String(v), 'text-anchor="end"'),
  );
  const body =
    vertical.join("") +
    horizontal.join("") +
    `<path d="M${left} ${top}V${top + height}H${left + width}" fill="none" stroke="${ink.axis}"/>` +
    label(left + width / 2, top + height + 40, across.title, 'text-anchor="middle"') +
    label(0, 0, up.title, `text-anchor="middle" transform="translate(${left - 44} ${top + height / 2}) rotate(-90)"`);
  return { frame, body };
}
