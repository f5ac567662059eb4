import type { SelfTestBody } from "../domain/ledger-entry.ts";

/** The last self test. */
export interface SelfTestState extends Pick<SelfTestBody, "passed" | "details"> {
  /** When it ended, UTC ms. */
  readonly time: number;
  /** Models were loaded after it, which is a test by itself: what it found is over. */
  readonly isOver: boolean;
}

export const foldSelfTest = ({ passed, details }: SelfTestBody, time: number): SelfTestState => ({
  passed,
  details,
  time,
  isOver: false,
});

/** What a failed self test still stands for; "" when nothing. */
export const selfTestTrouble = (last: SelfTestState | undefined): string =>
  last && !last.passed && !last.isOver ? `self test failed: ${last.details}` : "";
