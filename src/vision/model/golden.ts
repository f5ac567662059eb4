import { ModelError } from "./model-error.ts";

/** One figure of a golden sample: what the card says, and what this machine gives. */
export interface GoldenFigure {
  /** Its name in the card, e.g. `score`. */
  readonly what: string;
  readonly expected: number;
  readonly actual: number;
  readonly tolerance: number;
}

/** A picture of a package with known answers: it tells whether this machine still computes what was taught. */
export interface GoldenSample {
  /** Name and version of the package. */
  readonly model: string;
  /** Relative to the package. */
  readonly file: string;
  /** Reads the picture again and runs it. @throws ModelError for a changed file, whatever the runtime throws. */
  run(): Promise<readonly GoldenFigure[]>;
}

/** The largest distance from the card, in tolerances: up to 1 is as taught. A figure that is no number is infinitely far. */
export const deviationOf = (figures: readonly GoldenFigure[]): number =>
  Math.max(0, ...figures.map(({ expected, actual, tolerance }) => distance(expected, actual) / tolerance));

const distance = (expected: number, actual: number): number =>
  Number.isNaN(actual) ? Number.POSITIVE_INFINITY : Math.abs(actual - expected);

/** What is wrong with a sample's figures, in words; undefined when nothing is. */
export function deviationText(file: string, figures: readonly GoldenFigure[]): string | undefined {
  const wrong = figures.find((figure) => deviationOf([figure]) > 1);
  return (
    wrong &&
    `golden sample ${file} gives ${wrong.what} ${wrong.actual.toFixed(4)}, the card says ${wrong.expected} ± ${wrong.tolerance}. ` +
      "The package does not compute here what it was taught to; teach it again on this machine."
  );
}

/** @throws ModelError naming the first sample that is off, what was expected and what came. */
export async function checkGolden(folder: string, samples: readonly GoldenSample[]): Promise<void> {
  for (const { file, run } of samples) {
    const problem = deviationText(file, await run());
    if (problem !== undefined) throw new ModelError(`Model package ${folder}: ${problem}`);
  }
}
