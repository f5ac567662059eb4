import { entryVersion, type LedgerEntry } from "./ledger-entry.ts";

/** From version n to n + 1, pure. Bytes on disk are never rewritten; readers see the newest shape. */
const upcasters: Readonly<Record<number, (old: never) => unknown>> = {};

/**
 * Brings an entry of any older version to the current one.
 * @throws RangeError for a version newer than this program, or one that nothing can bring forward.
 */
export function upcast(raw: { readonly v: number }): LedgerEntry {
  let entry: { readonly v: number } = raw;
  while (entry.v !== entryVersion) {
    const step = upcasters[entry.v];
    if (!step)
      throw new RangeError(
        `ledger entry version ${raw.v} is not known to this program (it writes ${entryVersion}); install the version of Tallyline that wrote it, or a newer one`,
      );
    entry = step(entry as never) as { readonly v: number };
  }
  return entry as LedgerEntry;
}
