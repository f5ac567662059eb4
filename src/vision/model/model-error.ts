import { AppError } from "../../platform/errors.ts";

/** A model package, or something it is made from, is not what it must be. Nothing was loaded. */
export class ModelError extends AppError {
  readonly code = "MODEL_REFUSED";
}
