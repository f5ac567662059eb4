import type { PictureOutcome } from "../../domain/evidence.ts";
import type { UnitRecord } from "../../domain/unit-record.ts";
import type { LedgerQuery } from "../../ledger/query.ts";
import { unitEntries } from "../../ledger/unit-entries.ts";

/** What became of the pictures of one unit. */
export interface PicturesRequest {
  readonly type: "pictures";
  readonly station: string;
  readonly sequence: number;
}
/** Absent when no unit of that number is kept. */
export type UnitPictures = { readonly unit: UnitRecord; readonly outcomes: readonly PictureOutcome[] } | undefined;

/** Finds the entries behind the unit's that speak of its pictures. */
export function readPictures(query: LedgerQuery, request: PicturesRequest): UnitPictures {
  const found = unitEntries(query, request);
  return (
    found && {
      unit: found.record,
      outcomes: found.evidence.flatMap(({ entry }) =>
        entry.kind === "evidence" && "sequence" in entry.body ? [entry.body] : [],
      ),
    }
  );
}
