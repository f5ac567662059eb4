import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { chainHash } from "../../src/ledger/chain.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import type { Log } from "../../src/platform/log.ts";
import { silentLog } from "../../src/platform/log.ts";
import { temporaryFolder } from "./support/folder.ts";
import { aClock, unitDrafts } from "./support/units.ts";

const october = "ledger-2026-10.sqlite";
const november = "ledger-2026-11.sqlite";

/** Two months of 100 units each. */
async function writeTwoMonths(folder: string): Promise<void> {
  const clock = aClock(Date.UTC(2026, 9, 22));
  await using writer = await openLedgerWriter(folder, { clock });
  await writer.append(unitDrafts(1, 100));
  clock.now = Date.UTC(2026, 10, 22);
  await writer.append(unitDrafts(101, 200));
}

function edit(folder: string, name: string, sql: string): void {
  const db = new DatabaseSync(join(folder, name));
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const trigger of triggers) db.exec(`DROP TRIGGER ${trigger["name"]}`);
  db.function("rechained", (text) => {
    const before = db.prepare("SELECT hash FROM entry WHERE offset = 199").get()!["hash"];
    return chainHash(before as Uint8Array, String(text));
  });
  db.exec(sql);
  for (const { sql: back } of triggers) db.exec(String(back));
  db.close();
}

// A line that starts on a broken ledger buries the evidence under new entries: no start, and one sentence that helps.
const refusals: readonly {
  readonly what: string;
  readonly spoil: (folder: string) => void;
  readonly code: string;
  readonly names: string;
  readonly advice: RegExp;
}[] = [
  {
    what: "a segment of a newer format",
    spoil: (folder) => edit(folder, november, "UPDATE meta SET format = 2"),
    code: "LEDGER_NEWER",
    names: november,
    advice: /install the version/,
  },
  {
    what: "an entry of a newer version",
    spoil: (folder) =>
      edit(
        folder,
        november,
        `UPDATE entry SET text = replace(text, '"v":1', '"v":2') WHERE offset = 200;
         UPDATE entry SET hash = rechained(text) WHERE offset = 200`,
      ),
    code: "LEDGER_NEWER",
    names: november,
    advice: /entry 200 has version 2.*install the version/,
  },
  {
    what: "one of the last entries changed",
    spoil: (folder) =>
      edit(folder, november, "UPDATE entry SET text = replace(text, '0.97', '0.99') WHERE offset = 198"),
    code: "LEDGER_CORRUPT",
    names: november,
    advice: /entry 198 is not what was written; "tallyline ledger verify".*backup/,
  },
  {
    what: "the tail cut off",
    spoil: (folder) => edit(folder, november, "DELETE FROM entry WHERE offset > 190"),
    code: "LEDGER_TAIL_CUT",
    names: "anchor.json",
    advice: /ends at entry 190.*notes entry 200.*restore/,
  },
  {
    what: "the newest segment removed",
    spoil: (folder) => rmSync(join(folder, november)),
    code: "LEDGER_TAIL_CUT",
    names: "anchor.json",
    advice: /ends at entry 100.*restore/,
  },
  {
    what: "every segment removed",
    spoil: (folder) => {
      rmSync(join(folder, october));
      rmSync(join(folder, november));
    },
    code: "LEDGER_TAIL_CUT",
    names: "anchor.json",
    advice: /ends at entry 0.*restore/,
  },
  {
    what: "the first segment removed",
    spoil: (folder) => rmSync(join(folder, october)),
    code: "LEDGER_SEGMENT_MISSING",
    names: november,
    advice: /starts at entry 101.*backup/,
  },
  {
    what: "the end of the segment before changed",
    spoil: (folder) =>
      edit(
        folder,
        october,
        "UPDATE entry SET hash = x'00' WHERE offset = 100; UPDATE entry SET text = '{}' WHERE offset = 100",
      ),
    code: "LEDGER_CORRUPT",
    names: october,
    advice: /entry 100 is not what was written/,
  },
  {
    what: "a segment of another ledger",
    spoil: (folder) => edit(folder, november, "UPDATE meta SET ledger_id = 'other'"),
    code: "LEDGER_CORRUPT",
    names: november,
    advice: /belongs to the ledger other.*backup/,
  },
  {
    what: "a missing trigger",
    spoil: (folder) => {
      const db = new DatabaseSync(join(folder, november));
      db.exec("DROP TRIGGER entry_only_next");
      db.close();
    },
    code: "LEDGER_CORRUPT",
    names: november,
    advice: /CREATE TRIGGER entry_only_next is not as written/,
  },
  {
    what: "a file that is no database",
    spoil: (folder) => writeFileSync(join(folder, november), "no database ".repeat(1_000)),
    code: "LEDGER_CORRUPT",
    names: november,
    advice: /is not a ledger segment.*backup/,
  },
  {
    what: "an empty file",
    spoil: (folder) => writeFileSync(join(folder, november), ""),
    code: "LEDGER_CORRUPT",
    names: november,
    advice: /is not a ledger segment.*backup/,
  },
  {
    what: "an anchor of another ledger",
    spoil: (folder) =>
      writeFileSync(join(folder, "anchor.json"), JSON.stringify({ ledgerId: "other", offset: 3, hash: "ab" })),
    code: "LEDGER_CORRUPT",
    names: "anchor.json",
    advice: /two ledgers were mixed; restore/,
  },
  {
    what: "an anchor with another hash for the head",
    spoil: (folder) => {
      const file = join(folder, "anchor.json");
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), hash: "ab" }));
    },
    code: "LEDGER_CORRUPT",
    names: "anchor.json",
    advice: /the ledger was rewritten/,
  },
];
test.each(refusals)(
  "the writer refuses $what and says which file and what to do",
  async ({ spoil, code, names, advice }) => {
    using folder = temporaryFolder();
    await writeTwoMonths(folder.path);
    spoil(folder.path);
    const refused = await openLedgerWriter(folder.path, { clock: aClock() }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code, retryable: false });
    expect((refused as Error).message).toContain(names);
    expect((refused as Error).message).toMatch(advice);
  },
);

// Losing the anchor costs a check, not production; but it must not happen in silence.
test("a missing or half anchor is written again, with a warning", async () => {
  for (const spoil of [
    (file: string) => rmSync(file),
    (file: string) => writeFileSync(file, ""),
    (file: string) => writeFileSync(file, '{"ledgerId":"'),
  ]) {
    using folder = temporaryFolder();
    await writeTwoMonths(folder.path);
    const file = join(folder.path, "anchor.json");
    spoil(file);
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => warnings.push(message) };
    await using writer = await openLedgerWriter(folder.path, { clock: aClock(), log });
    expect(warnings).toEqual([expect.stringContaining('"tallyline ledger verify"')]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(writer.head);
  }
});

test("an anchor that lags behind, as after a kill between commit and anchor, is accepted", async () => {
  using folder = temporaryFolder();
  await writeTwoMonths(folder.path);
  const file = join(folder.path, "anchor.json");
  using reader = openLedgerReader(folder.path);
  const { hash } = reader.read(149, 1)[0]!;
  writeFileSync(file, JSON.stringify({ ...reader.head, offset: 150, hash }));
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  expect(writer.head.offset).toBe(200);
});

// A crash while a segment is begun leaves a file under a passing name; it must neither hinder nor be taken for a segment.
test("what is left of a segment that was being begun is swept away", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, `${november}.part`), "half");
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  await writer.append(unitDrafts(1, 1));
  using reader = openLedgerReader(folder.path);
  expect(reader.head.offset).toBe(1);
});
