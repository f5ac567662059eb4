import type { EntryDraft } from "../../../src/domain/ledger-entry.ts";
import { aDraft, aTime, aUnit } from "../../support/units.ts";

/** Drafts of the units `from` to `to` of one station, 150 ms apart. */
export const unitDrafts = (from: number, to: number, station = "LINE-01"): EntryDraft[] =>
  Array.from({ length: to - from + 1 }, (_, i) => {
    const triggeredAt = aTime + (from + i) * 150;
    return { ...aDraft("unit", aUnit({ sequence: from + i, triggeredAt }), triggeredAt), station };
  });

/** A wall clock that stands where the test puts it. UTC ms. */
export const aClock = (now = Date.UTC(2026, 10, 22, 12)): { now: number; wall(): number } => ({
  now,
  wall() {
    return this.now;
  },
});
