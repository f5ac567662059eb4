import type { Command } from "../../src/domain/command.ts";
import { emptyFields } from "../../src/domain/context.ts";
import { createShiftCalendar, weekdays } from "../../src/domain/shift-calendar.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { aLine, pass, type TestLine } from "../support/line.ts";

const day = Date.UTC(2026, 10, 23);
const at = (hours: number, minutes = 0): number => day + (hours * 60 + minutes) * 60_000;
const shifts = createShiftCalendar({
  timeZone: "UTC",
  shifts: [
    { id: "EARLY", start: "06:00", days: weekdays },
    { id: "LATE", start: "14:00", days: weekdays },
    { id: "NIGHT", start: "22:00", days: weekdays },
  ],
});
const aShiftLine = (start: number): TestLine => aLine({ shifts }, { clock: fakeClock({ wall: start }) });
const begun = (t: TestLine) => t.ledger.of("shift").map((e) => [e.body.shift, e.body.startedAt, e.time]);

async function name(t: TestLine, shift: string): Promise<void> {
  const command = {
    station: "LINE-01",
    by: "mes",
    source: "opcua",
    expectedRevision: 0,
    effective: { mode: "nextUnit" },
  };
  void t.line.command({ ...command, kind: "setContext", fields: { ...emptyFields, lot: "A", shift } } as Command);
  await t.settle();
}

test("a unit belongs to the shift of its trigger, and the counts begin anew at the boundary only", async () => {
  const t = aShiftLine(at(13, 59) + 59_000);
  t.unit(pass);
  const open = t.unit(); // decided after the boundary
  t.clock.advance(200);
  t.judge(open);
  t.clock.advance(900);
  t.unit(pass);
  t.line.tick();
  await t.settle();
  expect(t.ledger.of("unit").map((e) => e.body.context.shift)).toEqual(["EARLY", "EARLY", "LATE"]);
  expect(begun(t)).toEqual([
    ["EARLY", at(6), at(13, 59) + 59_000],
    ["LATE", at(14), at(14)],
  ]);
  expect(t.line.state.shift).toMatchObject({
    name: "LATE",
    startedAt: at(14),
    productionDay: "2026-11-23",
    counts: { units: 1 },
  });
});

// Readers of the ledger take its order for the order of time.
test("a boundary that passed while the machine slept is written behind the pause, and says when it was", async () => {
  const t = aShiftLine(at(13));
  t.line.tick();
  t.unit(pass);
  await t.settle();
  t.clock.stall(3 * 3_600_000);
  t.line.tick();
  await t.settle();
  expect(begun(t).at(-1)).toEqual(["LATE", at(14), at(16)]);
  const times = t.ledger.committed.map(({ entry }) => entry.time);
  const down = t.ledger.committed.findIndex(({ entry }) => entry.kind === "down");
  expect(Math.min(...times.slice(down))).toBe(times[down]);
});

// A daily shift of one name is another shift each day.
test("a restart within a shift goes on with its counts; boundaries while down are written at the start", async () => {
  const before = aShiftLine(at(7));
  before.unit(pass);
  await before.line.stop();
  before.clock.advance(3_600_000);
  const within = aLine({ shifts }, before);
  await within.settle();
  expect(begun(within)).toHaveLength(1);
  expect(within.line.state.shift).toMatchObject({ name: "EARLY", counts: { units: 1 } });
  await within.line.stop();
  before.clock.advance(25 * 3_600_000);
  const after = aLine({ shifts }, within);
  await after.settle();
  const start = at(33);
  expect(begun(after).slice(1)).toEqual([
    ["LATE", at(14), start],
    ["NIGHT", at(22), start],
    ["EARLY", at(30), start],
  ]);
  expect(after.line.state.shift).toMatchObject({ name: "EARLY", productionDay: "2026-11-24", counts: { units: 0 } });
});

test("a shift that the context names wins until the context names none; then the calendar's goes on", async () => {
  const t = aShiftLine(at(13, 59));
  t.unit(pass);
  await name(t, "OVERTIME");
  t.unit(pass);
  t.clock.advance(120_000);
  t.line.tick();
  t.unit(pass);
  await t.settle();
  expect(t.line.state.shift).toMatchObject({ name: "OVERTIME", byCalendar: false, counts: { units: 2 } });
  await name(t, "");
  t.unit(pass);
  await t.settle();
  expect(t.ledger.of("unit").map((e) => e.body.context.shift)).toEqual(["EARLY", "OVERTIME", "OVERTIME", "LATE"]);
  expect(t.line.state.shift).toMatchObject({ name: "LATE", byCalendar: true, counts: { units: 1 } });
});

// StartedAt stands beside the counts: a rate over the time since then must not leave out units that were counted as overtime.
test("when the calendar takes over while a shift runs, it is counted from then on, and says so", async () => {
  const t = aShiftLine(at(13, 59));
  await name(t, "OVERTIME");
  for (let minute = 0; minute < 60; minute++) {
    t.unit(pass);
    t.clock.advance(60_000);
    t.line.tick();
  }
  await name(t, "");
  t.unit(pass);
  await t.settle();
  expect(t.line.state.shift).toMatchObject({
    name: "LATE",
    startedAt: at(14),
    countedFrom: at(14, 59),
    counts: { units: 1 },
  });
  // With the next it is as planned again, also when it is written late.
  await t.line.stop();
  t.clock.advance(8 * 3_600_000);
  const after = aLine({ shifts }, t);
  after.unit(pass);
  await after.settle();
  expect(after.line.state.shift).toMatchObject({ name: "NIGHT", startedAt: at(22), countedFrom: at(22) });
});

test("a context that names the shift that it is changes nothing in its counts, coming or going", async () => {
  const t = aShiftLine(at(13));
  t.unit(pass);
  await name(t, "EARLY");
  t.unit(pass);
  await name(t, "");
  t.unit(pass);
  await t.settle();
  expect(t.line.state.shift).toMatchObject({ name: "EARLY", startedAt: at(6), counts: { units: 3 } });
});

test("without its plan, a station goes back to what the context says", async () => {
  const before = aShiftLine(at(13));
  before.unit(pass);
  await before.line.stop();
  const after = aLine({}, before);
  after.unit(pass);
  await after.settle();
  expect(after.line.state.shift).toMatchObject({ name: "", byCalendar: false, counts: { units: 1 } });
  expect(after.ledger.of("unit").at(-1)!.body.context.shift).toBe("");
});
