import { ReadProcessedDetails, resolveNodeId, StatusCodes } from "node-opcua";
import type { ScalarName } from "../../nodeset/model.ts";
import { aggregateDefaults } from "../../src/opcua/history/aggregate-defaults.ts";
import type { AggregateName } from "../../src/opcua/history/aggregates.ts";
import { readAtTime } from "../../src/opcua/history/at-time.ts";
import { planProcessed } from "../../src/opcua/history/plans.ts";
import { readProcessed } from "../../src/opcua/history/processed.ts";
import type { Rows } from "../../src/opcua/history/raw.ts";
import { codes } from "../../src/opcua/history/status.ts";

const rowsOf =
  (values: readonly number[]): Rows =>
  ({ from, to, backwards }) => {
    const inside = values
      .map((value, i) => ({ time: i * 10, offset: i + 1, serverTime: i * 10, value, status: 0 }))
      .filter(({ time }) => time >= from && time <= to);
    return backwards ? inside.toReversed() : inside;
  };

const settings = aggregateDefaults;
const noBreath = (): Promise<void> => Promise.resolve();
const minute = 60_000;
const day = 24 * 3_600_000;
/** Nine days of minutes, of which the middle seven and a half were idle; every third entry speaks of something else. */
const idle = (looked: () => void): Rows =>
  function* ({ from, to, backwards, after }) {
    const minutes = (9 * day) / minute;
    const low = Math.max(0, Math.ceil(from / minute), after && !backwards ? after.offset + 1 : 0);
    const high = Math.min(minutes, Math.floor(to / minute), after && backwards ? after.offset - 1 : minutes);
    for (let i = 0; i <= high - low; i++) {
      const offset = backwards ? high - i : low + i;
      const time = offset * minute;
      const isIdle = time > 0.5 * day && time < 8 * day;
      looked();
      if (offset % 3 === 0) yield { time, offset };
      else if (isIdle) yield { time, offset, serverTime: time, value: undefined, status: codes.BadOutOfService };
      else yield { time, offset, serverTime: time, value: offset, status: codes.Good };
    }
  };

async function valuesAt(rows: Rows, times: readonly number[], simpleBounds: boolean, most: number) {
  const found: unknown[] = [];
  let request: Parameters<typeof readAtTime>[1] = { times, simpleBounds, limit: 1_000 };
  for (let pages = 1; ; pages++) {
    const { rows: values, next } = await readAtTime(rows, request, 9 * day, noBreath, most);
    found.push(...values.map(({ time, value, status }) => [time, value, status]));
    if (!next) return { found, pages };
    const { done, ...more } = next;
    request = structuredClone({ simpleBounds, limit: 1_000, times: request.times.slice(done), ...more });
  }
}

// OPC 10000-11 §6.5.5: a report over idle days asks for a thousand instants whose value lies days before.
test.each([false, true])("what is known of an instant serves the next one (simple bounds: %p)", async (simple) => {
  const times = Array.from({ length: 1_000 }, (_, i) => 0.4 * day + i * 10 * minute);
  let looks = 0;
  const rows = idle(() => {
    looks += 1;
  });
  const one = await valuesAt(rows, times, simple, 1_000_000);
  expect(looks).toBeLessThan((9 * day) / minute);
  const backwards = await valuesAt(rows, times.toReversed(), simple, 1_000_000);
  const alone = await Promise.all(times.filter((_, i) => i % 97 === 0).map((at) => valuesAt(rows, [at], simple, 1e6)));
  expect(backwards.found.toReversed()).toEqual(one.found);
  expect(alone.flatMap(({ found }) => found)).toEqual(one.found.filter((_, i) => i % 97 === 0));
  const small = await valuesAt(rows, times, simple, 250);
  expect(small.found).toEqual(one.found);
  expect(small.pages).toBeGreaterThan(simple ? 1 : 20);
});

async function aggregated(rows: Rows, aggregate: AggregateName, isBackwards: boolean, most: number) {
  const [begin, end] = [0.4 * day, 8.2 * day];
  const [start, stop] = isBackwards ? [end, begin] : [begin, end];
  const domain = { start, end: stop, width: 3 * 3_600_000, aggregate, dataType: "UInt32", settings } as const;
  const found: unknown[] = [];
  let page: Parameters<typeof readProcessed>[2] = { begin: 0, limit: 1_000 };
  for (let pages = 1; ; pages++) {
    const { rows: values, next } = await readProcessed(rows, domain, page, 9 * day, noBreath, most);
    found.push(...values);
    if (!next) return { found, pages };
    page = structuredClone({ ...next, limit: 1_000 });
  }
}

// What a page may look at bounds how long others wait; it must not change an answer (OPC 10000-11 §6.3).
test.each(["Interpolative", "DeltaBounds", "Average", "Start", "PercentGood"] as const)(
  "%s is the same in many small pages as in one",
  async (aggregate) => {
    for (const isBackwards of [false, true]) {
      let looks = 0;
      const rows = idle(() => {
        looks += 1;
      });
      const one = await aggregated(rows, aggregate, isBackwards, 10_000_000);
      looks = 0;
      const small = await aggregated(rows, aggregate, isBackwards, 997);
      expect(small.found).toEqual(one.found);
      // A look more for each of the sequences that a page begins.
      expect(looks).toBeLessThanOrEqual(small.pages * 1_000 + one.found.length);
    }
  },
);

const deltaOf = async (values: readonly number[], dataType: ScalarName) => {
  const end = (values.length - 1) * 10;
  const domain = { start: 0, end, width: 0, aggregate: "DeltaBounds", dataType, settings } as const;
  const { rows } = await readProcessed(rowsOf(values), domain, { begin: 0, limit: 1 }, end, noBreath);
  return rows.map((row) => [row.value, row.dataType ?? dataType]);
};

// OPC 10000-13 §5.4.3.30: the difference of two values, in the variable's type; only where that has no sign, another.
test("a difference keeps its type, and a counter that falls gets a sign", async () => {
  expect(await deltaOf([2.75, 1.5], "Double")).toEqual([[-1.25, "Double"]]);
  expect(await deltaOf([1.5, 2.75], "Double")).toEqual([[1.25, "Double"]]);
  expect(await deltaOf([7, 4], "UInt32")).toEqual([[-3, "Int32"]]);
  expect(await deltaOf([4, 7], "UInt32")).toEqual([[3, "UInt32"]]);
});

// OPC 10000-13 §5.3.2: an instant has no average; a Double made of it would be nobody's time.
test("aggregates of numbers refuse what is no number", () => {
  const planned = (aggregate: number, dataType: ScalarName) => {
    const details = new ReadProcessedDetails({
      startTime: new Date(1_000),
      endTime: new Date(2_000),
      processingInterval: 0,
      aggregateType: [resolveNodeId(`i=${aggregate}`)],
      aggregateConfiguration: { useServerCapabilitiesDefaults: true },
    });
    const subject = { station: "LINE-01", path: "Statistics/LastMinute/StartedAt" };
    return planProcessed(details, { subject, limit: 10, index: 0, nodes: 1, dataType });
  };
  const [average, count] = [2342, 2352];
  for (const type of ["DateTime", "String", "Boolean"] as const) {
    expect(planned(average, type)).toBe(StatusCodes.BadAggregateInvalidInputs);
    expect(planned(count, type)).toMatchObject({ type: "processed" });
  }
  for (const type of ["Double", "UInt32", "Int32"] as const)
    expect(planned(average, type)).toMatchObject({ type: "processed" });
});
