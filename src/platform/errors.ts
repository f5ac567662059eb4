/**
 * Base of every error this program raises on purpose.
 *
 * The message is for the person at the line: what happened, to what, and what to do. `code` is for programs and
 * documentation; it never changes once released. `retryable` is the one question a caller has to ask.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  readonly retryable: boolean = false;
  override get name(): string {
    return this.constructor.name;
  }
}

/** The text of anything that was thrown, with the causes behind it: for log fields and reasons. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.message;
  const cause = errorText(error.cause);
  // A message may give its cause already.
  return error.message.includes(cause) ? error.message : `${error.message} (${cause})`;
}
