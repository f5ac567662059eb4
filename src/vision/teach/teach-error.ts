import { AppError } from "../../platform/errors.ts";

/** Nothing can be taught from what was given; no package was written. */
export class TeachError extends AppError {
  readonly code = "TEACH_REFUSED";
}
