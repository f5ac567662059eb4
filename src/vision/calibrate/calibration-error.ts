import { AppError } from "../../platform/errors.ts";

/** A picture tells no scale; the message says why and what to do. */
export class CalibrationError extends AppError {
  readonly code = "CALIBRATION";
}
