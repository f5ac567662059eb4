/** A score and what was true. */
export interface LabelledScore {
  readonly score: number;
  readonly isBad: boolean;
}
/** Probability of "bad" = 1 / (1 + exp(−(a · score + b))). */
export interface Platt {
  readonly a: number;
  readonly b: number;
}

const maximumSteps = 100;
const enough = 1e-10;

/**
 * Platt scaling: maximum likelihood with the smoothed targets of J. Platt (1999), so that perfectly separable scores do
 * not end in a step; Newton's method with halved steps after Lin, Lin and Weng (2007).
 * Needs at least one score of each side.
 */
export function fitPlatt(scores: readonly LabelledScore[]): Platt {
  const bad = scores.filter((s) => s.isBad).length;
  const good = scores.length - bad;
  const [high, low] = [(bad + 1) / (bad + 2), 1 / (good + 2)];
  const mean = scores.reduce((sum, s) => sum + s.score, 0) / scores.length;
  const deviation = Math.sqrt(scores.reduce((sum, s) => sum + (s.score - mean) ** 2, 0) / scores.length) || 1;
  // In units of their own spread the steps are well conditioned, whatever the model's scale.
  const points = scores.map(({ score, isBad }) => ({ x: (score - mean) / deviation, target: isBad ? high : low }));
  const loss = (a: number, b: number): number =>
    points.reduce((sum, { x, target }) => {
      const z = a * x + b;
      // log(1 + exp(z)) without overflow.
      return sum + Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - target * z;
    }, 0);
  let a = 0;
  let b = Math.log((bad + 1) / (good + 1));
  let value = loss(a, b);
  for (let step = 0; step < maximumSteps; step++) {
    let [gradientA, gradientB, aa, ab, bb] = [0, 0, 1e-12, 0, 1e-12];
    for (const { x, target } of points) {
      const p = 1 / (1 + Math.exp(-(a * x + b)));
      const weight = p * (1 - p);
      gradientA += (p - target) * x;
      gradientB += p - target;
      aa += weight * x * x;
      ab += weight * x;
      bb += weight;
    }
    if (Math.max(Math.abs(gradientA), Math.abs(gradientB)) < enough * scores.length) break;
    const determinant = aa * bb - ab * ab;
    const [stepA, stepB] = [
      (bb * gradientA - ab * gradientB) / determinant,
      (aa * gradientB - ab * gradientA) / determinant,
    ];
    let share = 1;
    let next = loss(a - stepA, b - stepB);
    while (!(next < value) && share > 1e-6) {
      share /= 2;
      next = loss(a - share * stepA, b - share * stepB);
    }
    if (!(next < value)) break;
    a -= share * stepA;
    b -= share * stepB;
    value = next;
  }
  return { a: a / deviation, b: b - (a * mean) / deviation };
}
