import {
  closeSync,
  copyFileSync,
  cpSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import type { LedgerEntry } from "../../src/domain/ledger-entry.ts";
import { chainHash } from "../../src/ledger/chain.ts";
import { columnsOf } from "../../src/ledger/schema.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { aDraft, aUnit } from "../support/units.ts";
import { temporaryFolder } from "./support/folder.ts";
import { aClock, unitDrafts } from "./support/units.ts";

const names = ["ledger-2026-09.sqlite", "ledger-2026-10.sqlite", "ledger-2026-11.sqlite"] as const;
const [september, october, november] = names;

/** Three months of twenty units each, of two stations. */
async function writeThreeMonths(path: string): Promise<void> {
  const clock = aClock(Date.UTC(2026, 8, 10));
  await using writer = await openLedgerWriter(path, { clock });
  for (const month of [8, 9, 10]) {
    clock.now = Date.UTC(2026, month, 10);
    const first = (month - 8) * 10 + 1;
    await writer.append(unitDrafts(first, first + 9));
    await writer.append(unitDrafts(first, first + 9, "LINE-02"));
  }
}

/** A segment without its triggers, as somebody with a database tool and bad intentions has it; the schema is put back afterwards. */
function forge(folder: string, name: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(join(folder, name));
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const trigger of triggers) db.exec(`DROP TRIGGER ${trigger["name"]}`);
  work(db);
  for (const { sql } of triggers) db.exec(String(sql));
  db.close();
}

const textAt = (db: DatabaseSync, offset: number): string =>
  String(db.prepare("SELECT text FROM entry WHERE offset = ?").get(offset)!["text"]);

/** Gives every entry from `offset` on the hash that fits: what a forger does who knows the rule. */
function rechain(db: DatabaseSync, offset: number): void {
  const before = db.prepare("SELECT hash FROM entry WHERE offset = ?").get(offset - 1)?.["hash"];
  let previous =
    (before as Uint8Array) ?? Buffer.from(String(db.prepare("SELECT previous_hash h FROM meta").get()!["h"]), "hex");
  for (const row of db.prepare("SELECT offset, text FROM entry WHERE offset >= ? ORDER BY offset").all(offset)) {
    previous = chainHash(previous, String(row["text"]));
    db.prepare("UPDATE entry SET hash = ? WHERE offset = ?").run(previous, row["offset"]!);
  }
}

/** Changes an entry as a careful forger would: text and columns agree, and the chain behind it fits again. */
function rewrite(db: DatabaseSync, offset: number, change: (entry: LedgerEntry) => LedgerEntry): void {
  const entry = change(JSON.parse(textAt(db, offset)));
  const { station, kind, time, sequence, lot } = columnsOf(entry);
  db.prepare("UPDATE entry SET station = ?, kind = ?, time = ?, sequence = ?, lot = ?, text = ? WHERE offset = ?").run(
    station,
    kind,
    time,
    sequence,
    lot,
    canonicalJson(entry),
    offset,
  );
  rechain(db, offset);
}

/** Flips one bit in the middle of an entry's text, in the file itself: what a bad disk does. */
function flipBit(folder: string, name: string, needle: string): void {
  const file = join(folder, name);
  const bytes = readFileSync(file);
  const at = bytes.indexOf(needle);
  expect(at).toBeGreaterThan(0);
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.from([bytes[at + needle.length - 1]! ^ 1]), 0, 1, at + needle.length - 1);
  closeSync(handle);
}

let original: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  original = temporaryFolder();
  await writeThreeMonths(original.path);
});
afterAll(() => original[Symbol.dispose]());

const copy = () => {
  const folder = temporaryFolder();
  cpSync(original.path, folder.path, { recursive: true });
  return folder;
};

