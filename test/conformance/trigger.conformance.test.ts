import { z } from "zod";
import { discover } from "../../src/platform/discover.ts";
import type { TriggerDefinition } from "../../src/triggers/trigger.ts";
import { fakeClock } from "../support/fake-clock.ts";

interface Row {
  /** Options that work; with them at least one unit passes within a minute. */
  readonly options: unknown;
  readonly misfits: readonly unknown[];
}
/** One row per trigger: adding a trigger is adding its file and its row. */
const rows: Readonly<Record<string, Row>> = {
  timer: {
    options: { unitsPerMinute: 90 },
    misfits: [{ unitsPerMinute: 0 }, { unitsPerMinute: "fast" }, { rate: 400 }],
  },
};

const triggers = await discover<TriggerDefinition>(new URL("../../src/triggers/", import.meta.url), "trigger.ts");
const cases = [...triggers].map(([type, definition]) => ({ type, definition, row: rows[type]! }));

test("every trigger found has a row here, and every row a trigger", () => {
  expect([...triggers.keys()].sort()).toEqual(Object.keys(rows).sort());
});

describe.each(cases)("$type", ({ definition, row }) => {
  function opened() {
    const clock = fakeClock({ monotonic: 10 });
    const fired: number[] = [];
    let [accounted, lastMoment] = [0, 0];
    const close = definition.open(
      definition.options.parse(row.options),
      {
        fire(at) {
          expect(at).toBeGreaterThan(lastMoment);
          expect(at).toBeLessThanOrEqual(clock.monotonic());
          lastMoment = at;
          accounted += 1;
          fired.push(at);
        },
        lotMarker() {
          expect(definition.lotMarkers).toBe(true); // a station's contexts wait for it only where a source promises it
        },
        missed(count, from, to) {
          expect(count).toBeGreaterThan(0);
          expect(from).toBeGreaterThan(lastMoment);
          expect(to).toBeGreaterThanOrEqual(from);
          lastMoment = to;
          accounted += count;
        },
      },
      clock,
    );
    return { clock, fired, accounted: () => accounted, close };
  }

  test("says what it is and has a described JSON Schema", () => {
    expect(definition.summary).toMatch(/^[A-Z].*\.$/);
    const { properties = {} } = z.toJSONSchema(definition.options, { io: "input" }) as {
      properties?: Record<string, { description?: string }>;
    };
    for (const [name, { description }] of Object.entries(properties))
      expect({ name, description }).toEqual({ name, description: expect.any(String) });
  });

  test("refuses options that do not fit", () => {
    for (const options of row.misfits)
      expect({ options, success: definition.options.safeParse(options).success }).toEqual({ options, success: false });
  });

  test("never fires from inside open, then in order, with moments that have passed", () => {
    // The caller gets the function that closes it only when open returns.
    const { clock, fired, close } = opened();
    expect(fired).toEqual([]);
    clock.advance(60_000);
    expect(fired.length).toBeGreaterThan(0);
    close();
  });

  test("a program that did not run for a while accounts for just as many units as one that did", () => {
    // Every unit accounted for: fired late or reported as missed, but never forgotten and never doubled.
    const [steady, stalled] = [opened(), opened()];
    for (let s = 0; s < 60; s++) steady.clock.advance(1_000);
    for (const pause of [5_000, 300, 40_000, 1_500, 10_000, 3_200]) stalled.clock.stall(pause);
    expect(stalled.accounted()).toBe(steady.accounted());
    steady.close();
    stalled.close();
  });

  test("is silent after it was closed", () => {
    const { clock, accounted, close } = opened();
    clock.advance(5_000);
    const before = accounted();
    close();
    clock.stall(120_000);
    clock.advance(120_000);
    expect(accounted()).toBe(before);
    expect(clock.pending).toBe(0);
  });
});
