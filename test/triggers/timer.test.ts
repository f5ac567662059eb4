import timer from "../../src/triggers/timer.ts";
import { fakeClock } from "../support/fake-clock.ts";

function openTimer(unitsPerMinute: number) {
  const clock = fakeClock({ monotonic: 1_000 });
  const fired: number[] = [];
  const missed: { count: number; from: number; to: number }[] = [];
  const stop = timer.open(
    { unitsPerMinute },
    {
      fire: (at) => fired.push(at),
      missed: (count, from, to) => missed.push({ count, from, to }),
      lotMarker: () => undefined,
    },
    clock,
  );
  return { clock, fired, missed, stop };
}

test("fires exactly the configured number of units each minute", () => {
  // Minute counts are compared with the line's rate; a rounded period would lose or win a unit every few minutes.
  const { clock, fired } = openTimer(700);
  for (let minute = 1; minute <= 60; minute++) {
    clock.advance(60_000);
    expect(fired).toHaveLength(700 * minute);
  }
});

test("lateness of single callbacks does not add up", () => {
  // A timer that re-arms itself "one period from now" drifts by each delay; latencies would be measured from wrong moments.
  const { clock, fired, missed } = openTimer(600);
  for (let i = 0; i < 200; i++) clock.stall(130);
  expect(fired).toEqual(Array.from({ length: 260 }, (_, i) => 1_000 + 100 * (i + 1)));
  expect(missed).toEqual([]);
});

test("a pause up to two seconds is caught up in order, with the moments at which the units passed", () => {
  const { clock, fired, missed } = openTimer(600);
  clock.advance(500);
  clock.stall(1_950);
  expect(fired).toEqual(Array.from({ length: 24 }, (_, i) => 1_000 + 100 * (i + 1)));
  expect(missed).toEqual([]);
});

test("after a long stop old units are reported as missed, the last two seconds are fired, and the rhythm goes on", () => {
  // A laptop that slept an hour must not answer with 24,000 triggers at once, and none of them may vanish silently.
  const { clock, fired, missed } = openTimer(600);
  clock.advance(1_000);
  clock.stall(3_600_000);
  expect(missed).toEqual([{ count: 35_979, from: 2_100, to: 3_599_900 }]);
  expect(fired).toHaveLength(10 + 21);
  clock.advance(1_000);
  expect(fired).toHaveLength(10 + 21 + 10);
  const all = 10 + 35_979 + 21 + 10;
  expect(fired.at(-1)).toBe(1_000 + 100 * all);
});

test("stops at once, also from inside its own call", () => {
  // The line closes its trigger while units fall due; one more after that would be a unit that nobody records.
  const clock = fakeClock();
  const fired: number[] = [];
  const stop = timer.open(
    { unitsPerMinute: 600 },
    {
      fire(at) {
        fired.push(at);
        stop();
      },
      missed: () => undefined,
      lotMarker: () => undefined,
    },
    clock,
  );
  clock.stall(1_000);
  clock.advance(10_000);
  expect(fired).toEqual([100]);
  expect(clock.pending).toBe(0);
});

test.each([0, -1, 6_001, Number.NaN, "400"])("refuses a rate of %p", (unitsPerMinute) => {
  expect(timer.options.safeParse({ unitsPerMinute }).success).toBe(false);
});