test("a whole ledger verifies, as a copy too, and says where it ends", async () => {
  using folder = copy();
  const progress: number[] = [];
  const result = await verifyLedger(folder.path, { onProgress: (done, total) => progress.push(done / total) });
  expect(result).toMatchObject({ ok: true, entries: 60, segments: 3, anchor: "matches", head: { offset: 60 } });
  expect(progress.at(-1)).toBe(1);
  expect(result.ok && (await verifyLedger(folder.path, { head: result.head }))).toMatchObject({ ok: true });
});

// Each row is something that happened to real records somewhere. The place must be named, or the finding helps nobody.
const tamperings: readonly {
  readonly what: string;
  readonly tamper: (folder: string) => void;
  readonly found: { readonly code: string; readonly offset: number; readonly segment: string };
}[] = [
  {
    what: "one bit of a text flipped on the disk",
    tamper: (folder) => flipBit(folder, october, '"sequence":17'),
    found: { code: "hash", offset: 27, segment: october },
  },
  {
    what: "a verdict changed and nothing else",
    tamper: (folder) =>
      forge(folder, october, (db) =>
        db.exec("UPDATE entry SET text = replace(text, '0.97', '0.98') WHERE offset = 25"),
      ),
    found: { code: "hash", offset: 25, segment: october },
  },
  {
    what: "a row removed",
    tamper: (folder) => forge(folder, september, (db) => db.exec("DELETE FROM entry WHERE offset = 7")),
    found: { code: "gap", offset: 7, segment: september },
  },
  {
    what: "a row removed and the rest moved up and chained again",
    tamper: (folder) =>
      forge(folder, november, (db) => {
        db.exec("DELETE FROM entry WHERE offset = 47");
        for (let offset = 48; offset <= 60; offset++)
          db.exec(`UPDATE entry SET offset = ${offset - 1} WHERE offset = ${offset}`);
        for (let offset = 47; offset < 60; offset++) rewrite(db, offset, (entry) => ({ ...entry, offset }));
      }),
    found: { code: "sequence", offset: 47, segment: november },
  },
  {
    what: "two rows swapped with their hashes",
    tamper: (folder) =>
      forge(folder, september, (db) =>
        db.exec(
          "UPDATE entry SET offset = 1000 WHERE offset = 4; UPDATE entry SET offset = 4 WHERE offset = 5; UPDATE entry SET offset = 5 WHERE offset = 1000",
        ),
      ),
    found: { code: "hash", offset: 4, segment: september },
  },
  {
    what: "two rows swapped and chained again",
    tamper: (folder) =>
      forge(folder, september, (db) => {
        db.exec(
          "UPDATE entry SET offset = 1000 WHERE offset = 4; UPDATE entry SET offset = 4 WHERE offset = 5; UPDATE entry SET offset = 5 WHERE offset = 1000",
        );
        rechain(db, 4);
      }),
    found: { code: "offset", offset: 4, segment: september },
  },
  {
    what: "a row inserted at the end",
    tamper: (folder) =>
      forge(folder, november, (db) =>
        db.exec(
          "INSERT INTO entry SELECT 61, station, kind, time, sequence, lot, text, hash FROM entry WHERE offset = 60",
        ),
      ),
    found: { code: "hash", offset: 61, segment: november },
  },
  {
    what: "a row inserted at the end with a hash that fits",
    tamper: (folder) =>
      forge(folder, november, (db) => {
        db.exec(
          "INSERT INTO entry SELECT 61, station, kind, time, sequence, lot, text, hash FROM entry WHERE offset = 60",
        );
        rechain(db, 61);
      }),
    found: { code: "offset", offset: 61, segment: november },
  },
  {
    what: "the tail cut off",
    tamper: (folder) => forge(folder, november, (db) => db.exec("DELETE FROM entry WHERE offset > 55")),
    found: { code: "tailCut", offset: 56, segment: november },
  },
  {
    what: "a segment removed from the middle",
    tamper: (folder) => rmSync(join(folder, october)),
    found: { code: "segmentMissing", offset: 21, segment: november },
  },
  {
    what: "the first segment removed",
    tamper: (folder) => rmSync(join(folder, september)),
    found: { code: "segmentMissing", offset: 1, segment: october },
  },
  {
    what: "the last segment removed",
    tamper: (folder) => rmSync(join(folder, november)),
    found: { code: "tailCut", offset: 41, segment: october },
  },
  {
    what: "all segments removed",
    tamper: (folder) => {
      for (const name of names) rmSync(join(folder, name));
    },
    found: { code: "tailCut", offset: 1, segment: "" },
  },
  {
    what: "a segment replaced by another month's",
    tamper: (folder) => copyFileSync(join(folder, september), join(folder, october)),
    found: { code: "segmentChanged", offset: 21, segment: october },
  },
  {
    what: "a segment put under another month's name",
    tamper: (folder) => renameSync(join(folder, october), join(folder, "ledger-2026-12.sqlite")),
    found: { code: "segmentMissing", offset: 21, segment: november },
  },
  {
    what: "a segment rewritten and chained in itself",
    tamper: (folder) =>
      forge(folder, october, (db) => rewrite(db, 30, (entry) => ({ ...entry, by: "somebody else" }) as LedgerEntry)),
    found: { code: "segmentReplaced", offset: 41, segment: november },
  },
  {
    what: "the end rewritten and chained again",
    tamper: (folder) =>
      forge(folder, november, (db) => rewrite(db, 58, (entry) => ({ ...entry, by: "somebody else" }) as LedgerEntry)),
    found: { code: "anchor", offset: 60, segment: november },
  },
  {
    what: "a commit dated back and chained again",
    tamper: (folder) =>
      forge(folder, november, (db) =>
        rewrite(db, 58, (entry) => ({ ...entry, committedAt: entry.committedAt - 1 }) as LedgerEntry),
      ),
    found: { code: "committedAt", offset: 58, segment: november },
  },
  {
    what: "white space in a text, chained again",
    tamper: (folder) =>
      forge(folder, november, (db) => {
        db.exec("UPDATE entry SET text = replace(text, '\"v\":1', '\"v\": 1') WHERE offset = 50");
        rechain(db, 50);
      }),
    found: { code: "notCanonical", offset: 50, segment: november },
  },
  {
    what: "keys in another order, chained again",
    tamper: (folder) =>
      forge(folder, november, (db) => {
        const { v, ...rest } = JSON.parse(textAt(db, 50));
        db.prepare("UPDATE entry SET text = ? WHERE offset = 50").run(JSON.stringify({ v, ...rest }));
        rechain(db, 50);
      }),
    found: { code: "notCanonical", offset: 50, segment: november },
  },
  {
    what: "a text that is no entry, chained again",
    tamper: (folder) =>
      forge(folder, november, (db) => {
        db.exec(
          `UPDATE entry SET text = '{"body":null,"committedAt":1,"kind":"unit","offset":50,"v":1}' WHERE offset = 50`,
        );
        rechain(db, 50);
      }),
    found: { code: "shape", offset: 50, segment: november },
  },
  {
    what: "an entry of a newer version",
    tamper: (folder) => forge(folder, november, (db) => rewrite(db, 60, (entry) => ({ ...entry, v: 99 }))),
    found: { code: "newer", offset: 60, segment: november },
  },
  {
    what: "a search column changed",
    tamper: (folder) => forge(folder, october, (db) => db.exec("UPDATE entry SET lot = 'L2' WHERE offset = 33")),
    found: { code: "columns", offset: 33, segment: october },
  },
  {
    what: "a trigger dropped",
    tamper: (folder) => {
      const db = new DatabaseSync(join(folder, october));
      db.exec("DROP TRIGGER entry_no_delete");
      db.close();
    },
    found: { code: "segmentChanged", offset: 21, segment: october },
  },
  {
    what: "one bit of an index flipped on the disk",
    // Station, kind and lot stand side by side only in the index.
    tamper: (folder) => flipBit(folder, october, "LINE-02unitL25014A"),
    found: { code: "unreadable", offset: 40, segment: october },
  },
  {
    what: "a segment overwritten with something else",
    tamper: (folder) => writeFileSync(join(folder, october), "this was a ledger once ".repeat(2_000)),
    found: { code: "unreadable", offset: 21, segment: october },
  },
  {
    what: "the newest segment emptied",
    tamper: (folder) => writeFileSync(join(folder, november), ""),
    found: { code: "segmentChanged", offset: 41, segment: november },
  },
  {
    what: "a segment of another ledger, with the anchor's name",
    tamper: (folder) =>
      forge(folder, october, (db) => db.exec("UPDATE meta SET ledger_id = '00000000-0000-4000-8000-000000000000'")),
    found: { code: "segmentReplaced", offset: 21, segment: october },
  },
];
test.each(tamperings)("$what: found and named", async ({ tamper, found }) => {
  using folder = copy();
  tamper(folder.path);
  const result = await verifyLedger(folder.path);
  expect(result).toMatchObject({ ok: false, problem: found });
  expect(!result.ok && result.problem.message).toContain(found.segment);
});

