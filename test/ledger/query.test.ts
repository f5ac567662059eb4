import fc from "fast-check";
import type { Committed, EntryDraft } from "../../src/domain/ledger-entry.ts";
import { openSegments } from "../../src/ledger/open-segments.ts";
import { type EntryQuery, type LedgerQuery, openLedgerQuery, type Place } from "../../src/ledger/query.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { createMemoryLedger, type MemoryLedger } from "../support/memory-ledger.ts";
import { aContext, aDraft, aTime, aUnit } from "../support/units.ts";
import { temporaryFolder } from "./support/folder.ts";
import { aClock } from "./support/units.ts";

const sequences = 40;
let folder: ReturnType<typeof temporaryFolder>;
let query: LedgerQuery;
let memory: MemoryLedger;

/** Units of two stations, in lots of ten, several per instant, with other kinds between, over three months' segments. */
beforeAll(async () => {
  folder = temporaryFolder();
  memory = createMemoryLedger();
  const clock = aClock();
  await using writer = await openLedgerWriter(folder.path, { clock });
  for (let sequence = 1; sequence <= sequences; sequence++) {
    if (sequence % 15 === 0) clock.now = Date.UTC(2026, 10 + sequence / 15, 1);
    const time = aTime + Math.floor(sequence / 3) * 1_000;
    const unit = aUnit({
      sequence,
      triggeredAt: time,
      context: aContext({ lot: `L${Math.floor(sequence / 10)}` }),
    });
    const drafts: EntryDraft[] = ["LINE-01", "LINE-02"].map((station) => ({ ...aDraft("unit", unit, time), station }));
    // Held back: dated before units that are already there, also when a month begins between.
    if (sequence % 5 === 0)
      drafts.push(aDraft("state", { state: "running", reason: `${sequence}`, from: "starved" }, time - 1_500));
    await writer.append(drafts);
    memory.append(...drafts);
  }
  query = openLedgerQuery(folder.path);
});
afterAll(() => {
  query[Symbol.dispose]();
  folder[Symbol.dispose]();
});

function allPages(from: LedgerQuery, wanted: EntryQuery, limit: number): Committed[] {
  const all: Committed[] = [];
  for (let after: Place | undefined; ; ) {
    const page = from.page(wanted, after, limit);
    all.push(...page);
    if (page.length < limit) return all;
    after = page.at(-1)!.entry;
  }
}
const offsets = (committed: readonly Committed[]): number[] => committed.map(({ entry }) => entry.offset);

// History that loses or doubles an entry at a page's or a month's edge would break "every unit accounted for" exactly
// where nobody looks. The oracle is a filter and a sort over everything.
test("pages of any size, in both directions, over any streams and spans, hold what a full scan finds", () => {
  const anyTime = fc.option(fc.integer({ min: aTime - 2_000, max: aTime + 16_000 }), { nil: undefined });
  const anySequence = fc.integer({ min: 0, max: sequences + 2 });
  const anyStream = fc.oneof(
    fc.record(
      {
        station: fc.constantFrom("LINE-01", "LINE-02", "LINE-03"),
        kind: fc.constant("unit" as const),
        lot: fc.constantFrom("L0", "L2", "L4", "nowhere"),
        sequences: fc.tuple(anySequence, anySequence),
      },
      { requiredKeys: ["station", "kind"] },
    ),
    fc.record({ station: fc.constant("LINE-01"), kind: fc.constantFrom("state" as const, "camera" as const) }),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(anyStream, { selector: ({ station, kind }) => `${station} ${kind}`, maxLength: 4 }),
      fc.record({ from: anyTime, to: anyTime, backwards: fc.boolean() }),
      fc.integer({ min: 1, max: 30 }),
      (streams, { from, to, backwards }, limit) => {
        const wanted: EntryQuery = {
          streams,
          backwards,
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
        };
        expect(offsets(allPages(query, wanted, limit))).toEqual(offsets(memory.query.page(wanted, undefined, 1_000)));
      },
    ),
    { numRuns: 200 },
  );
});

