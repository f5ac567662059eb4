import type { AggregateSettings } from "../../src/opcua/history/aggregate-defaults.ts";
import { aggregateDefaults } from "../../src/opcua/history/aggregate-defaults.ts";
import type { AggregateName } from "../../src/opcua/history/aggregates.ts";
import { intervalOf } from "../../src/opcua/history/interval.ts";
import { readProcessed } from "../../src/opcua/history/processed.ts";
import type { Rows } from "../../src/opcua/history/raw.ts";
import { codes } from "../../src/opcua/history/status.ts";

const noon = Date.UTC(2025, 0, 1, 12);
/** `12:01:12` from 72. */
const text = (seconds: number): string => new Date(noon + seconds * 1_000).toISOString().slice(11, 19);
const uncertain = 0x4000_0000;
type Raw = readonly [seconds: number, value: number | undefined, status: number];

/** Historian 3 of OPC 10000-13 A.1.3: stepped data. Its first row only says that the point was created then. */
const historian3: readonly Raw[] = [
  [2, 10, codes.Good],
  [25, 20, codes.Good],
  [28, 25, codes.Good],
  [39, 30, codes.Good],
  [42, undefined, codes.Bad],
  [48, 40, codes.Good],
  [52, 50, codes.Good],
  [72, 60, codes.Good],
  [77, 70, uncertain],
  [83, 70, codes.Good],
  [86, 80, codes.Good],
  [90, 90, codes.Good],
];
const settings: AggregateSettings = {
  treatUncertainAsBad: true,
  percentDataBad: 50,
  percentDataGood: 50,
  useSlopedExtrapolation: false,
};
const rowsOf =
  (raw: readonly Raw[]): Rows =>
  ({ from, to, backwards }) => {
    const rows = raw
      .map(([seconds, value, status], i) => ({
        time: noon + seconds * 1_000,
        value,
        status,
        offset: i + 1,
        serverTime: 0,
      }))
      .filter(({ time }) => time >= from && time <= to);
    return backwards ? rows.reverse() : rows;
  };

const bits: readonly (readonly [number, string])[] = [
  [1, "Calculated"],
  [2, "Interpolated"],
  [4, "Partial"],
  [16, "MultipleValues"],
];
const names = new Map<number, string>([
  [codes.Good, "Good"],
  [codes.Bad, "Bad"],
  [codes.BadNoData, "BadNoData"],
  [codes.UncertainDataSubNormal, "UncertainDataSubNormal"],
  [uncertain, "Uncertain"],
]);
/** As the tables of Annex A write it. */
const shown = (status: number): string =>
  [
    names.get((status & 0xffff_0000) >>> 0) ?? status.toString(16),
    ...bits.filter(([bit]) => (status & 0x1f & bit) !== 0).map(([, name]) => name),
  ].join(", ");

const noBreath = (): Promise<void> => Promise.resolve();
interface Asked {
  readonly width?: number;
  readonly start?: number;
  readonly end?: number;
  readonly raw?: readonly Raw[];
  readonly settings?: AggregateSettings;
  /** Known to hold until then, s. */
  readonly known?: number;
}
async function aggregate(name: AggregateName, asked: Asked = {}): Promise<unknown[][]> {
  const { width = 16, start = 0, end = 100, raw = historian3, known = 90 } = asked;
  const domain = {
    start: noon + start * 1_000,
    end: noon + end * 1_000,
    width: width * 1_000,
    aggregate: name,
    dataType: "Double" as const,
    settings: asked.settings ?? settings,
  };
  const found = await readProcessed(rowsOf(raw), domain, { begin: 0, limit: 100 }, noon + known * 1_000, noBreath);
  return found.rows.map(({ time, value, status }) => [
    text((time - noon) / 1_000),
    value === undefined ? null : Math.round(Number(value) * 1_000) / 1_000,
    shown(status),
  ]);
}
const none = (time: string) => [time, null, "BadNoData"];
const calculated = "Good, Calculated";

