import { ink, label, n, type Svg, svg } from "./svg.ts";

/** What it is → what it was taken for → how many. */
export type Confusion = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What each kind of picture was taken for: rows are what they are, shade is the share of the row. */
export function confusionPlot(title: string, rows: Confusion): Svg {
  const names = Object.keys(rows);
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const total = (row: Readonly<Record<string, number>>): number => Object.values(row).reduce((a, b) => a + b, 0);
  const longest = (texts: readonly string[]): number => Math.max(4, ...texts.map((t) => t.length));
  // About 7.5 px per letter of 13 px text.
  const left = 56 + 7.5 * (longest(names) + 8);
  const cellWidth = Math.max(96, 10 * longest(columns) + 16);
  const [top, cellHeight] = [104, 34];
  const width = Math.max(left + columns.length * cellWidth + 24, 40 + 8.5 * title.length);
  const cells = names.flatMap((name, r) => {
    const row = rows[name]!;
    const of = Math.max(1, total(row));
    const y = top + r * cellHeight;
    return [
      label(left - 10, y + 22, `${name} (n = ${total(row)})`, 'text-anchor="end"'),
      ...columns.map((column, c) => {
        const share = (row[column] ?? 0) / of;
        const x = left + c * cellWidth;
        const text = `${row[column] ?? 0}${share > 0 && share < 1 ? ` · ${n(100 * share)} %` : ""}`;
        return (
          `<rect x="${n(x)}" y="${y}" width="${cellWidth}" height="${cellHeight}" fill="${ink.line}" fill-opacity="${(0.75 * share).toFixed(3)}" stroke="#ccc"/>` +
          label(x + cellWidth / 2, y + 22, text, `text-anchor="middle"${share > 0.8 ? ' fill="#fff"' : ""}`)
        );
      }),
    ];
  });
  const heads = columns.map((column, c) =>
    label(left + (c + 0.5) * cellWidth, top - 10, column, 'text-anchor="middle" font-weight="bold"'),
  );
  const height = names.length * cellHeight;
  return svg(
    Math.ceil(width),
    top + height + 24,
    label(20, 24, title, 'font-weight="bold" font-size="15"') +
      label(20, 42, "number of pictures; shade: share of the row", `font-size="12" fill="${ink.axis}"`) +
      label(left + (columns.length * cellWidth) / 2, top - 34, "taken for", `text-anchor="middle" fill="${ink.axis}"`) +
      label(left - 10, top - 10, "is", `text-anchor="end" fill="${ink.axis}"`) +
      heads.join("") +
      cells.join(""),
  );
}
