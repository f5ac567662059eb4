import { type CodeWriter, openCodeWriter } from "./code-writer.ts";
import { expectedDateCode, glyphColumns, glyphRows, glyphs } from "./date-code.ts";
import { bagBox, bagCanvas, codeBox, codeModule, datePanelBox, frameSize, labelBox, mmPerPx } from "./geometry.ts";
import { type Layers, loadLayers } from "./layers.ts";
import type { SyntheticFault, SyntheticOptions } from "./options.ts";
import { type Placement, placementOf } from "./placement.ts";
import { type Draws, drawsFor } from "./random.ts";
import {
  boxBlur,
  erase,
  fill,
  halve,
  inkDot,
  type Layer,
  lay,
  type Mask,
  paint,
  shade,
  shiftRows,
  smear,
} from "./raster.ts";
import { type TrueDefect, type TrueLabel, type UnitTruth, unitTruth } from "./unit-truth.ts";

/** A picture as a frame has it, without a moment or a trigger. */
export interface Picture {
  readonly data: Uint8Array<ArrayBuffer>;
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  readonly channels: 3;
}

/** Draws units of the synthetic line without any clock: for the camera, for teaching and for benches. */
export interface SyntheticRenderer {
  /**
   * What the camera sees of unit n (1, 2, …), a fresh picture that the caller owns; undefined while the camera is
   * `gone`. A pure function of options and n, byte for byte, on every machine.
   */
  render(unit: number): Picture | undefined;
  /** The empty belt at that moment. */
  renderEmpty(unit: number): Picture;
  /** Unit n as it would look if it lay elsewhere than it does, or had its label elsewhere: for reference pictures and tests. */
  renderPosed(unit: number, pose: { readonly placement: Placement; readonly label?: TrueLabel }): Picture;
}

/** Loads the layers (about 20 ms) and draws the `prerendered` pictures; each other picture takes a few ms. */
export async function createSyntheticRenderer(options: SyntheticOptions): Promise<SyntheticRenderer> {
  const [layers, writeCode] = await Promise.all([loadLayers(), openCodeWriter()]);
  const light = createLight();
  const belt = createBelt(layers);
  // One canvas for all bags: a fresh one per picture would cost as much in garbage collection as in drawing.
  const bag: Layer = { ...bagCanvas, data: new Uint8Array(bagCanvas.width * bagCanvas.height * 4) };

  const { seed } = options;
  const draw = (
    truth: Omit<UnitTruth, "unit">,
    fault?: SyntheticFault,
    placement = placementOf(seed, truth.drawnAs),
  ): Picture => {
    const unit = truth.drawnAs;
    const frame = belt(seed, unit);
    if (!truth.absent) {
      composeBag(bag, { layers, writeCode, seed }, truth);
      lay(frame, bag, placement);
    }
    if (fault === "blurred") for (let i = 0; i < 2; i++) boxBlur(frame, 9);
    if (fault === "torn") tear(frame, drawsFor(seed, unit, 11));
    light(frame, drawsFor(seed, unit, 5), fault);
    return fault === "wrongSize"
      ? { data: halve(frame), width: frameSize.width / 2, height: frameSize.height / 2, channels: 3 }
      : { data: frame, ...frameSize, channels: 3 };
  };
  const prerendered = Array.from({ length: options.prerendered }, (_, i) => draw(unitTruth(options, i + 1)));
  const show = (truth: UnitTruth): Picture => {
    const ready = prerendered[truth.drawnAs - 1];
    return ready ? { ...ready, data: ready.data.slice() } : draw(truth);
  };

  return {
    render(unit) {
      const truth = unitTruth(options, unit);
      const fault = truth.cameraFault;
      if (!fault) return show(truth);
      if (fault.fault === "gone") return undefined;
      // A frozen camera goes on sending the last picture that it took.
      return fault.fault === "frozen" ? show(unitTruth(options, fault.fromUnit - 1)) : draw(truth, fault.fault);
    },
    renderEmpty: (unit) => draw({ drawnAs: unit, absent: true, defects: [] }),
    renderPosed(unit, { placement, label }) {
      const truth = unitTruth(options, unit);
      return draw(label && truth.label ? { ...truth, label } : truth, undefined, placement);
    },
  };
}

