import fc from "fast-check";
import { createShiftCalendar, type PlannedShift, weekdays } from "../../src/domain/shift-calendar.ts";

const hourMs = 3_600_000;
const threeShifts: readonly PlannedShift[] = [
  { id: "EARLY", start: "06:00", days: weekdays },
  { id: "LATE", start: "14:00", days: weekdays },
  { id: "NIGHT", start: "22:00", days: weekdays },
];
const [yearStart, yearEnd] = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)];
const instantOfYear = fc.integer({ min: yearStart, max: yearEnd });

describe.each(["Europe/Berlin", "America/New_York", "UTC", "Asia/Kathmandu"])("%s", (timeZone) => {
  const calendar = createShiftCalendar({ timeZone, shifts: threeShifts });
  const wall = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });

  test("at every instant one shift is on; it began at its time by the clocks on the wall, on its production day", () => {
    fc.assert(
      fc.property(instantOfYear, (time) => {
        const { id, startedAt, endsAt, productionDay } = calendar.at(time);
        expect(startedAt <= time && time < endsAt).toBe(true);
        const { start } = threeShifts.find((s) => s.id === id)!;
        expect(wall.format(startedAt)).toBe(`${productionDay} ${start}`);
        expect(calendar.at(endsAt).startedAt).toBe(endsAt);
        expect(calendar.at(startedAt)).toEqual(calendar.at(time));
      }),
      { numRuns: 50 },
    );
  });

  // A shift report that is an hour short twice a year is the classic mistake of such calendars.
  test("a year's shifts follow each other without a hole; only the nights of the two changes last 7 and 9 hours", () => {
    const year = calendar.startedBetween(yearStart, yearEnd);
    expect(year.slice(1).map((s) => s.startedAt)).toEqual(year.slice(0, -1).map((s) => s.endsAt));
    const odd = year
      .map(({ id, startedAt, endsAt, productionDay }) => [id, productionDay, (endsAt - startedAt) / hourMs] as const)
      .filter(([, , hours]) => hours !== 8);
    const changes: Record<string, unknown[]> = {
      "Europe/Berlin": [
        ["NIGHT", "2026-03-28", 7],
        ["NIGHT", "2026-10-24", 9],
      ],
      "America/New_York": [
        ["NIGHT", "2026-03-07", 7],
        ["NIGHT", "2026-10-31", 9],
      ],
    };
    expect(odd).toEqual(changes[timeZone] ?? []);
    expect(year.length).toBeGreaterThanOrEqual(365 * 3 - 1);
  });
});

describe("starts inside a change of the clocks", () => {
  const at = (start: string) =>
    createShiftCalendar({ timeZone: "Europe/Berlin", shifts: [{ id: "A", start, days: weekdays }] });
  test("a time that is left out is read with the offset before it (RFC 5545 §3.3.5): 02:30 begins at 03:30", () => {
    const shift = at("02:30").at(Date.UTC(2026, 2, 29, 12));
    expect([shift.startedAt, shift.productionDay]).toEqual([Date.UTC(2026, 2, 29, 1, 30), "2026-03-29"]);
  });
  test("a time that comes twice is its first", () => {
    expect(at("02:30").at(Date.UTC(2026, 9, 25, 12)).startedAt).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });
});

test("a plan may leave days out: the last shift ends where the plan says that there is none", () => {
  const weekend = createShiftCalendar({
    timeZone: "UTC",
    shifts: [
      { id: "DAY", start: "06:00", days: ["mon", "tue", "wed", "thu", "fri"] },
      { id: "", start: "18:00", days: ["fri"] },
    ],
  });
  // 2026-11-20 is a Friday.
  expect(weekend.at(Date.UTC(2026, 10, 20, 17, 59)).id).toBe("DAY");
  expect(weekend.at(Date.UTC(2026, 10, 21, 12))).toMatchObject({ id: "", endsAt: Date.UTC(2026, 10, 23, 6) });
  expect(weekend.startedBetween(Date.UTC(2026, 10, 20, 6), Date.UTC(2026, 10, 23, 6)).map((s) => s.id)).toEqual([
    "",
    "DAY",
  ]);
});
