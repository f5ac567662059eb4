/** What the production context and the calendar say of a unit before anybody has looked at it. */
export interface Expectation {
  /** "" = unknown. */
  readonly sku: string;
  /** "" = unknown. */
  readonly lot: string;
  /** Local date of production, `YYYY-MM-DD`, by the site's time zone. */
  readonly productionDate: string;
  /** False while this machine's clock cannot be believed: dates that come from it are no reason to pass a unit. */
  readonly clockSynchronized: boolean;
}

/** Nothing is known: nothing is compared. */
export const noExpectation: Expectation = { sku: "", lot: "", productionDate: "", clockSynchronized: false };
