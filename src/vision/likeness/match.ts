import { ones } from "../template/bitmap.ts";
import { descriptorWords, type Keypoints } from "./keypoints.ts";

/** Bits of 256 that may differ. */
const farthest = 70;
/** The best must be this much nearer than the second best (Lowe, 2004). */
const distinct = 0.85;
/** Pairs must agree on position to this share of their distance from the hypothesis, plus some px of the level; on turn and on size. */
const agreement = { share: 0.12, px: 6, turn: 0.5, size: Math.log(1.6) } as const;

interface Pair {
  readonly a: number;
  readonly b: number;
}

/** How many corners of a picture are found again in a reference, all moved, turned and scaled alike. */
export function sharedCorners(picture: Keypoints, reference: Keypoints): number {
  const pairs = nearest(picture, reference);
  let best = 0;
  for (const { a, b } of pairs) {
    // Each pair alone says how the picture lies to the reference; the others say whether it is right.
    const size = reference.scale[b]! / picture.scale[a]!;
    const turn = reference.angle[b]! - picture.angle[a]!;
    const [cos, sin] = [size * Math.cos(turn), size * Math.sin(turn)];
    const taken = new Set<number>();
    for (const other of pairs) {
      const [dx, dy] = [picture.x[other.a]! - picture.x[a]!, picture.y[other.a]! - picture.y[a]!];
      const px = reference.x[b]! + dx * cos - dy * sin;
      const py = reference.y[b]! + dx * sin + dy * cos;
      const limit = agreement.share * size * Math.hypot(dx, dy) + agreement.px * reference.scale[b]!;
      if (Math.hypot(px - reference.x[other.b]!, py - reference.y[other.b]!) > limit) continue;
      const turned = reference.angle[other.b]! - picture.angle[other.a]! - turn;
      if (Math.abs(Math.atan2(Math.sin(turned), Math.cos(turned))) > agreement.turn) continue;
      if (Math.abs(Math.log(reference.scale[other.b]! / picture.scale[other.a]! / size)) > agreement.size) continue;
      taken.add(other.b);
    }
    best = Math.max(best, taken.size);
  }
  return best;
}

/** Each corner with its nearest in the reference, where that is near and distinct. */
function nearest(picture: Keypoints, reference: Keypoints): readonly Pair[] {
  const [p, r] = [picture.descriptors, reference.descriptors];
  const pairs: Pair[] = [];
  for (let a = 0; a < picture.count; a++) {
    let [first, second, at] = [Infinity, Infinity, -1];
    for (let b = 0; b < reference.count; b++) {
      let bits = 0;
      for (let w = 0; w < descriptorWords; w++) bits += ones(p[a * descriptorWords + w]! ^ r[b * descriptorWords + w]!);
      if (bits < first) [second, first, at] = [first, bits, b];
      else if (bits < second) second = bits;
    }
    if (first <= farthest && first < distinct * second) pairs.push({ a, b: at });
  }
  return pairs;
}
