import path from "node:path";
import { readPicture } from "../../../src/vision/model/read-picture.ts";
import { compareTemplate, compareTemplateOptions } from "../../../src/vision/template/compare-template.ts";
import { type AccuracyTask, stopwatch } from "./task.ts";

/** `x1 y1 x2 y2 class;…` */
const boxesOf = (text: string): readonly (readonly number[])[] =>
  text.split(";").map((box) => box.trim().split(" ").slice(0, 4).map(Number));

/** Compares each tested board with its flawless one; a box is found when the centre of a difference lies in it. */
export const template: AccuracyTask = {
  name: "template",
  fits: ({ labels }) => labels.some((l) => l.pair !== undefined && l.boxes !== undefined),
  async run({ name, folder, labels }) {
    const templates = new Map(labels.flatMap((l) => (l.pair && !l.boxes ? [[l.pair, l.file] as const] : [])));
    const tested = labels.filter((l) => l.boxes !== undefined && templates.has(l.pair ?? ""));
    const options = compareTemplateOptions.parse({});
    const context = { signal: new AbortController().signal, now: () => performance.now() };
    const watch = stopwatch();
    const missed: string[] = [];
    let [boxes, found, falseBlobs, mislocated] = [0, 0, 0, 0];
    for (const { file, pair, boxes: text } of tested) {
      const step = compareTemplate(await readPicture(path.join(folder, templates.get(pair!)!), 1), options);
      const picture = await readPicture(path.join(folder, file), 1);
      const finding = await watch.measure(async () => step.run(picture, context));
      const centres = finding.outcome === "compared" ? finding.differences.map((d) => d.centre) : [];
      if (finding.outcome !== "compared") mislocated += 1;
      const marked = boxesOf(text!);
      const isIn = ([x, y]: readonly [number, number], [left, top, right, bottom]: readonly number[]): boolean =>
        x >= left! && x <= right! && y >= top! && y <= bottom!;
      for (const box of marked) {
        boxes += 1;
        if (centres.some((centre) => isIn(centre, box))) found += 1;
        else missed.push(`${file}: ${box.join(" ")}`);
      }
      falseBlobs += centres.filter((centre) => !marked.some((box) => isIn(centre, box))).length;
    }
    return {
      task: "template",
      set: name,
      bars: [
        { figure: "share of boxes found", value: found / boxes, must: 0.995, aim: 0.997 },
        {
          figure: "false differences per image",
          value: falseBlobs / tested.length,
          must: 1,
          aim: 0.5,
          isCeiling: true,
        },
        { figure: "ms per pair, p50", value: watch.p50, must: 80, isCeiling: true },
      ],
      figures: { found: `${found} of ${boxes}`, images: tested.length, mislocated, ms: watch.figures, missed },
    };
  },
};
