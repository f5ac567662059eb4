/** Where everything is, in px. One px of the frame is {@link mmPerPx} on the belt. */

export const mmPerPx = 0.5;

export interface Size {
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
}
/** `[x, y, width, height]` in px, origin top-left. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export const frameSize: Size = { width: 640, height: 512 };
/** The bag is composed upright on this canvas (with a margin for its shadow), then placed on the belt. */
export const bagCanvas: Size = { width: 352, height: 472 };
/** The bag's outline on its canvas: 160 × 220 mm. */
export const bagBox: Box = [16, 16, 320, 440];
/** Height of the crimped seal at the top and at the bottom of the bag. */
export const sealHeight = 28;
/** Nominal place of the label on the bag canvas. */
export const labelBox: Box = [72, 126, 208, 184];
/** White field that the ink-jet printer writes into. */
export const datePanelBox: Box = [47, 378, 176, 42];
/** White field with the product's GS1 DataMatrix; a torn seal does not reach it. */
export const codeBox: Box = [235, 338, 70, 70];
/** Edge of one module of the code, px. */
export const codeModule = 3;

export const shadeVariants = 4;
/** Holes torn into a seal; drawn for the top seal, upside down for the bottom one. */
export const tears: readonly Size[] = [
  { width: 72, height: 40 },
  { width: 96, height: 34 },
  { width: 56, height: 46 },
];
/** Foreign matter: grease stain, smear, crumbs, burnt crumb, hair, ink. */
export const contaminants: readonly Size[] = [
  { width: 44, height: 36 },
  { width: 64, height: 22 },
  { width: 34, height: 30 },
  { width: 20, height: 18 },
  { width: 60, height: 40 },
  { width: 28, height: 28 },
];
