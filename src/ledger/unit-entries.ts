import type { Committed } from "../domain/ledger-entry.ts";
import type { UnitRecord } from "../domain/unit-record.ts";
import type { LedgerQuery, Place } from "./query.ts";

/** A unit's entry with the entries behind it that speak of its pictures, each with its hash. */
export interface UnitEntries {
  readonly unit: Committed;
  readonly record: UnitRecord;
  readonly evidence: readonly Committed[];
}

/** A picture is on disk within this time of its unit's trigger, ms; later only what a restart found lost. */
export const longestMs = 600_000;
const pageSize = 200;

/**
 * Finds a unit and what became of its pictures.
 * @param withinMs how long after the unit's trigger entries are looked for
 * @returns nothing when no unit of that number is kept
 */
export function unitEntries(
  query: LedgerQuery,
  { station, sequence }: { readonly station: string; readonly sequence: number },
  withinMs = longestMs,
): UnitEntries | undefined {
  const units = { station, kind: "unit", sequences: [sequence, sequence] } as const;
  const unit = query.page({ streams: [units] }, undefined, 1)[0];
  if (unit?.entry.kind !== "unit") return undefined;
  const record = unit.entry.body;
  const named = record.cameras.filter(({ imageRef }) => imageRef !== undefined).length;
  const evidence: Committed[] = [];
  const from = record.triggeredAt;
  for (let after: Place | undefined; ; ) {
    const streams = [{ station, kind: "evidence" }] as const;
    const page = query.page({ streams, from, to: from + withinMs }, after, pageSize);
    for (const committed of page) {
      const { entry } = committed;
      if (entry.kind === "evidence" && "sequence" in entry.body && entry.body.sequence === sequence)
        evidence.push(committed);
    }
    const last = page.at(-1)?.entry;
    // Each name gets one entry; those without a name (the queue was full) come before.
    if (!last || page.length < pageSize || (named > 0 && evidence.length >= named)) return { unit, record, evidence };
    after = { time: last.time, offset: last.offset };
  }
}
