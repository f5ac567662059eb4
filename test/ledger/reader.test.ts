import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCursors } from "../../src/ledger/cursors.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { aTime } from "../support/units.ts";
import { temporaryFolder } from "./support/folder.ts";
import { aClock, unitDrafts } from "./support/units.ts";

test("an empty ledger has a head and nothing else", async () => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  using reader = openLedgerReader(folder.path);
  expect(reader.head).toEqual(writer.head);
  expect(reader.head).toMatchObject({ offset: 0, hash: "0".repeat(64) });
  expect(reader.read(0, 10)).toEqual([]);
  expect(reader.oldestTime()).toBeUndefined();
});

test("a reader sees each commit at once, and the oldest time stays that of the first entry", async () => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  using reader = openLedgerReader(folder.path);
  for (let sequence = 1; sequence <= 5; sequence++) {
    const committed = await writer.append(unitDrafts(sequence, sequence));
    expect(reader.head).toEqual(writer.head);
    expect(reader.read(sequence - 1, 10)).toEqual(committed);
    expect(reader.oldestTime()).toBe(aTime + 150);
  }
  expect(reader.read(5, 10)).toEqual([]);
  expect(reader.read(99, 10)).toEqual([]);
  expect(reader.read(1, 3).map(({ entry }) => entry.offset)).toEqual([2, 3, 4]);
});

// The OPC UA process may be up while the core is not.
test("a ledger at rest can be read", async () => {
  using folder = temporaryFolder();
  {
    await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
    await writer.append(unitDrafts(1, 3));
  }
  using reader = openLedgerReader(folder.path);
  expect(reader.read(0, 10)).toHaveLength(3);
});

test("where there is no ledger, the message says so", () => {
  using folder = temporaryFolder();
  expect(() => openLedgerReader(folder.path)).toThrow(expect.objectContaining({ code: "LEDGER_MISSING" }));
  expect(() => openLedgerReader(join(folder.path, "nowhere"))).toThrow(
    expect.objectContaining({ code: "LEDGER_FOLDER" }),
  );
});

test("a snapshot comes back as it was taken, the newest of its name, also from an older segment", async () => {
  using folder = temporaryFolder();
  const clock = aClock();
  await using writer = await openLedgerWriter(folder.path, { clock });
  using reader = openLedgerReader(folder.path);
  expect(reader.loadSnapshot("line@1")).toBeUndefined();
  await writer.saveSnapshot("line@1", 0, { units: 0 });
  expect(reader.loadSnapshot("line@1")).toEqual({ offset: 0, state: { units: 0 } });
  await writer.append(unitDrafts(1, 20));
  await writer.saveSnapshot("line@1", 10, { units: 10, note: "é\u2028" });
  await writer.saveSnapshot("other", 20, [1, 2]);
  clock.now = Date.UTC(2026, 11, 1);
  await writer.append(unitDrafts(21, 21));
  expect(reader.loadSnapshot("line@1")).toEqual({ offset: 10, state: { units: 10, note: "é\u2028" } });
  expect(reader.loadSnapshot("other")).toEqual({ offset: 20, state: [1, 2] });
  await writer.saveSnapshot("line@1", 20, { units: 20 });
  expect(reader.loadSnapshot("line@1")).toEqual({ offset: 20, state: { units: 20 } });
  await expect(writer.saveSnapshot("line@1", 22, {})).rejects.toMatchObject({ code: "LEDGER_ENTRY" });
  await expect(writer.saveSnapshot("../up", 1, {})).rejects.toMatchObject({ code: "LEDGER_ENTRY" });
});

// A snapshot that does not fit would show wrong totals for ever; one that is ignored costs a second.
test.each([
  ["cut off", (text: string) => text.slice(0, -10)],
  ["empty", () => ""],
  ["of another ledger", (text: string) => text.replace(/"ledgerId":"\w+/, '"ledgerId":"other')],
  ["beyond the head", (text: string) => text.replace('"offset":5', '"offset":99')],
  ["at an entry with another hash", (text: string) => text.replace(/"hash":"\w{4}/, '"hash":"zzzz')],
  ["of another format", (text: string) => text.replace('"format":1', '"format":2')],
  ["without an origin", () => '{"state":{}}'],
  ["that is null", () => "null"],
])("a snapshot %s is ignored", async (_, spoil) => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  await writer.append(unitDrafts(1, 9));
  await writer.saveSnapshot("line", 5, { units: 5 });
  using reader = openLedgerReader(folder.path);
  expect(reader.loadSnapshot("line")).toBeDefined();
  const file = join(folder.path, "snapshot-line.json");
  const [before, after] = [readFileSync(file, "utf8"), spoil(readFileSync(file, "utf8"))];
  expect(after).not.toBe(before);
  writeFileSync(file, after);
  expect(reader.loadSnapshot("line")).toBeUndefined();
});

test("cursors survive being closed, are kept per name, and may go back", async () => {
  using folder = temporaryFolder();
  {
    using cursors = openCursors(folder.path);
    expect(await cursors.load("historian")).toBe(0);
    await cursors.save("historian", 41);
    await cursors.save("mes", 7);
    await cursors.save("historian", 42);
  }
  using cursors = openCursors(folder.path);
  using other = openCursors(folder.path);
  expect(await cursors.load("historian")).toBe(42);
  await other.save("historian", 3);
  expect(await cursors.load("historian")).toBe(3);
  expect(await cursors.load("mes")).toBe(7);
  await expect(cursors.save("mes", -1)).rejects.toMatchObject({ code: "LEDGER_ENTRY" });
});
