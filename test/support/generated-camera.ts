import { z } from "zod";
import { defineCamera } from "../../src/cameras/camera.ts";
import { aPicture } from "./pictures.ts";

/** Answers each trigger with a generated picture; by trigger id it can be told to do wrong. For tests of the vision process. */
export default defineCamera({
  type: "generated",
  summary: "Small generated pictures for tests.",
  simulated: true,
  options: z.strictObject({
    scratched: z.array(z.int()).default([]),
    empty: z.array(z.int()).default([]),
    /** No picture for these triggers. */
    silent: z.array(z.int()).default([]),
    unreadable: z.array(z.int()).default([]),
    /** All black. */
    dark: z.array(z.int()).default([]),
  }),
  async open(options, events, clock) {
    let isOpen = true;
    events.state("ok", "");
    return {
      trigger({ triggerId }) {
        if (options.silent.includes(triggerId)) return;
        setTimeout(() => {
          if (!isOpen) return;
          if (options.unreadable.includes(triggerId)) {
            events.unreadable(triggerId, "torn frame");
            return;
          }
          const scene = options.scratched.includes(triggerId)
            ? "scratched"
            : options.empty.includes(triggerId)
              ? "empty"
              : "good";
          const picture = aPicture(1_000 + triggerId, scene);
          if (options.dark.includes(triggerId)) picture.data.fill(0);
          events.frame({ ...picture, exposedAt: clock.monotonic(), triggerId });
        }, 2);
      },
      async [Symbol.asyncDispose]() {
        isOpen = false;
      },
    };
  },
});
