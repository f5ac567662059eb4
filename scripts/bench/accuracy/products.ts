import path from "node:path";
import { checkProduct, checkProductOptions, decideProduct } from "../../../src/vision/likeness/check-product.ts";
import { readPicture } from "../../../src/vision/model/read-picture.ts";
import { confusionPlot } from "../../../src/vision/model-tools/plots/confusion-plot.ts";
import type { Picture } from "../../../src/vision/picture.ts";
import { type AccuracyTask, stopwatch } from "./task.ts";

/** Shows each test photograph as its own product and as each other one. Reported, no bar: shelf photographs are not a line. */
export const products: AccuracyTask = {
  name: "products",
  fits: ({ labels }) => labels.some((l) => l.known_sku === "1" && l.split === "train"),
  async run({ name, folder, labels }) {
    const references = new Map<string, Picture[]>();
    for (const { file, label = "", split } of labels) {
      if (split === "test") continue;
      const pictures = references.get(label) ?? [];
      references.set(label, pictures);
      pictures.push(await readPicture(path.join(folder, file), 1));
    }
    const options = checkProductOptions.parse({});
    const step = checkProduct(references, options);
    const context = { signal: new AbortController().signal, now: () => performance.now() };
    const watch = stopwatch();
    const asItself = { match: 0, wrongProduct: 0, undecided: 0 };
    const asAnother = { match: 0, wrongProduct: 0, undecided: 0 };
    const wronglyMatched: string[] = [];
    const tested = labels.filter((l) => l.split === "test" && references.has(l.label ?? ""));
    for (const { file, label = "" } of tested) {
      const picture = await readPicture(path.join(folder, file), 1);
      const { shared, outcome } = await watch.measure(async () => step.run({ picture, sku: label }, context));
      asItself[outcome] += 1;
      for (const other of references.keys()) {
        if (other === label) continue;
        const claimed = decideProduct(shared, other, options);
        asAnother[claimed] += 1;
        if (claimed === "match") wronglyMatched.push(`${file} as ${other}`);
      }
    }
    return {
      task: "products",
      set: name,
      bars: [],
      figures: {
        images: tested.length,
        products: references.size,
        asItself,
        asAnother,
        wronglyMatched,
        references: [...references.values()].reduce((sum, pictures) => sum + pictures.length, 0),
        ms: watch.figures,
      },
      plots: {
        confusion: confusionPlot(`${name}: shown as what it is, and as another`, {
          itself: asItself,
          another: asAnother,
        }),
      },
    };
  },
};
