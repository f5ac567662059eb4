import fc from "fast-check";
import { createStationTime } from "../../src/line/station-time.ts";
import { fakeClock } from "../support/fake-clock.ts";

const run = (t: ReturnType<typeof createStationTime>, clock: ReturnType<typeof fakeClock>, seconds: number) => {
  const events = [];
  for (let s = 0; s < seconds; s++) {
    clock.advance(1_000);
    const event = t.check();
    if (event) events.push(event.event);
  }
  return events;
};

// Minutes are never reopened and records never out of order: whatever the wall clock does, time goes forwards.
test("station time never goes back", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ wait: fc.nat(5_000), step: fc.integer({ min: -7_200_000, max: 7_200_000 }) })),
      (moves) => {
        const clock = fakeClock();
        const time = createStationTime(clock);
        let last = time.now();
        for (const { wait, step } of moves) {
          clock.advance(wait);
          clock.stepWall(step);
          time.check();
          expect(time.now()).toBeGreaterThanOrEqual(last);
          last = time.now();
        }
      },
    ),
  );
});

test("45 s backwards: an entry, unsynchronised, and the gap closes without a step", () => {
  const clock = fakeClock();
  const time = createStationTime(clock);
  clock.stepWall(-45_000);
  expect(time.check()).toMatchObject({ event: "stepped", offsetMs: -45_000 });
  expect(time.synchronized).toBe(false);
  const events = run(time, clock, 600);
  expect(events).toEqual(["synchronized"]);
  expect(Math.abs(time.offsetMs)).toBeLessThan(1_000);
});

test("30 s forwards is followed at once, with an entry", () => {
  const clock = fakeClock();
  const time = createStationTime(clock);
  clock.stepWall(30_000);
  expect(time.check()).toMatchObject({ event: "stepped", offsetMs: 30_000 });
  expect([time.synchronized, time.now()]).toEqual([true, clock.wall()]);
});

test("an hour forwards is not believed until somebody confirms it", () => {
  const clock = fakeClock();
  const time = createStationTime(clock);
  clock.stepWall(3_600_000);
  expect(time.check()).toMatchObject({ event: "stepped" });
  expect(run(time, clock, 10)).toEqual([]);
  expect([time.synchronized, time.offsetMs]).toEqual([false, 3_600_000]);
  time.confirm();
  expect(time.check()?.event).toBe("stepped");
  expect([time.synchronized, time.offsetMs]).toEqual([true, 0]);
});

test("a start with a wall clock before the last record goes on from the record", () => {
  const clock = fakeClock({ wall: 0 });
  const time = createStationTime(clock, 5_000_000);
  expect([time.now(), time.synchronized]).toEqual([5_000_000, false]);
});

// Date.now() is whole milliseconds: half of all checks find station time a fraction ahead, and nothing is wrong.
test("on a healthy clock station time stays within 2 ms of the wall clock", () => {
  const clock = fakeClock({ wall: 1_700_000_000_000 });
  const floored = { ...clock, wall: () => Math.floor(clock.wall()), monotonic: clock.monotonic, after: clock.after };
  const time = createStationTime(floored);
  for (let n = 0; n < 200; n++) {
    clock.advance(1_000.37);
    expect(Math.abs(time.now() - clock.wall())).toBeLessThan(2);
    expect(time.check()).toBeUndefined();
  }
});
