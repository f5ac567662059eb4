/** How steeply the reading rises at the limit: 20 % above it reads 0.81, 20 % below 0.14, twice the limit 0.996. */
const steepness = 8;

/** How surely a quantity is beyond its limit, 0..1: rises with the quantity, exactly 0.5 at the limit. Both ≥ 0, limit > 0. */
export function exceeds(quantity: number, limit: number): number {
  // Written as a ratio to the limit, so that large quantities do not overflow: Infinity reads 1.
  return 1 / (1 + (limit / quantity) ** steepness);
}

/** A reading below this says nothing that a person or a rule would want to know. */
export const worthMentioning = 0.05;
