import {
  type SyntheticFault,
  type SyntheticOptions,
  syntheticOptions,
} from "../../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../../src/cameras/synthetic/renderer.ts";
import { unitTruth } from "../../../src/cameras/synthetic/unit-truth.ts";
import type { Inspector } from "./inspector.ts";
import { countFault, countUnit, emptyFaultTally, emptyTally, type FaultTally, type Tally } from "./tally.ts";

/** Faults that send pictures; a camera that is `gone` sends none, and its lane says so without looking. */
export const picturedFaults = [
  "covered",
  "blurred",
  "overexposed",
  "dark",
  "frozen",
  "torn",
  "wrongSize",
] as const satisfies readonly SyntheticFault[];

/** From one inspected unit to the next: what is printed goes through a day and more within a few hundred of them. */
const apart = 401;

/** The n-th inspected units, one in `stride` from `first` on, so that several processes share them. */
export interface Share {
  readonly seed: number;
  readonly first: number;
  readonly stride: number;
  readonly last: number;
}

/** Inspects units as the camera shows them. */
export async function inspectUnits(
  inspector: Inspector,
  { seed, first, stride, last }: Share,
  over: Partial<SyntheticOptions>,
): Promise<Tally> {
  const options = syntheticOptions.parse({ ...over, seed });
  const renderer = await createSyntheticRenderer(options);
  const tally = emptyTally();
  for (let n = first; n <= last; n += stride) {
    const unit = 1 + (n - 1) * apart;
    countUnit(tally, unitTruth(options, unit), await inspector.inspect(renderer.render(unit)!));
  }
  return tally;
}

/** Inspects as many pictures of each camera fault, of good, defective and absent units alike. */
export async function inspectFaults(
  inspector: Inspector,
  seed: number,
  perFault: number,
  faults: readonly SyntheticFault[] = picturedFaults,
): Promise<FaultTally> {
  const tally = emptyFaultTally();
  for (const fault of faults) {
    // The unit before it is seen as it is: a camera that freezes goes on sending that one.
    const over = { seed, defectRate: 0.3, absentRate: 0.02, faults: [{ fault, fromUnit: 2, units: perFault }] };
    const options = syntheticOptions.parse(over);
    const renderer = await createSyntheticRenderer(options);
    await inspector.inspect(renderer.render(1)!);
    for (let unit = 2; unit <= perFault + 1; unit++)
      countFault(tally, fault, unitTruth(options, unit), await inspector.inspect(renderer.render(unit)!));
  }
  return tally;
}
