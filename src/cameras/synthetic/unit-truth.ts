import { expectedDateCode, wrongDates } from "./date-code.ts";
import {
  type Box,
  bagBox,
  codeBox,
  contaminants,
  datePanelBox,
  labelBox,
  mmPerPx,
  sealHeight,
  tears,
} from "./geometry.ts";
import {
  type SyntheticDefect,
  type SyntheticFault,
  type SyntheticOptions,
  syntheticDefects,
  syntheticFaults,
} from "./options.ts";
import { boxInFrame, placementOf } from "./placement.ts";
import { elementString, otherGtins, productGtin } from "./product-code.ts";
import { type Draws, drawsFor } from "./random.ts";

/** One defect as it was made. `box` is where it shows in the frame; the other numbers are px of the bag canvas unless they name a unit. */
export type TrueDefect =
  | {
      readonly class: "LABEL_OFFSET";
      readonly box: Box;
      readonly dx: number;
      readonly dy: number;
      readonly offset_mm: number;
    }
  | { readonly class: "LABEL_MISSING"; readonly box: Box }
  | { readonly class: "WRONG_LABEL"; readonly box: Box }
  | {
      readonly class: "SEAL_TORN";
      readonly box: Box;
      readonly seal: "top" | "bottom";
      readonly variant: number;
      readonly x: number;
    }
  | {
      readonly class: "CONTAMINATION";
      readonly box: Box;
      readonly variant: number;
      readonly x: number;
      readonly y: number;
    }
  | {
      readonly class: "DATE_CODE";
      readonly box: Box;
      /** `wrong` looks like good print to whatever does not read it. */
      readonly kind: "wrong" | "faded";
      readonly printed: readonly [string, string];
      /** Of the ink, 0..255; good print has 235. */
      readonly strength: number;
    }
  | {
      readonly class: "CODE_UNREADABLE";
      readonly box: Box;
      readonly kind: "scratched" | "smeared";
    }
  | {
      readonly class: "WRONG_PRODUCT";
      readonly box: Box;
      /** 14 digits, valid as such. */
      readonly gtin: string;
    };

/** Where the label lies, against its nominal place on the upright bag: right and down are positive. */
export interface TrueLabel {
  readonly dx_mm: number;
  readonly dy_mm: number;
  /** Length of the two, to 0.01 mm. */
  readonly offset_mm: number;
}

/** A run of units during which the camera does not show what is there. */
export interface TrueFault {
  readonly fault: SyntheticFault;
  readonly fromUnit: number;
  readonly units: number;
}

/** What really is under the camera at one trigger. */
export interface UnitTruth {
  /** 1 = the first trigger since the camera was opened. */
  readonly unit: number;
  /** The unit whose picture it is: itself, or with `prerendered` one of the first n. */
  readonly drawnAs: number;
  /** Nothing there: an empty belt. */
  readonly absent: boolean;
  /** Empty for a good or an absent unit. */
  readonly defects: readonly TrueDefect[];
  /** What the DataMatrix says as it was printed, readable or not; GS1 without its leading FNC1. Undefined for an empty belt. */
  readonly code?: string;
  /** Told for good labels too; undefined where there is none. */
  readonly label?: TrueLabel;
  /** The code of the test piece that was put on the belt instead of a product. */
  readonly testPiece?: string;
  /** While it lasts, the frame does not show the unit (`defects` and `absent` still say what passed). */
  readonly cameraFault?: TrueFault;
}

const longestRandomFault = 40;
const weights: Readonly<Record<SyntheticDefect, number>> = {
  LABEL_OFFSET: 25,
  LABEL_MISSING: 10,
  WRONG_LABEL: 10,
  SEAL_TORN: 20,
  CONTAMINATION: 20,
  DATE_CODE: 15,
  CODE_UNREADABLE: 10,
  WRONG_PRODUCT: 5,
};
/** These can come on top of any other defect. */
const independent = ["SEAL_TORN", "CONTAMINATION", "DATE_CODE"] as const;

/**
 * The ground truth of unit n: a pure function of options and n, for tests and benches to compare verdicts with. The
 * camera draws from it and passes nothing of it on; no part of the pipeline may import it.
 */
export function unitTruth(options: SyntheticOptions, unit: number): UnitTruth {
  const cameraFault = faultAt(options, unit);
  return { unit, ...seenAs(options, drawnAs(options, unit)), ...(cameraFault ? { cameraFault } : {}) };
}

function drawnAs({ prerendered: count }: SyntheticOptions, unit: number): number {
  return count === 0 ? unit : 1 + ((((unit - 1) % count) + count) % count);
}

function seenAs(options: SyntheticOptions, unit: number): Omit<UnitTruth, "unit" | "cameraFault"> {
  const { seed } = options;
  const draws = drawsFor(seed, unit, 2);
  // Both are drawn always, so that changing one rate moves no other unit's fate.
  const [absent, defective] = [draws.chance(options.absentRate), draws.chance(options.defectRate)];
  const piece = options.testPieces.find((p) => p.unit === unit);
  if (piece) {
    const defects = defectsOf(seed, unit, draws, piece.defect);
    return { ...present(seed, unit, defects), code: piece.code, testPiece: piece.code };
  }
  if (absent && !options.goodOnly) return { drawnAs: unit, absent: true, defects: [] };
  const burst = options.bursts.find((b) => unit >= b.fromUnit && unit < b.fromUnit + b.units);
  const only = burst?.defect ?? options.only;
  const isBad = (defective || burst !== undefined) && !options.goodOnly;
  return present(seed, unit, isBad ? defectsOf(seed, unit, draws, only) : []);
}

