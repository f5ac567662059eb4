/** A picture as SVG text: no font or library is needed to write it, any browser shows it. */
export type Svg = string;

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]!);
const svg = (width: number, height: number, body: string): Svg =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">` +
  `<rect width="100%" height="100%" fill="#fff"/>${body}</svg>\n`;
const label = (x: number, y: number, text: string, more = ""): string =>
  `<text x="${x}" y="${y}" ${more}>${escaped(text)}</text>`;

/** Share of defective images found over share of good ones refused, for every threshold. */
export function rocPlot(title: string, good: readonly number[], bad: readonly number[]): Svg {
  const [left, top, side] = [60, 40, 360];
  const above = (scores: readonly number[], limit: number): number =>
    scores.filter((s) => s >= limit).length / Math.max(1, scores.length);
  const thresholds = [...new Set([...good, ...bad])].sort((a, b) => b - a);
  const points = [[0, 0], ...thresholds.map((t) => [above(good, t), above(bad, t)])].map(
    ([x, y]) => `${(left + side * x!).toFixed(1)},${(top + side * (1 - y!)).toFixed(1)}`,
  );
  const grid = [0, 0.25, 0.5, 0.75, 1].map((v) => {
    const [x, y] = [left + side * v, top + side * (1 - v)];
    return (
      `<path d="M${x} ${top}V${top + side}M${left} ${y}H${left + side}" stroke="#ddd"/>` +
      label(x, top + side + 18, String(v), 'text-anchor="middle"') +
      label(left - 8, y + 4, String(v), 'text-anchor="end"')
    );
  });
  return svg(
    left + side + 20,
    top + side + 50,
    grid.join("") +
      `<path d="M${left} ${top + side}L${left + side} ${top}" stroke="#bbb" stroke-dasharray="4"/>` +
      `<polyline points="${points.join(" ")}" fill="none" stroke="#06c" stroke-width="2"/>` +
      label(left, 24, title, 'font-weight="bold"') +
      label(left + side / 2, top + side + 40, "good images refused", 'text-anchor="middle"') +
      label(
        0,
        0,
        "defective images found",
        `text-anchor="middle" transform="translate(16 ${top + side / 2}) rotate(-90)"`,
      ),
  );
}

/** What each kind of image was taken for: rows are what they are, shade is the share of the row. */
export function confusionPlot(title: string, rows: Readonly<Record<string, Readonly<Record<string, number>>>>): Svg {
  const [left, top, cellWidth, cellHeight] = [140, 70, 100, 30];
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const cells = Object.entries(rows).flatMap(([name, row], r) => {
    const total = Math.max(
      1,
      Object.values(row).reduce((a, b) => a + b, 0),
    );
    const y = top + r * cellHeight;
    return [
      label(left - 8, y + 20, name, 'text-anchor="end"'),
      ...columns.map((column, c) => {
        const count = row[column] ?? 0;
        const x = left + c * cellWidth;
        return (
          `<rect x="${x}" y="${y}" width="${cellWidth}" height="${cellHeight}" fill="#06c" fill-opacity="${(0.7 * count) / total}" stroke="#ccc"/>` +
          label(x + cellWidth / 2, y + 20, String(count), 'text-anchor="middle"')
        );
      }),
    ];
  });
  const heads = columns.map((column, c) =>
    label(left + (c + 0.5) * cellWidth, top - 10, column, 'text-anchor="middle"'),
  );
  return svg(
    left + columns.length * cellWidth + 20,
    top + Object.keys(rows).length * cellHeight + 20,
    label(20, 24, title, 'font-weight="bold"') + heads.join("") + cells.join(""),
  );
}
