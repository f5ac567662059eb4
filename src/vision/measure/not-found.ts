import type { Defect } from "../../domain/defect.ts";
import type { Finding } from "../step.ts";

/**
 * What is to be said where nothing was found to measure: what is not there keeps no limit, so it is surely beyond the
 * first that is given; without any it cannot be decided. Never nothing, which would be a pass.
 * @param what for a person, e.g. "the part label"
 */
export function notFound(
  what: string,
  limits: readonly ({ readonly class: string } | undefined)[],
  where: Pick<Defect, "zone" | "box">,
): Pick<Finding, "invalid" | "defects"> {
  const limit = limits.find((l) => l !== undefined);
  return limit
    ? { defects: [{ class: limit.class, confidence: 1, ...where }] }
    : { invalid: { reason: "mislocated", detail: `${what} was not found` } };
}
