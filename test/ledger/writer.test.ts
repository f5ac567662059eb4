import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { aDraft, aTime, aUnit } from "../support/units.ts";
import { temporaryFolder } from "./support/folder.ts";
import { aClock, unitDrafts } from "./support/units.ts";

const segment = "ledger-2026-11.sqlite";

// The chain is the promise to the auditor: anybody can recompute it from the documented rule alone, so the test does, with
// nothing of ours but the canonical form. One writer over all runs also shows that any mix of call sizes gives one chain.
test("every entry is chained to the one before by SHA-256(previous hash, canonical text)", async () => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  let previous = "0".repeat(64);
  let offset = 0;
  const anyCall = fc.array(
    fc.record({
      station: fc.constantFrom("LINE-01", "LINE-02"),
      by: fc.string({ unit: "grapheme" }),
      time: fc.integer({ min: aTime, max: aTime + 1e9 }),
      reason: fc.string({ unit: "grapheme" }),
      offsetMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
    }),
    { minLength: 1, maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 8 }), async (calls) => {
      const appended = calls.map((call) =>
        writer.append(
          call.map(
            ({ station, by, time, reason, offsetMs }): EntryDraft =>
              offsetMs > 0
                ? { station, kind: "clock", time, by, body: { event: "stepped", offsetMs } }
                : { station, kind: "camera", time, by, body: { cameraId: "CAM-01", state: "gone", reason } },
          ),
        ),
      );
      for (const { entry, hash } of (await Promise.all(appended)).flat()) {
        offset += 1;
        expect(entry.offset).toBe(offset);
        previous = createHash("sha256").update(Buffer.from(previous, "hex")).update(canonicalJson(entry)).digest("hex");
        expect(hash).toBe(previous);
      }
    }),
    { numRuns: 60 },
  );
  expect(writer.head).toMatchObject({ offset, hash: previous });
  expect(await verifyLedger(folder.path)).toMatchObject({ ok: true, entries: offset });
});

// Sequences are numbered by the caller: if concurrent calls changed places, the ledger would show units out of order.
test("concurrent calls are committed in call order, each call in one piece, and read back the same", async () => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  const sizes = [1, 70, 3, 1, 64, 200, 1];
  let next = 1;
  const appended = await Promise.all(
    sizes.map((size) => {
      const drafts = unitDrafts(next, next + size - 1);
      next += size;
      return writer.append(drafts);
    }),
  );
  expect(appended.map((call) => call.length)).toEqual(sizes);
  using reader = openLedgerReader(folder.path);
  const read = reader.read(0, 1_000);
  expect(read).toEqual(appended.flat());
  expect(read.map(({ entry }) => entry.kind === "unit" && entry.body.sequence)).toEqual(
    Array.from({ length: next - 1 }, (_, i) => i + 1),
  );
});

// One camera that reports NaN must not cost the units of the other stations that share its commit.
test.each([
  ["NaN", aUnit({ latencyMs: Number.NaN })],
  ["a lone surrogate", aUnit({ unitId: "\ud800" })],
  ["a sequence that is no whole number", aUnit({ sequence: 1.5 })],
  ["no context", { ...aUnit(), context: undefined as never }],
])("a draft with %s is refused alone; what was appended beside it is stored", async (_, body) => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  const [one, bad, two] = await Promise.allSettled([
    writer.append(unitDrafts(1, 1)),
    writer.append([...unitDrafts(2, 2), aDraft("unit", body)]),
    writer.append(unitDrafts(2, 3)),
  ]);
  expect(one.status).toBe("fulfilled");
  expect(bad).toMatchObject({ reason: { code: "LEDGER_ENTRY", retryable: false } });
  expect(two.status === "fulfilled" && two.value.map(({ entry }) => entry.offset)).toEqual([2, 3]);
});

