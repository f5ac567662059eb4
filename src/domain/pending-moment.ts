/** What an accepted context waits for. */
export type PendingMoment =
  /** The unit of this trigger id. */
  | { readonly triggerId: number }
  /** The PLC's word that the next unit is the first of another lot. */
  | { readonly lotMarker: true }
  /** The first unit after no unit came for so long. */
  | { readonly gapSeconds: number };

/** For people: `at trigger 77`, `at the lot marker`, `after a gap of 5 s`. */
export const momentText = (moment: PendingMoment): string =>
  "triggerId" in moment
    ? `at trigger ${moment.triggerId}`
    : "gapSeconds" in moment
      ? `after a gap of ${moment.gapSeconds} s`
      : "at the lot marker";