// The tables of OPC 10000-13 Annex A for stepped data: a report that differs from the standard's is a wrong report.
test("Interpolative (A.2)", async () => {
  const interpolated = "Good, Interpolated";
  const skipped = "UncertainDataSubNormal, Interpolated";
  expect(await aggregate("Interpolative", { width: 5 })).toEqual([
    none("12:00:00"),
    ["12:00:05", 10, interpolated],
    ["12:00:10", 10, interpolated],
    ["12:00:15", 10, interpolated],
    ["12:00:20", 10, interpolated],
    ["12:00:25", 20, "Good"],
    ["12:00:30", 25, interpolated],
    ["12:00:35", 25, interpolated],
    ["12:00:40", 30, interpolated],
    ["12:00:45", 30, skipped],
    ["12:00:50", 40, interpolated],
    ["12:00:55", 50, interpolated],
    ["12:01:00", 50, interpolated],
    ["12:01:05", 50, interpolated],
    ["12:01:10", 50, interpolated],
    ["12:01:15", 60, interpolated],
    ["12:01:20", 60, skipped],
    ["12:01:25", 70, interpolated],
    ["12:01:30", 90, "Good"],
    ["12:01:35", 90, skipped],
  ]);
});

test("Average (A.3)", async () => {
  const found = await aggregate("Average", { width: 5 });
  expect(found).toHaveLength(20);
  expect(found.filter(([, value]) => value !== null)).toEqual([
    ["12:00:00", 10, calculated],
    ["12:00:25", 22.5, calculated],
    ["12:00:35", 30, calculated],
    ["12:00:45", 40, calculated],
    ["12:00:50", 50, calculated],
    ["12:01:10", 60, calculated],
    ["12:01:20", 70, calculated],
    ["12:01:25", 80, calculated],
    ["12:01:30", 90, calculated],
  ]);
  expect(new Set(found.filter(([, value]) => value === null).map(([, , status]) => status))).toEqual(
    new Set(["BadNoData"]),
  );
});

const bad = (time: string) => [time, null, "Bad, Calculated"];
const timeAverages = [
  ["12:00:00", 10, "Good, Calculated, Partial"],
  ["12:00:05", 10, calculated],
  ["12:00:10", 10, calculated],
  ["12:00:15", 10, calculated],
  ["12:00:20", 10, calculated],
  ["12:00:25", 22, calculated],
  ["12:00:30", 25, calculated],
  ["12:00:35", 26, calculated],
  bad("12:00:40"),
  bad("12:00:45"),
  ["12:00:50", 46, calculated],
  ["12:00:55", 50, calculated],
  ["12:01:00", 50, calculated],
  ["12:01:05", 50, calculated],
  ["12:01:10", 56, calculated],
  bad("12:01:15"),
  bad("12:01:20"),
  ["12:01:25", 78, calculated],
];
test("TimeAverage2 (A.5)", async () => {
  expect((await aggregate("TimeAverage2", { width: 5, end: 90 })).slice(0, 18)).toEqual(timeAverages);
});
test("Total2 is TimeAverage2 over the seconds with good data (A.7)", async () => {
  const found = await aggregate("Total2", { width: 5, end: 90 });
  const seconds = [3, ...Array(17).fill(5)];
  expect(found.slice(0, 18)).toEqual(
    timeAverages.map(([time, value, status], i) => [time, value === null ? null : Number(value) * seconds[i], status]),
  );
});

test("Minimum (A.8)", async () => {
  expect(await aggregate("Minimum")).toEqual([
    ["12:00:00", 10, "Good, Calculated, Partial"],
    ["12:00:16", 20, calculated],
    ["12:00:32", 30, "UncertainDataSubNormal, Calculated"],
    ["12:00:48", 40, "Good"],
    ["12:01:04", 60, "UncertainDataSubNormal, Calculated"],
    ["12:01:20", 70, "Good, Calculated, Partial"],
    none("12:01:36"),
  ]);
});

