import type { Zone } from "../../domain/recipe.ts";
import { readCaliper } from "../edges/caliper.ts";
import { alongSide, learnEdges, sides } from "../edges/edge-model.ts";
import type { Picture } from "../picture.ts";
import { type Point, placed } from "../placement.ts";
import { fitPose } from "./fit-pose.ts";
import type { Located } from "./located.ts";

/** Distance of the points of the coarse look, px. */
const grid = 8;
/** Distance of the calipers along the outline, px. */
const pitch = 12;
/** They keep off the corners, where an edge has two directions; share of the side. */
const corner = 0.06;
/** How far an outline may lie off the drawn box in the reference picture, px. */
const drawnWithin = 10;
/** An edge that far off the fitted outline does not agree, px. */
const tolerance = 2;
/** Less of the outline than that is no outline. */
const leastAgreeing = 0.6;
/** Of the unit's area in the reference picture; less than that is nothing, if all the rest looks like the empty place. */
const leastArea = 0.1;
const leastBackground = 0.9;
/** How far a background pixel may lie off its mean, in deviations, and in levels of 0..255 for light that varies. */
const [deviations, levels] = [4, 24] as const;

/**
 * Learns the outline of a unit from a reference picture: its colours against those around it, and its edge along
 * the four sides of a box. Then: nothing there, or a coarse middle, or the outline by calipers, refined once.
 * @param reach px that the unit's outline may lie off where the coarse look expects it
 * @returns undefined when box and surroundings cannot be told apart along it.
 */
export function createOutline(
  reference: Picture,
  box: Zone,
  reach: number,
): ((picture: Picture) => Located) | undefined {
  const [left, top, width, height] = box;
  const drawn = sides.flatMap((side) => {
    const length = side === "top" || side === "bottom" ? width : height;
    return alongSide(box, side, pitch, corner * length);
  });
  const model = learnEdges(reference, drawn, drawnWithin);
  if (!model) return undefined;
  const { contrast, calipers } = model;
  const centre: Point = { x: left + width / 2, y: top + height / 2 };

  const look = ({ data, width: w, height: h, channels }: Picture) => {
    let [inside, background, count, sx, sy] = [0, 0, 0, 0, 0];
    for (let y = grid >> 1; y < h; y += grid)
      for (let x = grid >> 1; x < w; x += grid, count++) {
        const at = (y * w + x) * channels;
        let signal = contrast.bias;
        let off = 0;
        for (let c = 0; c < channels; c++) {
          signal += contrast.weights[c]! * data[at + c]!;
          off = Math.max(off, Math.abs(data[at + c]! - contrast.outside[c]!));
        }
        if (signal > 0.5) {
          inside += 1;
          sx += x;
          sy += y;
        }
        if (Math.abs(signal) < Math.max(0.3, deviations * contrast.noise) && off < levels) background += 1;
      }
    return { inside, background: background / count, x: sx / inside, y: sy / inside };
  };
  const own = look(reference);
  // A few far, then all of them near: reaching far is what costs.
  const looks = [
    { used: calipers.filter((_, i) => i % 3 === 0), within: reach },
    { used: calipers, within: 3 * tolerance },
  ];

  return (picture) => {
    const coarse = look(picture);
    const area = coarse.inside / own.inside;
    if (area < leastArea)
      return coarse.background >= leastBackground
        ? { kind: "absent", confidence: 1 - area / (2 * leastArea) }
        : { kind: "lost", detail: "neither the unit nor the empty place is to be seen" };
    let [turn, dx, dy] = [0, coarse.x - own.x, coarse.y - own.y];
    let residual = 0;
    for (const { used, within } of looks) {
      const place = placed(turn, centre, { x: dx, y: dy });
      const readings = used.map((caliper) => readCaliper(picture, place, contrast, caliper, within));
      const fit = fitPose(used, readings, centre, tolerance);
      if (!fit || fit.agreeing < leastAgreeing)
        return {
          kind: "lost",
          detail: `only ${Math.round(100 * (fit?.agreeing ?? 0))} % of its outline are where one would be`,
        };
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
      dx += cos * fit.dx - sin * fit.dy;
      dy += sin * fit.dx + cos * fit.dy;
      turn += fit.turn;
      residual = fit.residual;
    }
    return { kind: "found", place: placed(turn, centre, { x: dx, y: dy }), dx, dy, turn, residual };
  };
}