function present(seed: number, unit: number, defects: readonly TrueDefect[]) {
  const is = <C extends SyntheticDefect>(c: C) =>
    defects.find((d): d is Extract<TrueDefect, { class: C }> => d.class === c);
  // A labeller is never exact: good labels sit within 0.8 mm. Drawn for every unit alike, as all that is no defect.
  const draws = drawsFor(seed, unit, 8);
  const play = { dx: draws.int(-1, 1), dy: draws.int(-1, 1) };
  return {
    drawnAs: unit,
    absent: false,
    defects,
    code: elementString(seed, unit, is("WRONG_PRODUCT")?.gtin ?? productGtin),
    ...(is("LABEL_MISSING") ? {} : { label: labelAt(is("LABEL_OFFSET") ?? play) }),
  };
}

function labelAt({ dx, dy }: { readonly dx: number; readonly dy: number }): TrueLabel {
  const offset_mm = Math.round(Math.sqrt(dx * dx + dy * dy) * mmPerPx * 100) / 100;
  return { dx_mm: dx * mmPerPx, dy_mm: dy * mmPerPx, offset_mm };
}

function faultAt(options: SyntheticOptions, unit: number): TrueFault | undefined {
  const planned = options.faults.find((f) => unit >= f.fromUnit && unit < f.fromUnit + f.units);
  if (planned) return planned;
  if (options.cameraFaultRate === 0 || options.goodOnly) return undefined;
  for (let fromUnit = unit; fromUnit > unit - longestRandomFault && fromUnit >= 1; fromUnit--) {
    const draws = drawsFor(options.seed, fromUnit, 3);
    if (!draws.chance(options.cameraFaultRate)) continue;
    const found = { fault: draws.pick(syntheticFaults), fromUnit, units: draws.int(5, longestRandomFault) };
    if (unit < fromUnit + found.units) return found;
  }
  return undefined;
}

function defectsOf(seed: number, unit: number, draws: Draws, only: SyntheticDefect | undefined): TrueDefect[] {
  const first = only ?? draws.pick(lots);
  const classes: SyntheticDefect[] = [first];
  if (!only && draws.int(1, 12) === 1) {
    const second = draws.pick(independent);
    if (second !== first) classes.push(second);
  }
  const placement = placementOf(seed, unit);
  const place = (box: Box): Box => boxInFrame(placement, box);
  return classes.map((c) => makers[c](draws, place, unit));
}

/** Each class as many times as its weight says. */
const lots = syntheticDefects.flatMap((c) => Array<SyntheticDefect>(weights[c]).fill(c));

const makers: {
  readonly [C in SyntheticDefect]: (draws: Draws, place: (box: Box) => Box, unit: number) => TrueDefect;
} = {
  LABEL_OFFSET(draws, place) {
    // 3 to 8 mm along one axis, at most 1.5 mm along the other.
    const main = draws.int(6, 16) * draws.pick([-1, 1]);
    const cross = draws.int(-3, 3);
    const [dx, dy] = draws.chance(0.5) ? [main, cross] : [cross, main];
    const [x, y, width, height] = labelBox;
    const { offset_mm } = labelAt({ dx, dy });
    return { class: "LABEL_OFFSET", box: place([x + dx, y + dy, width, height]), dx, dy, offset_mm };
  },
  LABEL_MISSING: (_, place) => ({ class: "LABEL_MISSING", box: place(labelBox) }),
  WRONG_LABEL: (_, place) => ({ class: "WRONG_LABEL", box: place(labelBox) }),
  SEAL_TORN(draws, place) {
    const variant = draws.int(0, tears.length - 1);
    const { width, height } = tears[variant]!;
    const seal = draws.pick(["top", "bottom"] as const);
    const x = draws.int(bagBox[0] + 12, bagBox[0] + bagBox[2] - width - 12);
    const y = seal === "top" ? bagBox[1] : bagBox[1] + bagBox[3] - height;
    return { class: "SEAL_TORN", box: place([x, y, width, height]), seal, variant, x };
  },
  CONTAMINATION(draws, place) {
    const variant = draws.int(0, contaminants.length - 1);
    const { width, height } = contaminants[variant]!;
    const x = draws.int(bagBox[0] + 26, bagBox[0] + bagBox[2] - width - 26);
    const y = draws.int(bagBox[1] + sealHeight + 8, bagBox[1] + bagBox[3] - sealHeight - height - 8);
    return { class: "CONTAMINATION", box: place([x, y, width, height]), variant, x, y };
  },
  DATE_CODE(draws, place, unit) {
    const [date, lot] = expectedDateCode(unit);
    const box = place(datePanelBox);
    return draws.int(1, 4) === 1
      ? { class: "DATE_CODE", box, kind: "wrong", printed: [draws.pick(wrongDates), lot], strength: 235 }
      : { class: "DATE_CODE", box, kind: "faded", printed: [date, lot], strength: draws.int(35, 75) };
  },
  CODE_UNREADABLE: (draws, place) => ({
    class: "CODE_UNREADABLE",
    box: place(codeBox),
    kind: draws.pick(["scratched", "smeared"] as const),
  }),
  WRONG_PRODUCT: (draws, place) => ({ class: "WRONG_PRODUCT", box: place(codeBox), gtin: draws.pick(otherGtins) }),
};
