import type { Picture } from "../picture.ts";
import type { DetectorCard } from "./card.ts";
import { type Detection, decodeDetections, withoutRepeats } from "./detections.ts";
import type { Fit } from "./fit-picture.ts";
import type { GoldenFigure } from "./golden.ts";
import { openGraph } from "./graph-session.ts";
import type { ModelPackage } from "./package.ts";

/** One session, for one thread. */
export interface Detector extends AsyncDisposable {
  /** What is found, the surest first; boxes are px of the picture, cut at its border. @throws Error for a picture that the graph does not take. */
  detect(picture: Picture): Promise<{ readonly found: readonly Detection[]; readonly inferenceMs: number }>;
}

/** Opens the graph of a detector. @throws ModelError when it is not what the card says. */
export async function openDetector({ folder, card, graph }: ModelPackage<DetectorCard>): Promise<Detector> {
  const { input, output, classes, iou } = card;
  const dims =
    output.layout === "yolov8" ? ([1, 4 + classes.length, "any"] as const) : ([1, "any", 5 + classes.length] as const);
  const session = await openGraph(`Model package ${folder}`, graph, { input, output: { name: output.name, dims } });
  return {
    async detect(picture) {
      const start = performance.now();
      const result = await session.run(picture);
      const found = withoutRepeats(decodeDetections(card, result.values, result.dims), iou).flatMap((d) => {
        const box = inPicture(d.box, result.fit, picture);
        return box[2] > 0 && box[3] > 0 ? [{ ...d, box }] : [];
      });
      return { found, inferenceMs: performance.now() - start };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

function inPicture(
  [x, y, width, height]: Detection["box"],
  { scaleX, scaleY, left, top }: Fit,
  picture: Pick<Picture, "width" | "height">,
): Detection["box"] {
  const within = (value: number, end: number): number => Math.min(end, Math.max(0, value));
  const [x0, x1] = [x, x + width].map((v) => within((v - left) / scaleX, picture.width)) as [number, number];
  const [y0, y1] = [y, y + height].map((v) => within((v - top) / scaleY, picture.height)) as [number, number];
  return [x0, y0, x1 - x0, y1 - y0];
}

/** What a golden sample must give, beside what it gives. A box that is missing, or too many, or of another class, is infinitely far off. */
export async function detectorFigures(
  detector: Detector,
  picture: Picture,
  { found: expected, tolerance, tolerancePx }: DetectorCard["golden"][number],
): Promise<readonly GoldenFigure[]> {
  const { found } = await detector.detect(picture);
  const edges = ["left", "top", "width", "height"] as const;
  return [
    { what: "number of boxes", expected: expected.length, actual: found.length, tolerance: 0.5 },
    ...expected.flatMap((wanted, i) => {
      const got = found[i]?.class === wanted.class ? found[i] : undefined;
      const name = `${wanted.class} ${i + 1}`;
      return [
        { what: `${name} confidence`, expected: wanted.confidence, actual: got?.confidence ?? Number.NaN, tolerance },
        ...edges.map((edge, e) => ({
          what: `${name} ${edge}`,
          expected: wanted.box[e]!,
          actual: got?.box[e] ?? Number.NaN,
          tolerance: tolerancePx,
        })),
      ];
    }),
  ];
}
