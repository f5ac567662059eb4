import type { ProductionContext } from "../domain/context.ts";
import type { PendingContext } from "../domain/ledger-entry.ts";
import type { Jobs } from "../projections/jobs.ts";

/**
 * What the station will be once everything that has its place in the order is on disk. Commands are decided on it, and the
 * next unit is looked at as it says: the disk may be slow, the line is not. Only the desks of contexts and jobs change it,
 * each where it gives an entry its place; so it is what the ledger says when the entry is written.
 */
export interface Ahead {
  context: ProductionContext;
  pending: PendingContext | undefined;
  /** Their totals are as old as the last start: only units change them. */
  jobs: Jobs;
}
