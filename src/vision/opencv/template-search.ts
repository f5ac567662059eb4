import type { Grey } from "../grey.ts";
import type { OpenCv } from "./open-cv.ts";

/** Where a template fits best. */
export interface Peak {
  /** Of the template's top left corner in the window, px, between the pixels by a parabola through the neighbours. */
  readonly x: number;
  readonly y: number;
  /** Normalised correlation, −1..1. Meaningless where the window is flat: judge what was found by other means too. */
  readonly score: number;
}

/** Searches one template in windows of one size; its memory is OpenCV's, hence the disposal. */
export interface TemplateSearch extends Disposable {
  /** @param window of the size that it was made for. */
  search(window: Grey): Peak;
}

/** @param window px, at least as large as the template. */
export function createTemplateSearch(
  cv: OpenCv,
  template: Grey,
  window: { readonly width: number; readonly height: number },
): TemplateSearch {
  const [columns, rows] = [window.width - template.width + 1, window.height - template.height + 1];
  // Allocated once: what is allocated per picture has to be freed by hand, and in-place operations leak.
  const pattern = new cv.Mat(template.height, template.width, cv.CV_8UC1);
  const image = new cv.Mat(window.height, window.width, cv.CV_8UC1);
  const result = new cv.Mat(rows, columns, cv.CV_32FC1);
  pattern.data.set(template.data);
  return {
    search({ data }) {
      image.data.set(data);
      cv.matchTemplate(image, pattern, result, cv.TM_CCOEFF_NORMED);
      return peakOf(result.data32F, rows, columns);
    },
    [Symbol.dispose]() {
      for (const mat of [pattern, image, result]) mat.delete();
    },
  };
}

/** The highest value of a map, row by row. */
export function peakOf(map: Float32Array, rows: number, columns: number): Peak {
  let best = 0;
  for (let i = 1; i < map.length; i++) if (map[i]! > map[best]!) best = i;
  const [x, y] = [best % columns, Math.floor(best / columns)];
  const score = map[best]!;
  return {
    x: x + (x > 0 && x < columns - 1 ? summit(map[best - 1]!, score, map[best + 1]!) : 0),
    y: y + (y > 0 && y < rows - 1 ? summit(map[best - columns]!, score, map[best + columns]!) : 0),
    score,
  };
}

/** Where the parabola through three neighbours has its summit, −0.5..0.5 about the middle one. */
function summit(before: number, at: number, after: number): number {
  const bend = before - 2 * at + after;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
}
