/** One unit passed the sensor. */
export interface Trigger {
  readonly station: string;
  /** 1..65535, then from 1 again; 0 is never used (it means "none" in a PLC's word). */
  readonly triggerId: number;
  /** Monotonic ms of the moment it happened, by the clock given to the trigger source. */
  readonly at: number;
}

/** The id after this one: 1..65535, then 1. */
export const nextTriggerId = (id: number): number => (id % 65_535) + 1;
