// Changes the recipe of a running line again and again, kills its vision process in between, and checks that no unit is lost,
// doubled, out of order or judged by another recipe than the one in force, and that memory comes back.
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { temporaryFolder } from "./demo-run.ts";
import { report } from "./result.ts";
import { runSwaps } from "./swap-run.ts";

const { values } = parseArgs({
  options: {
    units: { type: "string", default: "3000" },
    "per-second": { type: "string", default: "40" },
    swaps: { type: "string", default: "20" },
    "kill-every": { type: "string", default: "13" },
    threads: { type: "string", default: "1" },
    verbose: { type: "boolean", short: "v" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  console.log(
    "usage: npm run soak:swap -- [--units 3000] [--per-second 40] [--swaps 20] [--kill-every 13 (s, 0 = never)] [--threads 1] [--verbose]",
  );
  process.exit(0);
}

const data = temporaryFolder();
process.on("exit", () => rmSync(data, { recursive: true, force: true }));
const swaps = Number(values.swaps);
const { rssMb, ...figures } = await runSwaps({
  data,
  units: Number(values.units),
  perSecond: Number(values["per-second"]),
  swaps,
  killEverySeconds: Number(values["kill-every"]),
  threads: Number(values.threads),
  prerendered: 8,
  ...(values.verbose && { progress: (line: string) => console.error(line) }),
});
report(
  "soak:swap",
  {
    swaps: { value: figures.swaps, is: "==", bar: swaps, unit: "changes of recipe that took effect" },
    recipeChanges: { value: figures.recipeChanges, is: "==", bar: swaps, unit: "changes on command in the ledger" },
    gaps: { value: figures.gaps, is: "==", bar: 0, unit: "triggers without a unit entry" },
    doubled: { value: figures.doubled, is: "==", bar: 0, unit: "units" },
    outOfOrder: { value: figures.outOfOrder, is: "==", bar: 0, unit: "units" },
    wrongRecipe: { value: figures.wrongRecipe, is: "==", bar: 0, unit: "units" },
    noModel: { value: figures.outcomes["notInspected noModel"] ?? 0, is: "==", bar: 0, unit: "units" },
    decided: { value: 100 * figures.decidedShare, is: ">=", bar: 95, unit: "% of the units that no kill was near" },
    processes: { value: figures.processes, is: "==", bar: 1, unit: "vision processes at the end" },
    left: { value: figures.left, is: "==", bar: 0, unit: "vision processes after the stop" },
    // A vision process is replaced whole, and its size is that of its age; what could pile up is the core.
    coreDrift: { value: 100 * (rssMb.after.core / rssMb.before.core - 1), is: "<=", bar: 5, unit: "% of its RSS" },
    ledger: { value: figures.ledgerIsSound ? 1 : 0, is: "==", bar: 1, unit: "chain verifies" },
  },
  { ...figures, rssMb },
);
