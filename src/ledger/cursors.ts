import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LedgerError, ledgerError } from "./ledger-error.ts";
import { ensureFolder } from "./segment.ts";

/** Where each named reader has got to; survives restarts. Any process may open them. */
export interface Cursors extends Disposable {
  /** Offset of the last entry that the reader is done with; 0 for one never seen before. */
  load(reader: string): Promise<number>;
  /** Durable when it resolves. Waits for the disk on the calling thread, so it is for readers, not for who inspects. */
  save(reader: string, offset: number): Promise<void>;
}

/**
 * Opens the cursors beside the ledger in `folder`, in a file of their own. They belong to the ledger they lie beside: a
 * rolled ledger has another folder, and its readers start at 0 there.
 */
export function openCursors(folder: string): Cursors {
  ensureFolder(folder);
  const file = join(folder, "cursors.sqlite");
  const db = guarded(file, () => {
    const opened = new DatabaseSync(file, { timeout: 5_000 });
    opened.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS cursor (reader TEXT PRIMARY KEY, "offset" INTEGER NOT NULL) STRICT, WITHOUT ROWID`);
    return opened;
  });
  return {
    async load(reader) {
      return guarded(file, () =>
        Number(db.prepare('SELECT "offset" FROM cursor WHERE reader = ?').get(reader)?.["offset"] ?? 0),
      );
    },
    async save(reader, offset) {
      if (!Number.isSafeInteger(offset) || offset < 0)
        throw new LedgerError("LEDGER_ENTRY", `${offset} is not an offset; the cursor of "${reader}" stays as it is`);
      guarded(file, () =>
        db
          .prepare('INSERT INTO cursor VALUES (?, ?) ON CONFLICT (reader) DO UPDATE SET "offset" = excluded."offset"')
          .run(reader, offset),
      );
    },
    [Symbol.dispose]() {
      db.close();
    },
  };
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ledgerError(error, file);
  }
}
