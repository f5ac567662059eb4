import { createTriggerQueue } from "../../src/cameras/source/trigger-queue.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { collectEvents } from "./collect-events.ts";

const trigger = (triggerId: number) => ({ station: "LINE-01", triggerId, at: 0 });

test("a burst beyond its bound is answered as unreadable at once, never dropped in silence", async () => {
  const events = collectEvents();
  const exposed: number[] = [];
  const queue = createTriggerQueue(events, fakeClock(), ({ triggerId, ordinal }) => {
    expect(ordinal).toBe(triggerId);
    exposed.push(triggerId);
  });
  for (let id = 1; id <= 70; id++) queue.trigger(trigger(id));
  expect(events.unreadables.map((u) => u.triggerId)).toEqual([65, 66, 67, 68, 69, 70]);
  expect(events.unreadables[0]!.reason).toMatch(/camera overrun: 64 triggers/);
  await queue.close();
  expect(exposed.length).toBeLessThanOrEqual(1);
});

test("takes one exposure at a time, in order, stamped when the trigger came", async () => {
  const clock = fakeClock();
  const events = collectEvents();
  let running = 0;
  const seen: [number, number][] = [];
  const queue = createTriggerQueue(events, clock, async ({ triggerId, exposedAt }, report) => {
    running += 1;
    expect(running).toBe(1);
    await new Promise(setImmediate);
    seen.push([triggerId, exposedAt]);
    running -= 1;
    report.state("ok", "");
  });
  queue.trigger(trigger(7));
  clock.advance(5);
  queue.trigger(trigger(8));
  await events.until(() => events.states.length === 2);
  expect(seen).toEqual([
    [7, 0],
    [8, 5],
  ]);
  await queue.close();
});

test("an exposure that throws becomes an unreadable picture of its trigger", async () => {
  // Otherwise the rejection would end the vision process, or the unit would wait for its deadline without a reason.
  const events = collectEvents();
  const queue = createTriggerQueue(events, fakeClock(), ({ triggerId }, report) => {
    if (triggerId === 1) throw new Error("lens cap on");
    report.state("ok", "");
  });
  queue.trigger(trigger(1));
  queue.trigger(trigger(2));
  await events.until(() => events.log.length === 2);
  expect(events.log).toEqual(["unreadable 1", "state ok"]);
  expect(events.unreadables[0]!.reason).toMatch(/lens cap on/);
  await queue.close();
});
