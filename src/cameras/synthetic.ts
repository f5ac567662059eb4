import { defineCamera } from "./camera.ts";
import { syntheticOptions } from "./synthetic/options.ts";

/**
 * Unit n of the seed at the n-th trigger since it was opened, with the defects and camera faults that `unitTruth` tells
 * for the same options. While a planned fault makes it `gone`, triggers get no answer; the first one after it does.
 */
export default defineCamera({
  type: "synthetic",
  summary:
    "A simulated packaging line of snack bags: repeatable units, defects and camera faults, drawn at each trigger.",
  options: syntheticOptions,
  simulated: true,
  async open(options, events, clock) {
    const [{ createSyntheticRenderer }, { createTriggerQueue }] = await Promise.all([
      import("./synthetic/renderer.ts"),
      import("./source/trigger-queue.ts"),
    ]);
    const renderer = await createSyntheticRenderer(options);
    let gone = false;
    const queue = createTriggerQueue(events, clock, ({ triggerId, exposedAt, ordinal }, report) => {
      const picture = renderer.render(ordinal);
      if (gone !== !picture) {
        gone = !picture;
        if (gone) report.state("gone", "the simulated camera is gone for a while; it comes back by itself");
        else report.state("ok", "");
      }
      if (picture) report.frame({ ...picture, exposedAt, triggerId });
    });
    events.state("ok", "");
    return { trigger: queue.trigger, [Symbol.asyncDispose]: queue.close };
  },
});
