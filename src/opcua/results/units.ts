import type { LedgerEntry } from "../../domain/ledger-entry.ts";
import type { UnitRecord } from "../../domain/unit-record.ts";
import type { EntryPages } from "../entry-pages.ts";

/** A unit as the ledger keeps it. */
export interface KeptUnit {
  readonly unit: UnitRecord;
  readonly hash: string;
}
type UnitEntry = Extract<LedgerEntry, { kind: "unit" }>;

const noEnd = Number.MAX_SAFE_INTEGER;
/** Units that one page holds at most: some ms of reading. */
const pageSize = 250;

/** Units of a station from a sequence on, in order, at most `limit`. */
export async function unitsFrom(
  pages: EntryPages,
  station: string,
  from: number,
  limit: number,
): Promise<readonly KeptUnit[]> {
  const units: KeptUnit[] = [];
  for (let next = from; units.length < limit; ) {
    const size = Math.min(pageSize, limit - units.length);
    const stream = { station, kind: "unit", sequences: [next, noEnd] } as const;
    const page = await pages.page({ streams: [stream] }, undefined, size);
    for (const { entry, hash } of page) units.push({ unit: (entry as UnitEntry).body, hash });
    if (page.length < size) break;
    next = units.at(-1)!.unit.sequence + 1;
  }
  return units;
}

/** The unit of that sequence, if it is kept. */
export async function unitOf(pages: EntryPages, station: string, sequence: number): Promise<KeptUnit | undefined> {
  const [found] = await unitsFrom(pages, station, sequence, 1);
  return found?.unit.sequence === sequence ? found : undefined;
}
