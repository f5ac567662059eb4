/**
 * Values of `Error` and `ErrorPerResultId`: OPC 40001-101 §7.1 gives 0 to success, keeps values above it for standards, and
 * leaves those below it to the application. A public contract: rows are added, never changed.
 */
export const resultErrors = {
  ok: 0,
  /** Not an id that this server gives out. */
  unknownId: -1,
  /** An id of another ledger: a restored backup, another machine, or the time before the ledger was rolled. */
  otherLedger: -2,
  /** A station of its own has its own ResultManagement. */
  otherStation: -3,
  /** No unit of that number is kept here: not inspected yet, or no longer kept. */
  notThere: -4,
  /** Too much is acknowledged out of order: acknowledge what was left out first. */
  tooManyGaps: -5,
  /** A handle that was not given to this session, or is no longer known. */
  unknownHandle: -6,
  /** The search ended before all results were looked at, or there are more than one answer may hold. */
  incomplete: -7,
} as const;
export type ResultError = (typeof resultErrors)[keyof typeof resultErrors];
