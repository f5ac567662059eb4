import { z } from "zod";
import { edgeOptions } from "../measure/edge-options.ts";
import type { Measure } from "../measure/measure.ts";
import { partOptions } from "../measure/part-options.ts";
import { defineStep, type Finding } from "../step.ts";

const name = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "use a-z, 0-9 and '_', a letter first");

const options = z.strictObject({
  reference: z.string().meta({ description: "Picture of a good unit beside the recipe: the zones are drawn on it" }),
  measures: z
    .record(name, z.union([partOptions, edgeOptions]))
    .refine((all) => Object.keys(all).length > 0, "name at least one measure")
    .meta({ description: "Name → what is measured; what is reported begins with the name, e.g. label_offset_mm" }),
});

export default defineStep({
  type: "measure",
  summary: "Measures in the frame of the located unit: where parts lie, whether they are there, and edges.",
  options,
  zones: ({ measures }) => Object.values(measures).map((m) => ("part" in m ? m.part : m.edge)),
  classes: ({ measures }) => Object.values(measures).flatMap(classesOf),
  async open({ reference: file, measures }, site) {
    const [{ readReference, unlike }, { openPart }, { openEdge }] = await Promise.all([
      import("../reference-picture.ts"),
      import("../measure/part.ts"),
      import("../measure/edge.ts"),
    ]);
    const reference = await readReference(site, file);
    await using stack = new AsyncDisposableStack();
    const opened: Measure[] = [];
    for (const [of, given] of Object.entries(measures))
      opened.push(
        stack.use(
          await ("part" in given ? openPart(of, given, { site, reference }) : openEdge(of, given, { site, reference })),
        ),
      );
    const everything = stack.move();
    return {
      models: [],
      run(scene): Finding {
        const odd = unlike(reference, scene.picture);
        if (odd) return odd;
        const taken = opened.map((measure) => measure.take(scene));
        const invalid = taken.find((t) => t.invalid)?.invalid;
        return {
          ...(invalid && { invalid }),
          measures: Object.assign({}, ...taken.map((t) => t.measures)),
          defects: taken.flatMap((t) => t.defects ?? []),
          marks: taken.flatMap((t) => t.marks ?? []),
        };
      },
      [Symbol.asyncDispose]: () => everything.disposeAsync(),
    };
  },
});

function classesOf(measure: z.output<typeof partOptions> | z.output<typeof edgeOptions>): readonly string[] {
  const named = "part" in measure ? [measure.missing, measure.wrong] : [];
  const limits: readonly ({ readonly class: string } | undefined)[] = Object.values(measure.limits);
  return [...named, ...limits.map((l) => l?.class)].filter((c) => c !== undefined);
}