test("Maximum (A.9)", async () => {
  expect(await aggregate("Maximum")).toEqual([
    ["12:00:00", 10, "Good, Calculated, Partial"],
    ["12:00:16", 25, calculated],
    ["12:00:32", 30, "UncertainDataSubNormal, Calculated"],
    ["12:00:48", 50, calculated],
    ["12:01:04", 60, "UncertainDataSubNormal, Calculated"],
    ["12:01:20", 90, "Good, Calculated, Partial"],
    none("12:01:36"),
  ]);
});

test("Count (A.17)", async () => {
  expect(await aggregate("Count")).toEqual([
    ["12:00:00", 1, "Good, Calculated, Partial"],
    ["12:00:16", 2, calculated],
    ["12:00:32", 1, calculated],
    ["12:00:48", 2, calculated],
    ["12:01:04", 1, calculated],
    ["12:01:20", 3, "Good, Calculated, Partial"],
    none("12:01:36"),
  ]);
});

// §5.4.3.25 and §5.4.3.26: the raw value with its own status and time, whatever it is.
test("Start and End are raw values at their own time", async () => {
  expect(await aggregate("Start")).toEqual([
    ["12:00:02", 10, "Good, Partial"],
    ["12:00:25", 20, "Good"],
    ["12:00:39", 30, "Good"],
    ["12:00:48", 40, "Good"],
    ["12:01:12", 60, "Good"],
    ["12:01:23", 70, "Good, Partial"],
    none("12:01:36"),
  ]);
  expect((await aggregate("End")).slice(1, 5)).toEqual([
    ["12:00:28", 25, "Good"],
    ["12:00:42", null, "Bad"],
    ["12:00:52", 50, "Good"],
    ["12:01:17", 70, "Uncertain"],
  ]);
});

// The simple bounds are those of A.25; the difference of two is §5.4.3.30.
test("DeltaBounds is the difference of the simple bounds, nothing where one of them is bad", async () => {
  expect(await aggregate("DeltaBounds")).toEqual([
    none("12:00:00"),
    ["12:00:16", 15, calculated],
    ["12:00:32", 15, calculated],
    ["12:00:48", 10, calculated],
    none("12:01:04"),
    none("12:01:20"),
    none("12:01:36"),
  ]);
});

test("DurationGood (A.29) and PercentGood (A.31)", async () => {
  const durations = [14_000, 16_000, 10_000, 16_000, 13_000, 7_001];
  const percents = [87.5, 100, 62.5, 100, 81.25, 70.003];
  const status = (i: number) => (i === 0 || i === 5 ? "Good, Calculated, Partial" : calculated);
  expect((await aggregate("DurationGood")).map(([, ...rest]) => rest)).toEqual([
    ...durations.map((value, i) => [value, status(i)]),
    [null, "BadNoData"],
  ]);
  expect((await aggregate("PercentGood")).map(([, ...rest]) => rest)).toEqual([
    ...percents.map((value, i) => [value, status(i)]),
    [null, "BadNoData"],
  ]);
});

// §5.4.2.2, Table 12.
test("intervals: their start belongs to them, their end does not, and the last may be cut", () => {
  const all = (start: number, end: number, width: number) => {
    const found: unknown[][] = [];
    for (let n = 0, i = intervalOf(start, end, width, n); i; i = intervalOf(start, end, width, ++n))
      found.push([i.start, i.end, i.isCut]);
    return found;
  };
  expect(all(0, 100, 40)).toEqual([
    [0, 40, false],
    [40, 80, false],
    [80, 100, true],
  ]);
  expect(all(100, 0, 40)).toEqual([
    [100, 60, false],
    [60, 20, false],
    [20, 0, true],
  ]);
  expect(all(0, 100, 0)).toEqual([[0, 100, false]]);
  expect(all(0, 100, 500)).toEqual([[0, 100, false]]);
});

