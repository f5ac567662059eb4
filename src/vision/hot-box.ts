import type { Defect } from "../domain/defect.ts";

/** A map of distances, row by row, over a picture of this size. */
interface HeatMap {
  readonly map: Float32Array;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
}

/** Share of the hottest value that still belongs to the same finding. */
const hot = 0.6;

/** The box, in px of the picture, around the hottest position and all hot ones that touch it (also over corners). */
export function hotBox(
  { map, width, height }: HeatMap,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): NonNullable<Defect["box"]> {
  let peak = 0;
  for (let i = 1; i < map.length; i++) if (map[i]! > map[peak]!) peak = i;
  const limit = hot * map[peak]!;
  const seen = new Uint8Array(map.length);
  const open = [peak];
  seen[peak] = 1;
  let [top, bottom, left, right] = [rows, 0, columns, 0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [row, column] = [Math.floor(at / columns), at % columns];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
        const next = r * columns + c;
        if (seen[next] || map[next]! < limit) continue;
        seen[next] = 1;
        open.push(next);
      }
  }
  const [x, y] = [Math.floor((left * width) / columns), Math.floor((top * height) / rows)];
  return [x, y, Math.ceil(((right + 1) * width) / columns) - x, Math.ceil(((bottom + 1) * height) / rows) - y];
}
