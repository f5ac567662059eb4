// A child process for the supervisor's tests: it does what it is told, to its own harm.
import { childChannel } from "../../src/platform/child-process.ts";

const channel = childChannel<{ type: string; pid: number }, { type: string }>();
channel.onMessage(({ type }) => {
  if (type === "hang") for (;;);
  if (type === "exit") process.exit(3);
  if (type === "grow") (globalThis as { ballast?: Buffer }).ballast = Buffer.alloc(400 * 1_048_576, 1);
  if (type === "print") console.log("a line from the child");
  if (type === "stop") process.exit(0);
});
channel.send({ type: "ready", pid: process.pid });
