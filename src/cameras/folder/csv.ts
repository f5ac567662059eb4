/**
 * Rows of a comma-separated file by column name (RFC 4180: quoted fields may hold commas, quotes and line breaks).
 * Short rows lack their last columns; empty lines are skipped.
 */
export function parseCsv(text: string): Readonly<Record<string, string>>[] {
  const lines: string[][] = [];
  let fields: string[] = [];
  // One field with what ends it: quoted, or plain up to the next comma or line break.
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|\r|$)/gy;
  const source = text.replace(/^\uFEFF/, "");
  while (field.lastIndex < source.length) {
    const match = field.exec(source);
    if (!match) break;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === ",") continue;
    if (fields.length > 1 || fields[0] !== "") lines.push(fields);
    fields = [];
  }
  if (fields.length > 0) lines.push(fields);
  const [header = [], ...rows] = lines;
  return rows.map((row) => Object.fromEntries(header.flatMap((name, i) => (i < row.length ? [[name, row[i]!]] : []))));
}
