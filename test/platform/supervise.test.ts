import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log.ts";
import { type Supervised, supervise } from "../../src/platform/supervise.ts";

type Message = { type: string; pid: number };

/** A supervised child; `next` resolves with the pid of the next process that is ready. */
async function aChild(over: { silenceMs?: number; memoryLimitMb?: number } = {}) {
  const pids: number[] = [];
  const reasons: string[] = [];
  const lines: string[] = [];
  let wake = (): void => undefined;
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const child: Supervised<{ type: string }> = supervise<{ type: string }, Message>(
    {
      name: "restless",
      module: new URL("../support/restless-child.ts", import.meta.url),
      memoryLimitMb: 300,
      silenceMs: 1_500,
      startMs: 20_000,
      output(line) {
        lines.push(line);
        wake();
      },
      ...over,
    },
    {
      started: () => undefined,
      message(message) {
        pids.push(message.pid);
        wake();
        return true;
      },
      down(reason) {
        reasons.push(reason);
        wake();
      },
    },
    systemClock,
    silentLog,
  );
  await until(() => pids.length === 1);
  return {
    child,
    pids,
    reasons,
    lines,
    until,
    [Symbol.asyncDispose]: () => child.stop({ type: "stop" }, 1_000),
  };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a child process that is in trouble is replaced", () => {
  test.each([
    ["exit", /exited with code 3/],
    ["hang", /no sign of life/],
    ["grow", /more than its 300 MB/],
  ])(
    "when told to %s",
    async (order, reason) => {
      await using c = await aChild();
      c.child.send({ type: order });
      await c.until(() => c.pids.length === 2);
      expect(c.reasons[0]).toMatch(reason);
      expect(isAlive(c.pids[0]!)).toBe(false);
      expect(c.child.restarts).toBe(1);
    },
    30_000,
  );

  test("killed from outside it comes back; stopped it does not", async () => {
    const c = await aChild();
    process.kill(c.pids[0]!, "SIGKILL");
    await c.until(() => c.pids.length === 2);
    await c.child.stop({ type: "stop" }, 2_000);
    expect(c.child.pid).toBeUndefined();
    expect(isAlive(c.pids[1]!)).toBe(false);
  }, 30_000);

  // A hung child must not keep the program from ending within its 10 s.
  test("a hung child is killed when its time to stop is over", async () => {
    const c = await aChild({ silenceMs: 60_000 });
    c.child.send({ type: "hang" });
    await c.child.stop({ type: "stop" }, 300);
    expect(isAlive(c.pids[0]!)).toBe(false);
  }, 30_000);
});

test("what a child prints arrives line by line", async () => {
  await using c = await aChild();
  c.child.send({ type: "print" });
  await c.until(() => c.lines.length > 0);
  expect(c.lines).toEqual(["a line from the child"]);
}, 30_000);
