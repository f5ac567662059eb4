import { maximumText } from "./events/plain-value.ts";

/** A text that every historian takes; what was cut off is marked, and stands whole in the ledger. */
export const shortText = (text: string): string =>
  text.length <= maximumText ? text : `${text.slice(0, maximumText - 1)}…`;