// Pages in the middle of the file destroyed: whatever is hit, verify must say so and not fall over.
test("a damaged stretch anywhere in a segment's file is found", async () => {
  const size = readFileSync(join(original.path, october)).length;
  for (let at = 4_096; at < size; at += 4_096) {
    using folder = copy();
    const handle = openSync(join(folder.path, october), "r+");
    writeSync(handle, Buffer.alloc(600, 0xa5), 0, 600, at);
    closeSync(handle);
    expect(await verifyLedger(folder.path)).toMatchObject({ ok: false, problem: { segment: october } });
  }
});

// Whoever can write the folder can rewrite everything in it, anchor included; a head that a historian keeps cannot be rewritten.
test("a rewritten ledger with a rewritten anchor is found against a head noted elsewhere", async () => {
  using folder = copy();
  const before = await verifyLedger(folder.path);
  forge(folder.path, november, (db) => rewrite(db, 58, (entry) => ({ ...entry, by: "somebody else" }) as LedgerEntry));
  rmSync(join(folder.path, "anchor.json"));
  expect(await verifyLedger(folder.path)).toMatchObject({ ok: true, anchor: "missing" });
  expect(before.ok && (await verifyLedger(folder.path, { head: before.head }))).toMatchObject({
    ok: false,
    problem: { code: "notedHead", offset: 60, segment: november },
  });
  expect(await verifyLedger(folder.path, { head: { offset: 61, hash: "ab" } })).toMatchObject({
    ok: false,
    problem: { code: "tailCut", offset: 61 },
  });
});

test("a ledger that is being written verifies up to where it ended at the start", async () => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  await writer.append(unitDrafts(1, 3_000));
  let isDone = false;
  const verified = verifyLedger(folder.path).finally(() => {
    isDone = true;
  });
  let sequence = 3_000;
  while (!isDone) {
    sequence += 1;
    await writer.append([aDraft("unit", aUnit({ sequence }))]);
  }
  expect(sequence).toBeGreaterThan(3_000);
  expect(await verified).toMatchObject({ ok: true, entries: 3_000 });
});

test("an empty folder is an error, not a good ledger", async () => {
  using folder = temporaryFolder();
  await expect(verifyLedger(folder.path)).rejects.toMatchObject({ code: "LEDGER_MISSING" });
  await expect(verifyLedger(join(folder.path, "nowhere"))).rejects.toMatchObject({ code: "LEDGER_FOLDER" });
});

test("an aborted walk rejects with the signal's reason", async () => {
  using folder = temporaryFolder();
  await using writer = await openLedgerWriter(folder.path, { clock: aClock() });
  await writer.append(unitDrafts(1, 2_500));
  await expect(verifyLedger(folder.path, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
});
