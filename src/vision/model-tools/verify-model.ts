import path from "node:path";
import type { ModelRef } from "../../domain/unit-record.ts";
import { errorText } from "../../platform/errors.ts";
import type { ModelCard } from "../model/card.ts";
import { deviationOf, deviationText } from "../model/golden.ts";
import { openForTest } from "./model-under-test.ts";
import { quantile } from "./quantile.ts";

/** What a package is like on this machine. */
export interface ModelFitness {
  readonly ref: ModelRef;
  readonly card: ModelCard;
  /** Files whose hash is as the card says, the card's own included. */
  readonly files: number;
  /** Largest deviation of each golden sample, in tolerances (1 = the limit). */
  readonly golden: readonly { readonly file: string; readonly deviation: number }[];
  /** Reading and opening the package, then its first picture, ms. */
  readonly openMs: number;
  readonly warmUpMs: number;
  /** Time per picture after that, ms. */
  readonly ms: { readonly p50: number; readonly p99: number; readonly runs: number };
  /** What the process grew by, MB, and the graph's size on disk. */
  readonly memoryMb: number;
  readonly graphMb: number;
  /** Why it is unfit; empty when it is fit. */
  readonly problems: readonly string[];
}

const megabytes = (bytes: number): number => bytes / 1_048_576;

/**
 * Examines a package: hashes, card, golden samples, and what it costs here.
 * @param runs pictures to time; the golden samples in turn
 * @throws ModelError when it cannot be opened at all.
 */
export async function verifyModel(folder: string, runs: number): Promise<ModelFitness> {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  await using model = await openForTest(folder);
  const openMs = performance.now() - start;
  const { card, ref, graph } = model.package;
  const problems: string[] = [];
  const golden: { file: string; deviation: number }[] = [];
  for (const { file, run } of model.golden)
    try {
      const figures = await run();
      golden.push({ file, deviation: deviationOf(figures) });
      const problem = deviationText(file, figures);
      if (problem !== undefined) problems.push(problem);
    } catch (error) {
      golden.push({ file, deviation: Number.POSITIVE_INFINITY });
      problems.push(`golden sample ${file} cannot be run: ${errorText(error)}`);
    }
  const memoryMb = megabytes(process.memoryUsage().rss - before);
  return {
    ref,
    card,
    files: Object.keys(card.files).length + 1,
    golden,
    openMs,
    ...(problems.length > 0
      ? { warmUpMs: Number.NaN, ms: { p50: Number.NaN, p99: Number.NaN, runs: 0 } }
      : await timed()),
    memoryMb,
    graphMb: megabytes(graph.length),
    problems,
  };

  async function timed(): Promise<Pick<ModelFitness, "warmUpMs" | "ms">> {
    // A session of its own: that of the golden samples is warm.
    await using fresh = await openForTest(folder);
    const pictures = await Promise.all(fresh.golden.map(({ file }) => fresh.read(path.join(folder, file))));
    const times: number[] = [];
    for (let i = 0; i <= runs; i++) {
      const begin = performance.now();
      await fresh.judge(pictures[i % pictures.length]!);
      times.push(performance.now() - begin);
    }
    const [warmUpMs, ...rest] = times as [number, ...number[]];
    return { warmUpMs, ms: { p50: quantile(rest, 0.5), p99: quantile(rest, 0.99), runs } };
  }
}
