import { AppError } from "../platform/errors.ts";

/** A recipe cannot be run as it is written. */
export class RecipeError extends AppError {
  readonly code = "RECIPE_UNFIT";
}
