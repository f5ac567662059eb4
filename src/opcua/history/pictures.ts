import type { PictureOutcome } from "../../domain/evidence.ts";
import type { UnitRecord } from "../../domain/unit-record.ts";
import type { LedgerQuery, Place } from "../../ledger/query.ts";

/** What became of the pictures of one unit. */
export interface PicturesRequest {
  readonly type: "pictures";
  readonly station: string;
  readonly sequence: number;
}
/** Absent when no unit of that number is kept. */
export type UnitPictures = { readonly unit: UnitRecord; readonly outcomes: readonly PictureOutcome[] } | undefined;

/** A picture is on disk within this time of its unit's trigger, ms; later only what a restart found lost. */
const longestMs = 600_000;
const pageSize = 200;

/** Finds the entries behind the unit's that speak of its pictures. */
export function readPictures(query: LedgerQuery, { station, sequence }: PicturesRequest): UnitPictures {
  const units = { station, kind: "unit", sequences: [sequence, sequence] } as const;
  const found = query.page({ streams: [units] }, undefined, 1)[0]?.entry;
  if (found?.kind !== "unit") return undefined;
  const unit = found.body;
  const named = unit.cameras.filter(({ imageRef }) => imageRef !== undefined).length;
  const outcomes: PictureOutcome[] = [];
  const from = unit.triggeredAt;
  for (let after: Place | undefined; ; ) {
    const streams = [{ station, kind: "evidence" }] as const;
    const page = query.page({ streams, from, to: from + longestMs }, after, pageSize);
    for (const { entry } of page)
      if (entry.kind === "evidence" && "sequence" in entry.body && entry.body.sequence === sequence)
        outcomes.push(entry.body);
    const last = page.at(-1)?.entry;
    // Each name gets one entry; those without a name (the queue was full) come before.
    if (!last || page.length < pageSize || (named > 0 && outcomes.length >= named)) return { unit, outcomes };
    after = { time: last.time, offset: last.offset };
  }
}
