import { type ResultError, resultErrors } from "./result-error.ts";

/** `<LedgerId>:<Station>:<Sequence>`; neither station nor sequence has a colon. */
const pattern = /^(.+):([^:]+):([1-9]\d{0,9})$/;

/**
 * The unit that a ResultId names here, or the error to answer with. Whether that unit exists is not asked. White space
 * around a TrimmedString is taken off (OPC 10000-5 §12.43).
 */
export function sequenceOf(
  resultId: string,
  { ledgerId, station }: { readonly ledgerId: string; readonly station: string },
): { readonly sequence: number } | { readonly error: ResultError } {
  const [, ledger, place, sequence] = pattern.exec(resultId.trim()) ?? [];
  if (ledger === undefined) return { error: resultErrors.unknownId };
  if (ledger !== ledgerId) return { error: resultErrors.otherLedger };
  return place === station ? { sequence: Number(sequence) } : { error: resultErrors.otherStation };
}