// A wall clock that steps back must not put a commit before one that a client has already seen.
test("committedAt never goes back, not across a restart either", async () => {
  using folder = temporaryFolder();
  const clock = aClock();
  const start = clock.now;
  const times: number[] = [];
  const appendOne = async (sequence: number, wall: number) => {
    await using writer = await openLedgerWriter(folder.path, { clock });
    for (const now of [start, wall]) {
      clock.now = now;
      const [committed] = await writer.append([aDraft("clock", { event: "stepped", offsetMs: sequence })]);
      times.push(committed!.entry.committedAt);
    }
  };
  await appendOne(1, start - 3_600_000);
  await appendOne(2, start + 5);
  await appendOne(3, start - 40 * 86_400_000);
  expect(times).toEqual([start, start, start, start + 5, start + 5, start + 5]);
  expect(readdirSync(folder.path).filter((name) => name.startsWith("ledger-"))).toHaveLength(1);
});

// The triggers are what stands between a careless tool and the evidence; INSERT OR REPLACE passes all but the insert trigger.
test.each([
  "UPDATE entry SET text = '{}' WHERE offset = 2",
  "UPDATE entry SET offset = 9 WHERE offset = 2",
  "DELETE FROM entry WHERE offset = 3",
  "INSERT OR REPLACE INTO entry SELECT 2, station, kind, time, sequence, lot, '{}', hash FROM entry WHERE offset = 2",
  "INSERT OR IGNORE INTO entry SELECT 9, station, kind, time, sequence, lot, text, hash FROM entry WHERE offset = 2",
  "INSERT INTO entry SELECT NULL, station, kind, time, sequence, lot, text, hash FROM entry WHERE offset = 2",
  "INSERT INTO entry SELECT 0, station, kind, time, sequence, lot, text, hash FROM entry WHERE offset = 2",
  "UPDATE meta SET ledger_id = 'other'",
  "DELETE FROM meta",
  "INSERT INTO meta SELECT * FROM meta",
])("the file itself refuses %s", async (sql) => {
  using folder = temporaryFolder();
  {
    await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
    await writer.append(unitDrafts(1, 3));
  }
  const db = new DatabaseSync(join(folder.path, segment));
  try {
    expect(() => db.exec(sql)).toThrow(/append-only|origin/);
  } finally {
    db.close();
  }
  expect(await verifyLedger(folder.path)).toMatchObject({ ok: true, entries: 3 });
});

// A finished month can be archived or dropped as a file, so an entry must lie in the month of its commit and nowhere else.
test("a new UTC month begins a new segment that continues the chain", async () => {
  using folder = temporaryFolder();
  const clock = aClock(Date.UTC(2026, 10, 30, 23, 59, 59, 999));
  await using writer = await openLedgerWriter(folder.path, { clock });
  using reader = openLedgerReader(folder.path);
  const before = await writer.append(unitDrafts(1, 3));
  clock.now += 1;
  const after = await writer.append(unitDrafts(4, 5));
  clock.now = Date.UTC(2027, 1, 1);
  const later = await writer.append(unitDrafts(6, 6));
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".sqlite"))).toEqual([
    "ledger-2026-11.sqlite",
    "ledger-2026-12.sqlite",
    "ledger-2027-02.sqlite",
  ]);
  // A reader that was open all the time pages across all three.
  expect(reader.head).toEqual(writer.head);
  expect(reader.read(0, 100)).toEqual([...before, ...after, ...later]);
  expect(reader.read(2, 2).map(({ entry }) => entry.offset)).toEqual([3, 4]);
  expect(await verifyLedger(folder.path)).toMatchObject({ ok: true, entries: 6, segments: 3 });
  const db = new DatabaseSync(join(folder.path, "ledger-2026-12.sqlite"), { readOnly: true });
  expect(db.prepare("SELECT * FROM meta").get()).toMatchObject({
    ledger_id: writer.head.ledgerId,
    month: "2026-12",
    first_offset: 4,
    previous_hash: before[2]!.hash,
  });
  db.close();
});

