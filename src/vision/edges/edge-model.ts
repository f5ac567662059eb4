import type { Zone } from "../../domain/recipe.ts";
import type { Picture } from "../picture.ts";
import { inPlace, type Point } from "../placement.ts";
import { across, type Caliper, readCaliper } from "./caliper.ts";
import { type Contrast, learnContrast } from "./contrast.ts";

/** From which side of a zone an edge is come upon: what lies on that side is outside. */
export type Side = "top" | "right" | "bottom" | "left";
export const sides: readonly Side[] = ["top", "right", "bottom", "left"];

/** An edge as the reference picture shows it. */
export interface EdgeModel {
  readonly contrast: Contrast;
  readonly calipers: readonly Caliper[];
}

/** How far from the edge inside and outside are looked at, px. */
const [near, far] = [3, 8] as const;
/** What lies outside is looked at as far as this, px: a shadow beside the edge and what it falls on are both outside. */
const beyond = 24;

/** The line along a side of a box, by points `pitch` px apart that keep away from its corners, with the way in. */
export function alongSide(
  [x, y, width, height]: Zone,
  side: Side,
  pitch: number,
  keepOff: number,
): readonly { readonly at: Point; readonly inward: Point }[] {
  const isLevel = side === "top" || side === "bottom";
  const length = (isLevel ? width : height) - 2 * keepOff;
  const count = Math.max(0, Math.floor(length / pitch));
  const first = keepOff + (length - (count - 1) * pitch) / 2;
  const inward = { top: { x: 0, y: 1 }, right: { x: -1, y: 0 }, bottom: { x: 0, y: -1 }, left: { x: 1, y: 0 } }[side];
  return Array.from({ length: count }, (_, i) => {
    const along = first + i * pitch;
    const at = isLevel
      ? { x: x + along, y: side === "top" ? y : y + height }
      : { x: side === "left" ? x : x + width, y: y + along };
    return { at, inward };
  });
}

/**
 * Learns edges from the reference picture: what tells inside from outside, and where exactly each caliper finds its edge,
 * which need not be straight.
 * @param reach px that the edge may lie off the drawn line in the reference picture
 * @returns undefined when fewer than two thirds of the calipers find one there.
 */
export function learnEdges(
  reference: Picture,
  drawn: readonly { readonly at: Point; readonly inward: Point }[],
  reach: number,
): EdgeModel | undefined {
  const beside = (distance: number): readonly Point[] =>
    drawn.map(({ at, inward }) => ({ x: at.x + distance * inward.x, y: at.y + distance * inward.y }));
  const band = (sign: 1 | -1, to: number): readonly Point[] =>
    Array.from({ length: to - near + 1 }, (_, i) => beside(sign * (reach + near + i))).flat();
  const contrast = learnContrast(reference, band(1, far), band(-1, beyond));
  if (!contrast) return undefined;
  const calipers = drawn.flatMap(({ at, inward }) => {
    const rough = readCaliper(reference, inPlace, contrast, { at, inward, level: 0.5 * least }, reach + far);
    if (rough === undefined) return [];
    const edge = { x: at.x + rough * inward.x, y: at.y + rough * inward.y };
    let inner = 0;
    for (let t = near; t <= far; t++) inner += across(reference, inPlace, contrast, edge, inward, t) / (far - near + 1);
    const level = Math.max(0.25, inner / 2);
    const fine = readCaliper(reference, inPlace, contrast, { at: edge, inward, level }, far);
    if (fine === undefined) return [];
    return [{ at: { x: edge.x + fine * inward.x, y: edge.y + fine * inward.y }, inward, level }];
  });
  return calipers.length < (2 / 3) * drawn.length || calipers.length < 3 ? undefined : { contrast, calipers };
}

/** Share of the mean step that any edge has at least. */
const least = 0.6;
