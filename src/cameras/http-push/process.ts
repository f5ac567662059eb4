import { childChannel } from "../../platform/child-process.ts";
import { errorText } from "../../platform/errors.ts";
import { listen } from "./listener.ts";
import type { Answer, FromListener, ToListener } from "./messages.ts";
import { startProblem } from "./start-problem.ts";

// The entry of a camera's listener: forked by its camera with no arguments, told everything by messages.
const channel = childChannel<FromListener, ToListener>();
const waiting = new Map<number, (answer: Answer) => void>();
let pictures = 0;

const busy: Answer = { status: 503, text: "the inspection does not read; try again" };

async function start({ setup }: Extract<ToListener, { type: "setup" }>): Promise<void> {
  try {
    await listen(setup, {
      picture: (picture) =>
        new Promise((resolve) => {
          pictures += 1;
          waiting.set(pictures, resolve);
          if (channel.send({ type: "picture", picture: pictures, ...picture })) return;
          waiting.delete(pictures);
          resolve(busy);
        }),
      unreadable: (triggerId, reason) =>
        void channel.send({ type: "unreadable", reason, ...(triggerId !== undefined && { triggerId }) }),
    });
    channel.send({ type: "listening" });
  } catch (error) {
    channel.send({ type: "refused", reason: startProblem(setup, error) ?? errorText(error) });
    leave(2);
  }
}

/** Lets what was sent reach the pipe before the process ends. */
function leave(code: number): void {
  setTimeout(() => process.exit(code), 50);
}

channel.onMessage((message) => {
  switch (message.type) {
    case "setup":
      void start(message);
      return;
    case "answer":
      waiting.get(message.picture)?.(message.answer);
      waiting.delete(message.picture);
      return;
    case "stop":
      process.exit(0);
  }
});