test("entries come whole, in the order of time, with their hashes", () => {
  const page = query.page({ streams: [{ station: "LINE-01", kind: "state" }] }, undefined, 2);
  expect(page.map(({ entry }) => entry.body)).toEqual([
    { state: "running", reason: "5", from: "starved" },
    { state: "running", reason: "10", from: "starved" },
  ]);
  for (const { hash } of page) expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

test("the newest entry at or before an instant is a page of one, backwards", () => {
  const newest = (to: number) =>
    query.page({ streams: [{ station: "LINE-01", kind: "unit" }], to, backwards: true }, undefined, 1)[0]?.entry.body;
  expect(newest(aTime + 999)).toMatchObject({ sequence: 2 });
  expect(newest(aTime + 1_000)).toMatchObject({ sequence: 5 });
  expect(newest(aTime - 1)).toBeUndefined();
});

// The chain is what an auditor reads: by commit, whatever the times of the entries say.
test("in the order of the chain, entries are found by the time of their commit, across months and pages", () => {
  const all = query.chain({}, undefined, 1_000);
  expect(offsets(all)).toEqual(Array.from({ length: all.length }, (_, i) => i + 1));
  fc.assert(
    fc.property(
      fc.option(fc.nat(all.length - 1), { nil: undefined }),
      fc.option(fc.nat(all.length - 1), { nil: undefined }),
      fc.boolean(),
      fc.integer({ min: 1, max: 20 }),
      (first, last, backwards, limit) => {
        const [from, to] = [first, last].map((i) => (i === undefined ? undefined : all[i]!.entry.committedAt));
        const wanted = { backwards, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
        const found: number[] = [];
        for (let page = query.chain(wanted, undefined, limit); page.length > 0; ) {
          found.push(...offsets(page));
          page = query.chain(wanted, found.at(-1), limit);
        }
        const expected = offsets(all.filter(({ entry: { committedAt: at } }) => at >= (from ?? 0) && at <= (to ?? at)));
        expect(found).toEqual(backwards ? expected.reverse() : expected);
      },
    ),
    { numRuns: 100 },
  );
});

// What is read by a client while the line runs: entries that come later are in later pages.
test("entries committed between two pages are found by the next", async () => {
  using own = temporaryFolder();
  await using writer = await openLedgerWriter(own.path, { clock: aClock() });
  const append = (sequence: number) =>
    writer.append([aDraft("unit", aUnit({ sequence, triggeredAt: aTime + sequence }), aTime + sequence)]);
  await append(1);
  using search = openLedgerQuery(own.path);
  const wanted: EntryQuery = { streams: [{ station: "LINE-01", kind: "unit" }] };
  const first = search.page(wanted, undefined, 5);
  expect(offsets(first)).toEqual([1]);
  await append(2);
  expect(offsets(search.page(wanted, first[0]!.entry, 5))).toEqual([2]);
});

// A ledger of five years has sixty segments; a page that opened each of them would cost the more, the longer one has a
// line. What a month that is over holds is looked up once.
test("a page opens only the months that can hold something of it", () => {
  let opened: string[] = [];
  const segments = openSegments(folder.path, 12);
  using counted = openLedgerQuery(folder.path, {
    names: segments.names,
    firstOffsetOf: segments.firstOffsetOf,
    read(name, work) {
      opened.push(name);
      return segments.read(name, work);
    },
    [Symbol.dispose]: segments[Symbol.dispose],
  });
  const [oldest, middle, newest] = segments.names() as [string, string, string];
  const opens = (read: () => readonly Committed[], times: number): string[] => {
    opened = [];
    for (let i = 0; i < times; i++) expect(read().length).toBeGreaterThan(0);
    return [...new Set(opened)].toSorted();
  };
  const unit = (sequence: number) => () =>
    counted.page({ streams: [{ station: "LINE-01", kind: "unit", sequences: [sequence, sequence] }] }, undefined, 2);
  expect(opens(unit(20), 1)).toEqual([oldest, middle, newest]);
  // What the newest holds is asked each time: it grows.
  expect(opens(unit(20), 3)).toEqual([middle, newest]);
  expect(opens(unit(40), 3)).toEqual([newest]);

  const [last] = counted.chain({ backwards: true }, undefined, 1);
  const { offset, committedAt } = last!.entry;
  const behind = offset - 3;
  expect(opens(() => counted.chain({}, behind, 10), 1)).toEqual([oldest, middle, newest]);
  expect(opens(() => counted.chain({}, behind, 10), 3)).toEqual([newest]);
  expect(opens(() => counted.chain({ from: committedAt }, undefined, 10), 3)).toEqual([newest]);
});