/** The belt's tile fits the frame's width, so what is shifted around shows no seam on it. */
function tear(frame: Uint8Array, draws: Draws): void {
  const fromRow = draws.int(96, 416);
  shiftRows(frame, fromRow, draws.int(24, 140) * draws.pick([-1, 1]));
}

/** The belt has moved on by any amount when the next unit comes. */
function createBelt({ belt: tile }: Layers): (seed: number, unit: number) => Uint8Array<ArrayBuffer> {
  const { width, height } = frameSize;
  const wideRow = (width + tile.width) * 3;
  const wide = new Uint8Array(wideRow * tile.height);
  for (let y = 0; y < tile.height; y++)
    for (let x = 0; x < wideRow; x++) wide[y * wideRow + x] = tile.data[y * tile.width * 3 + (x % (tile.width * 3))]!;
  return (seed, unit) => {
    const shift = drawsFor(seed, unit, 4).int(0, tile.width - 1) * 3;
    const frame = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      const start = (y % tile.height) * wideRow + shift;
      frame.set(wide.subarray(start, start + width * 3), y * width * 3);
    }
    return frame;
  };
}

/** What a bag is drawn with. */
interface Workshop {
  readonly layers: Layers;
  readonly writeCode: CodeWriter;
  readonly seed: number;
}

/** Draws one bag, upright, over whatever was on the canvas: film, label, code, date, light on the film, and what is wrong with it. */
function composeBag(bag: Layer, { layers, writeCode, seed }: Workshop, truth: Omit<UnitTruth, "unit">): void {
  const { drawnAs: unit, defects, label, code, testPiece } = truth;
  bag.data.set(layers.bag.data);
  const draws = drawsFor(seed, unit, 6);
  const is = <C extends TrueDefect["class"]>(c: C) =>
    defects.find((d): d is Extract<TrueDefect, { class: C }> => d.class === c);

  // Drawn for every unit alike, so that a defect changes nothing but what it is about.
  const [folds, strength] = [draws.pick(layers.shades), draws.int(200, 256)];

  if (label) {
    const [x, y] = [labelBox[0] + label.dx_mm / mmPerPx, labelBox[1] + label.dy_mm / mmPerPx];
    paint(bag, is("WRONG_LABEL") ? layers.otherLabel : layers.label, x, y);
  }
  if (code !== undefined) printCode(bag, writeCode(code, testPiece === undefined ? "gs1" : "plain"));
  const spoiled = is("CODE_UNREADABLE");
  if (spoiled) spoilCode[spoiled.kind](bag, drawsFor(seed, unit, 9));

  const date = is("DATE_CODE");
  printDate(bag, date?.printed ?? expectedDateCode(unit), date?.strength ?? 235, draws);
  shade(bag, folds, strength);

  const dirt = is("CONTAMINATION");
  if (dirt) paint(bag, layers.contaminants[dirt.variant]!, dirt.x, dirt.y);
  const torn = is("SEAL_TORN");
  if (torn) {
    const { film, hole } = layers.tears[torn.variant]!;
    const bottom = torn.seal === "bottom";
    // Up to the very edge of the outline, so that no thread of film stays over the hole.
    const y = bottom ? bagBox[1] + bagBox[3] - film.height : bagBox[1];
    paint(bag, film, torn.x, y, bottom);
    erase(bag, hole, torn.x, y, bottom);
  }
}

/** Black ink on film is not quite black. */
const codeInk = 26;
/** In the middle of its field; the rest is its quiet zone. */
function printCode(bag: Layer, { data, width, height }: Mask): void {
  const [x, y] = [
    codeBox[0] + ((codeBox[2] - width * codeModule) >> 1),
    codeBox[1] + ((codeBox[3] - height * codeModule) >> 1),
  ];
  for (const [at, level] of data.entries())
    if (level === 0)
      fill(bag, [x + (at % width) * codeModule, y + ((at / width) | 0) * codeModule, codeModule, codeModule], codeInk);
}

