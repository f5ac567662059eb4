// How well a recipe judges units of the synthetic line that nobody has taught, against their exact truth, and what it
// makes of pictures that a camera at fault sends. Prints one JSON line; exits ≠ 0 when a bar is missed.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { openInspector } from "../../test/support/synthetic-accuracy/inspector.ts";
import { inspectFaults, inspectUnits, picturedFaults } from "../../test/support/synthetic-accuracy/run.ts";
import {
  addTallies,
  emptyFaultTally,
  emptyTally,
  type FaultTally,
  type Tally,
} from "../../test/support/synthetic-accuracy/tally.ts";

const flags = new Command("accuracy-synthetic.bench")
  .description("Verdicts, measures and readings of a recipe on fresh units of the synthetic line, and camera faults.")
  .option("--recipe <file>", "recipe", "models/recipes/SNACK-BAG@1.yaml")
  .option("--seed <n>", "seed of the line, not a taught one", "4242")
  .option("--units <n>", "units", "2000")
  .option("--faults <n>", "pictures taken by a camera at fault, all kinds together", "1000")
  .option("--defect-rate <share>", "share of the units that have a defect", "0.3")
  .option("--absent-rate <share>", "share of the triggers with an empty belt", "0.02")
  .option("--processes <n>", "that share the work", "1")
  .option("--share <n>", "which of them this is (set by the bench itself)")
  .option("--wrong", "print every wrong verdict")
  .parse()
  .opts<
    Record<"recipe" | "seed" | "units" | "faults" | "defectRate" | "absentRate" | "processes", string> & {
      share?: string;
      wrong?: boolean;
    }
  >();
const processes = Number(flags.processes);

/** What one process has to say. */
interface Part {
  readonly tally: Tally;
  readonly faults: FaultTally;
  readonly times: Readonly<Record<string, readonly number[]>>;
}

async function inspectShare(share: number): Promise<Part> {
  await using inspector = await openInspector(flags.recipe);
  const seed = Number(flags.seed);
  const units = { seed, first: share + 1, stride: processes, last: Number(flags.units) };
  const rates = { defectRate: Number(flags.defectRate), absentRate: Number(flags.absentRate) };
  const tally = await inspectUnits(inspector, units, rates);
  // The first ones are slow until the compiler has seen them; pictures at fault never reach most steps.
  const times = Object.fromEntries([...inspector.times].map(([step, ms]) => [step, ms.slice(50)]));
  const perFault = Math.ceil(Number(flags.faults) / picturedFaults.length / processes);
  return { tally, faults: await inspectFaults(inspector, seed + 1 + share, perFault), times };
}

const inChild = (share: number): Promise<Part> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), "--share", String(share)]);
    child.once("message", (part) => resolve(part as Part));
    child.once("exit", (code) => reject(new Error(`process ${share} ended with code ${code} before its answer`)));
  });

if (flags.share !== undefined) {
  const part = await inspectShare(Number(flags.share));
  process.send!(part, () => process.disconnect());
} else {
  const parts =
    processes > 1
      ? await Promise.all(Array.from({ length: processes }, (_, share) => inChild(share)))
      : [await inspectShare(0)];
  report(parts);
}

function report(parts: readonly Part[]): void {
  const tally = parts.map((p) => p.tally).reduce(addTallies, emptyTally());
  const faults = parts.map((p) => p.faults).reduce(addTallies, emptyFaultTally());
  const atLeast = (value: number, bar: number) => ({ value: rounded(value), bar, isMet: value >= bar });
  const atMost = (value: number, bar: number) => ({ value: rounded(value), bar, isMet: value <= bar });
  const bars = {
    verdictAccuracy: atLeast(tally.rightVerdicts / tally.units, 0.995),
    labelOffsetRmseMm: atMost(Math.sqrt(tally.offsetSquares / tally.offsets), 0.1),
    exactDates: atLeast(tally.exactDates / tally.goodPrints, 0.999),
    wrongDatesAccepted: atMost(tally.wrongDatesAccepted, 0),
    faultsPassed: atMost(faults.passes, 0),
    faultsVanished: atMost(faults.vanished, 0),
  };
  const steps = Object.keys(parts[0]!.times);
  const isMet = Object.values(bars).every((bar) => bar.isMet);
  for (const line of flags.wrong ? tally.wrong : tally.wrong.slice(0, 5)) console.log(line);
  console.log(
    JSON.stringify({
      case: `accuracy of ${flags.recipe} on the synthetic line`,
      units: tally.units,
      seed: Number(flags.seed),
      defectRate: Number(flags.defectRate),
      ...bars,
      good: tally.good,
      falseRejects: tally.goodFailed,
      goodInvalid: tally.goodInvalid,
      missed: tally.missed,
      labelOffsetWorstMm: rounded(tally.offsetWorst_mm),
      exactTexts: rounded(tally.exactTexts / tally.goodPrints),
      exactUnitIds: rounded(tally.exactUnitIds / tally.codes),
      confusion: sorted(tally.confusion),
      faultPictures: faults.pictures,
      faults: sorted(faults.told),
      p50Ms: Object.fromEntries(steps.map((step) => [step, median(parts.flatMap((p) => p.times[step] ?? []))])),
      isMet,
    }),
  );
  process.exitCode = isMet ? 0 : 1;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
function median(values: readonly number[]): number {
  return rounded(values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN);
}
function sorted(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
}
