import type { DetectorCard } from "./card.ts";

/** A box with what is in it. px of whatever picture it is about. */
export interface Detection {
  readonly class: string;
  /** 0..1 */
  readonly confidence: number;
  readonly box: readonly [x: number, y: number, width: number, height: number];
}

/** How a layout places its numbers: value `field` of box `n`. */
interface Layout {
  readonly boxes: number;
  /** Fields before the classes. */
  readonly before: number;
  at(n: number, field: number): number;
}

const layouts: Readonly<
  Record<DetectorCard["output"]["layout"], (values: Float32Array, rows: number, columns: number) => Layout>
> = {
  yolov8: (values, _, columns) => ({ boxes: columns, before: 4, at: (n, field) => values[field * columns + n]! }),
  yolov5: (values, rows, columns) => ({ boxes: rows, before: 5, at: (n, field) => values[n * columns + field]! }),
};

/** Boxes of a network's output, px of its input: of each box the surest class, from `confidence` on, the surest first. */
export function decodeDetections(
  { output, classes, confidence: least }: Pick<DetectorCard, "output" | "classes" | "confidence">,
  values: Float32Array,
  [, rows, columns]: readonly number[],
): Detection[] {
  const { boxes, before, at } = layouts[output.layout](values, rows!, columns!);
  const found: Detection[] = [];
  for (let n = 0; n < boxes; n++) {
    let [best, confidence] = [0, -1];
    for (let c = 0; c < classes.length; c++) {
      const value = at(n, before + c);
      if (value > confidence) [best, confidence] = [c, value];
    }
    if (before === 5) confidence *= at(n, 4);
    if (confidence < least) continue;
    const [width, height] = [at(n, 2), at(n, 3)];
    const box = [at(n, 0) - width / 2, at(n, 1) - height / 2, width, height] as const;
    found.push({ class: classes[best]!, confidence: Math.min(1, confidence), box });
  }
  return found.sort((a, b) => b.confidence - a.confidence);
}

/** Common area over joint area, 0..1. */
export function overlapOf([ax, ay, aw, ah]: Detection["box"], [bx, by, bw, bh]: Detection["box"]): number {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (aw * ah + bw * bh - width * height);
}

/** Of boxes of one class that overlap by more than `iou`, only the surest (non-maximum suppression). @param sorted the surest first */
export function withoutRepeats(sorted: readonly Detection[], iou: number): Detection[] {
  const kept: Detection[] = [];
  for (const detection of sorted)
    if (!kept.some((k) => k.class === detection.class && overlapOf(k.box, detection.box) > iou)) kept.push(detection);
  return kept;
}