test("a ledger that was begun in one month and first written in another has an empty first segment", async () => {
  using folder = temporaryFolder();
  const clock = aClock(Date.UTC(2026, 9, 31, 23));
  const opened = await openLedgerWriter(folder.path, { clock });
  expect(opened.head).toMatchObject({ offset: 0, hash: "0".repeat(64) });
  await opened[Symbol.asyncDispose]();
  clock.now = Date.UTC(2026, 10, 1);
  await using writer = await openLedgerWriter(folder.path, { clock });
  await writer.append(unitDrafts(1, 1));
  expect(await verifyLedger(folder.path)).toMatchObject({ ok: true, entries: 1, segments: 2 });
});

// StartLot of an ended lot resumes its totals, also when it ended in a segment that is long finished.
test("the last end of a lot is found across segments, and only that lot's at that station", async () => {
  using folder = temporaryFolder();
  const clock = aClock();
  await using writer = await openLedgerWriter(folder.path, { clock });
  const { counts, defects } = { counts: {} as never, defects: {} };
  const lot = (event: "started" | "ended", name: string, lastSequence: number) =>
    aDraft("lot", {
      event,
      lot: name,
      orderId: "",
      sku: "",
      counts,
      defects,
      startedAt: aTime,
      firstSequence: 1,
      lastSequence,
    });
  await writer.append([lot("started", "A", 0), lot("ended", "A", 10), lot("ended", "A", 20), lot("started", "A", 21)]);
  await writer.append([
    { ...lot("ended", "A", 99), station: "LINE-02" },
    lot("ended", "B", 30),
    lot("started", "C", 0),
  ]);
  clock.now = Date.UTC(2026, 11, 3);
  await writer.append(unitDrafts(1, 1));
  expect(await writer.findEndedLot("LINE-01", "A")).toMatchObject({ event: "ended", lot: "A", lastSequence: 20 });
  expect(await writer.findEndedLot("LINE-01", "B")).toMatchObject({ lastSequence: 30 });
  expect(await writer.findEndedLot("LINE-01", "C")).toBeUndefined();
  expect(await writer.findEndedLot("LINE-03", "A")).toBeUndefined();
});

test("the anchor names the head after every commit", async () => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  for (let sequence = 1; sequence <= 3; sequence++) {
    await writer.append(unitDrafts(sequence, sequence));
    expect(JSON.parse(readFileSync(join(folder.path, "anchor.json"), "utf8"))).toEqual(writer.head);
  }
});

// Closing must not lose what was already handed over, and must not leave a caller waiting for ever.
test("closing commits what was appended before, and refuses what comes after", async () => {
  using folder = temporaryFolder();
  const writer = await openLedgerWriter(folder.path, { clock: aClock() });
  const appended = [writer.append(unitDrafts(1, 100)), writer.append(unitDrafts(101, 101))];
  const closed = writer[Symbol.asyncDispose]();
  await expect(writer.append(unitDrafts(102, 102))).rejects.toMatchObject({ code: "LEDGER_CLOSED" });
  expect((await Promise.all(appended)).flat()).toHaveLength(101);
  await closed;
  await using again = await openLedgerWriter(folder.path, { clock: aClock() });
  expect(again.head).toEqual(writer.head);
});

// A second program that appends would fork the chain; the file refuses whoever comes second.
test("a second writer on the same ledger is refused at its first append", async () => {
  using folder = temporaryFolder();
  await using first = await openLedgerWriter(folder.path, { clock: aClock() });
  await using second = await openLedgerWriter(folder.path, { clock: aClock() });
  await first.append(unitDrafts(1, 1));
  await expect(second.append(unitDrafts(1, 1))).rejects.toMatchObject({ code: "LEDGER_CONFLICT", retryable: false });
  expect(await verifyLedger(folder.path)).toMatchObject({ ok: true, entries: 1 });
});

test("a folder that is a file is refused with what to do", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "data");
  writeFileSync(file, "");
  await expect(openLedgerWriter(file, { clock: aClock() })).rejects.toMatchObject({
    code: "LEDGER_FOLDER",
    message: expect.stringContaining("is not a folder; name another"),
  });
});
