import { fakeClock } from "./fake-clock.ts";

test("advance runs callbacks at their own moments, in order, also those that callbacks add", () => {
  // Every time-dependent test of the project stands on this order.
  const clock = fakeClock({ monotonic: 100, wall: 1_000 });
  const log: string[] = [];
  const note = (name: string) => () => log.push(`${name}@${clock.monotonic()}/${clock.wall()}`);
  clock.after(30, note("late"));
  clock.after(10, () => {
    note("first")();
    clock.after(10, note("added"));
  });
  clock.after(10, note("second"));
  clock.after(20, note("cancelled"))();
  clock.advance(25);
  expect(log).toEqual(["first@110/1010", "second@110/1010", "added@120/1020"]);
  expect([clock.monotonic(), clock.pending]).toEqual([125, 1]);
});

test("stall runs what fell due afterwards, at the late moment; a wall step leaves monotonic time alone", () => {
  const clock = fakeClock({ wall: 0 });
  const log: number[] = [];
  clock.after(20, () => log.push(2, clock.monotonic()));
  clock.after(10, () => log.push(1, clock.monotonic()));
  clock.stall(1_000);
  expect(log).toEqual([1, 1_000, 2, 1_000]);
  clock.stepWall(-400);
  expect([clock.wall(), clock.monotonic()]).toEqual([600, 1_000]);
});
