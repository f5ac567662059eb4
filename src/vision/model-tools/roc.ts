/** A picture of known quality with the score that a model gave it; higher = more suspicious. */
export interface Scored {
  readonly isGood: boolean;
  readonly score: number;
  /** What must be resampled together: pictures of the same piece, else the picture itself. */
  readonly group: string;
}

/** Resamples of the bootstrap. */
const resamples = 1_000;

/** Share of pairs (defective, good) in which the defective one scores higher; ties count half. NaN without either. */
export function auroc(scored: readonly Pick<Scored, "isGood" | "score">[]): number {
  const sorted = scored.toSorted((a, b) => a.score - b.score);
  let wins = 0;
  let goodBelow = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    let good = 0;
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) if (sorted[to++]!.isGood) good += 1;
    wins += (to - from - good) * (goodBelow + good / 2);
    goodBelow += good;
    from = to;
  }
  return wins / (goodBelow * (sorted.length - goodBelow));
}

/** 95 % interval by resampling groups with a fixed seed, good and defective apart so that neither runs out. */
export function aurocInterval(scored: readonly Scored[]): readonly [low: number, high: number] {
  let state = 1;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * n);
  };
  const sides = [true, false].map((isGood) => [
    ...Map.groupBy(
      scored.filter((s) => s.isGood === isGood),
      (s) => s.group,
    ).values(),
  ]);
  const values = Array.from({ length: resamples }, () =>
    auroc(sides.flatMap((groups) => groups.flatMap(() => groups[below(groups.length)]!))),
  ).sort((a, b) => a - b);
  return [values[Math.floor(resamples * 0.025)]!, values[Math.floor(resamples * 0.975)]!];
}

/** Corners of the ROC curve from nothing refused to everything: share of good ones refused, share of defective ones found. */
export function rocPoints(scored: readonly Pick<Scored, "isGood" | "score">[]): readonly (readonly [number, number])[] {
  const good = scored.filter((s) => s.isGood).length;
  const sorted = scored.toSorted((a, b) => b.score - a.score);
  const points: [number, number][] = [[0, 0]];
  let refused = 0;
  let found = 0;
  for (const [i, { isGood, score }] of sorted.entries()) {
    if (isGood) refused += 1;
    else found += 1;
    if (sorted[i + 1]?.score !== score)
      points.push([refused / Math.max(1, good), found / Math.max(1, sorted.length - good)]);
  }
  return points;
}