/** Both go beyond what the error correction of the symbol can mend. */
const spoilCode: Readonly<Record<"scratched" | "smeared", (bag: Layer, draws: Draws) => void>> = {
  /** Rubbed through to the silver of the film along five slanting lines. */
  scratched(bag, draws) {
    const [x, y, width, height] = codeBox;
    const strokes = 5;
    for (let stroke = 0; stroke < strokes; stroke++) {
      const thick = draws.int(5, 7);
      const middle = ((2 * stroke + 1) * height) / strokes / 2 - thick / 2 + draws.int(-2, 2);
      const slope = draws.int(-6, 6);
      const silver = draws.int(190, 215);
      for (let column = 0; column < width; column++) {
        const top = Math.floor(middle + (slope * (2 * column - width)) / width / 2);
        const from = Math.max(0, top);
        fill(bag, [x + column, y + from, 1, Math.min(height, top + thick) - from], silver);
      }
    }
  },
  /** Wiped across while the ink was wet. */
  smeared: (bag, draws) => smear(bag, codeBox, draws.int(9, 14)),
};

/** Dot pitch, px: 1 mm. */
const pitch = 2;
function printDate(bag: Layer, lines: readonly string[], strength: number, draws: Draws): void {
  const x = datePanelBox[0] + 10 + draws.int(-2, 2);
  const y = datePanelBox[1] + 5 + draws.int(-1, 1);
  for (const [line, text] of lines.entries())
    for (const [place, character] of [...text].entries())
      for (const [row, bits] of glyphs[character]!.entries())
        for (let column = 0; column < glyphColumns; column++)
          if (bits & (1 << (glyphColumns - 1 - column)))
            inkDot(
              bag,
              x + (place * (glyphColumns + 1) + column) * pitch,
              y + (line * (glyphRows + 2) + row) * pitch,
              strength - draws.int(0, strength >> 2),
            );
}

/** Behind a cloth or a hand only stray light is left. */
const strayLight = [12, 9, 9] as const;

/** What a fault makes of the light. */
const exposure: Readonly<Partial<Record<SyntheticFault, number>>> = { overexposed: 4, dark: 0.25 };

/** Lamp, lens and sensor: unit-to-unit brightness within 3 %, corners 12 % darker, noise of about 2 levels. */
function createLight(): (frame: Uint8Array<ArrayBuffer>, draws: Draws, fault: SyntheticFault | undefined) => void {
  const { width, height } = frameSize;
  const falloff = new Uint16Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [2 * x - width, 2 * y - height];
      falloff[y * width + x] = 1_024 - (((123 * (dx * dx + dy * dy)) / (width * width + height * height)) | 0);
    }
  const grains = 65_536;
  const noise = new Int8Array(grains + width * 3);
  const grain = drawsFor(0, 0, 7);
  // The sum of four even draws is close to a normal distribution.
  for (let i = 0; i < noise.length; i++)
    noise[i] = ((grain.int(0, 64) + grain.int(0, 64) + grain.int(0, 64) + grain.int(0, 64) - 128) * 14) >> 8;

  return (frame, draws, fault) => {
    if (fault === "covered") for (let at = 0; at < frame.length; at++) frame[at] = strayLight[(at % 3) as 0 | 1 | 2];
    const out = new Uint8ClampedArray(frame.buffer);
    const gain = draws.int(249, 263) * ((fault && exposure[fault]) ?? 1);
    for (let y = 0; y < height; y++) {
      // Each row reads the noise from a place of its own.
      let from = draws.int(0, grains - 1);
      const end = (y + 1) * width;
      for (let p = y * width, at = p * 3; p < end; p++, at += 3, from += 3) {
        const k = falloff[p]! * gain;
        out[at] = ((frame[at]! * k) >> 18) + noise[from]!;
        out[at + 1] = ((frame[at + 1]! * k) >> 18) + noise[from + 1]!;
        out[at + 2] = ((frame[at + 2]! * k) >> 18) + noise[from + 2]!;
      }
    }
  };
}
