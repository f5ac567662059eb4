import type { Expectation } from "./expectation.ts";

/** One unit passed the sensor. */
export interface Trigger {
  readonly station: string;
  /** 1..65535, then from 1 again; 0 is never used (it means "none" in a PLC's word). */
  readonly triggerId: number;
  /** Monotonic ms of the moment it happened, by the clock given to the trigger source. */
  readonly at: number;
  /**
   * 1 = the first trigger since the program started, whoever looks at it. A camera that makes its pictures itself goes by
   * it, so that processes which take turns, or look side by side, see the same unit.
   */
  readonly ordinal?: number;
  /** What its unit should be; absent where only somebody looks who does not know. */
  readonly expected?: Expectation;
}

/** The id after this one: 1..65535, then 1. */
export const nextTriggerId = (id: number): number => (id % 65_535) + 1;

/** Where the line stands among its triggers. */
export interface TriggerPosition {
  /** The last trigger id; 0 before the first. */
  readonly triggerId: number;
  /** Triggers so far, in all. */
  readonly triggers: number;
}

/**
 * Whether the unit of this id has passed already. Ids come round again: as with serial numbers (RFC 1982), those in the half
 * behind the last one have passed, if there were that many, and those in the half before it are to come.
 */
export function hasPassed(id: number, { triggerId, triggers }: TriggerPosition): boolean {
  const behind = (triggerId - id + 65_535) % 65_535;
  return behind < Math.min(32_767, triggers);
}