test("backwards, the later end belongs to the interval and is its timestamp", async () => {
  const counters: readonly Raw[] = [0, 10, 20, 30].map((s) => [s, s * 2, codes.Good]);
  const asked = { raw: counters, width: 20, start: 30, end: 0, known: 30 };
  expect(await aggregate("Count", asked)).toEqual([
    ["12:00:30", 2, calculated],
    ["12:00:10", 1, "Good, Calculated, Partial"],
  ]);
  expect(await aggregate("DeltaBounds", asked)).toEqual([
    ["12:00:30", -40, calculated],
    ["12:00:10", -20, "Good, Calculated, Partial"],
  ]);
  expect((await aggregate("Start", asked))[0]).toEqual(["12:00:30", 60, "Good"]);
});

// What a client asks most: how many so far today. The period is not over, and the answer says so.
test("a period that is not over is uncertain and partial, not wrong", async () => {
  const counters: readonly Raw[] = [0, 10, 20, 30].map((s) => [s, s * 2, codes.Good]);
  const asked = { raw: counters, width: 0, start: 0, end: 100, known: 35, settings: aggregateDefaults };
  expect(await aggregate("DeltaBounds", asked)).toEqual([
    ["12:00:00", 60, "UncertainDataSubNormal, Calculated, Partial"],
  ]);
  expect((await aggregate("TimeAverage2", asked))[0]![2]).toBe("UncertainDataSubNormal, Calculated, Partial");
});

test("the defaults are those of OPC 10000-13 Table 3: one bad value makes a result uncertain, only bad ones make it bad", async () => {
  const [, , third] = await aggregate("Count", { settings: aggregateDefaults });
  expect(third).toEqual(["12:00:32", 1, "UncertainDataSubNormal, Calculated"]);
});

test("a page that is full goes on with the next interval", async () => {
  const domain = {
    start: noon,
    end: noon + 100_000,
    width: 5_000,
    aggregate: "Count",
    dataType: "Double",
    settings,
  } as const;
  const read = (begin: number) =>
    readProcessed(rowsOf(historian3), domain, { begin, limit: 8 }, noon + 90_000, noBreath);
  const pages = [await read(0), await read(8), await read(16)];
  expect(pages.map(({ rows, next }) => [rows.length, next?.begin])).toEqual([
    [8, 8],
    [8, 16],
    [4, undefined],
  ]);
});

// A year of minutes in one interval: no request may take so long that the client gives up (OPC 10000-11 §6.3).
test("an interval with many values is gathered over several pages, and its result is that of one", async () => {
  const many: readonly Raw[] = Array.from({ length: 120_000 }, (_, i) => [
    i,
    i % 7,
    i % 1_000 === 5 ? codes.Bad : codes.Good,
  ]);
  // In order already: the rows of a test are made once, not for every look.
  const all = many.map(([seconds, value, status], i) => ({
    time: noon + seconds * 1_000,
    value,
    status,
    offset: i + 1,
    serverTime: 0,
  }));
  const rows: Rows = ({ from, to, backwards, after }) => {
    if (backwards) return [all.findLast(({ time }) => time <= to)!];
    const begin = after ? after.offset : Math.max(0, Math.ceil((from - noon) / 1_000));
    return all.slice(begin, Math.max(begin, Math.floor((to - noon) / 1_000) + 1));
  };
  const domain = {
    start: noon,
    end: noon + 120_000_000,
    width: 0,
    aggregate: "Average",
    dataType: "Double",
    settings: aggregateDefaults,
  } as const;
  const found: unknown[] = [];
  let page: Parameters<typeof readProcessed>[2] = { begin: 0, limit: 10 };
  let pages = 1;
  for (; ; pages++) {
    const result = await readProcessed(rows, domain, page, noon + 120_000_000, noBreath);
    found.push(...result.rows);
    if (!result.next) break;
    page = structuredClone({ ...result.next, limit: 10 });
  }
  const good = all.filter(({ status }) => status === codes.Good);
  expect(pages).toBe(3);
  expect(found).toMatchObject([{ value: good.reduce((sum, { value }) => sum + value!, 0) / good.length }]);
});
