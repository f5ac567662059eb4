/** A point, px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Where the unit lies in the picture: takes a point of the recipe's reference picture to the picture at hand.
 * `x' = a·x − b·y + dx`, `y' = b·x + a·y + dy`: turned and shifted, with `a² + b²` = the scale squared.
 */
export interface Placement {
  readonly a: number;
  readonly b: number;
  readonly dx: number;
  readonly dy: number;
}

/** The unit lies as in the reference picture. */
export const inPlace: Placement = { a: 1, b: 0, dx: 0, dy: 0 };

/** Turned by `angle` (rad, clockwise as y points down) about `centre`, then shifted, px. */
export function placed(angle: number, centre: Point, shift: Point): Placement {
  const [a, b] = [Math.cos(angle), Math.sin(angle)];
  return {
    a,
    b,
    dx: centre.x + shift.x - a * centre.x + b * centre.y,
    dy: centre.y + shift.y - b * centre.x - a * centre.y,
  };
}

/** Reference → picture. */
export const toPicture = ({ a, b, dx, dy }: Placement, { x, y }: Point): Point => ({
  x: a * x - b * y + dx,
  y: b * x + a * y + dy,
});

/** Picture → reference. */
export function toReference({ a, b, dx, dy }: Placement, { x, y }: Point): Point {
  const scale = a * a + b * b;
  const [u, v] = [x - dx, y - dy];
  return { x: (a * u + b * v) / scale, y: (a * v - b * u) / scale };
}

/** The corners of a box of the reference picture in the picture, clockwise from its top left. */
export const cornersInPicture = (
  place: Placement,
  [x, y, width, height]: readonly [number, number, number, number],
): readonly [Point, Point, Point, Point] => [
  toPicture(place, { x, y }),
  toPicture(place, { x: x + width, y }),
  toPicture(place, { x: x + width, y: y + height }),
  toPicture(place, { x, y: y + height }),
];

/** The upright box around such a box, rounded outwards and cut at the picture's border, px. */
export function boxInPicture(
  place: Placement,
  box: readonly [number, number, number, number],
  size: { readonly width: number; readonly height: number },
): readonly [x: number, y: number, width: number, height: number] {
  const corners = cornersInPicture(place, box);
  const [xs, ys] = [corners.map((c) => c.x), corners.map((c) => c.y)];
  const left = Math.max(0, Math.floor(Math.min(...xs)));
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const right = Math.min(size.width, Math.ceil(Math.max(...xs)));
  const bottom = Math.min(size.height, Math.ceil(Math.max(...ys)));
  return [left, top, Math.max(0, right - left), Math.max(0, bottom - top)];
}

/** First `second`, then `first`: where a part lies in the picture that lies so on a unit that lies so. */
export const together = (first: Placement, second: Placement): Placement => {
  const { x, y } = toPicture(first, { x: second.dx, y: second.dy });
  return {
    a: first.a * second.a - first.b * second.b,
    b: first.b * second.a + first.a * second.b,
    dx: x,
    dy: y,
  };
};
