import { AppError } from "../platform/errors.ts";

/** A child process refused its setup at the start: the reason is its own, and says what to do. */
export class StartRefusedError extends AppError {
  readonly code = "START_REFUSED";
}

/** A child process ended again and again before it was ready. */
export class StartFailedError extends AppError {
  readonly code = "START_FAILED";
  constructor(what: string, reason: string) {
    super(`${what} does not start: ${reason}; read its lines above, and mend what they name`);
  }
}

/** So many ends before the first `ready` make a start a failure; later ones are mended by replacing the process. */
export const failuresToGiveUp = 3;
