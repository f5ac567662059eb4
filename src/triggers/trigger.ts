import type { z } from "zod";
import type { Clock } from "../platform/clock.ts";

/** What a trigger file exports as default. */
export interface TriggerDefinition<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  readonly options: Options;
  /**
   * Starts calling `fire` once per unit, with the monotonic ms of the moment it passed, until the returned function is
   * called. Never fires concurrently, never twice for one unit; a source that falls behind fires late, it skips none.
   */
  open(options: z.output<Options>, fire: (at: number) => void, clock: Clock): () => void;
}
/** Gives `open` its option types from the schema; returns its argument. */
export const defineTrigger = <O extends z.ZodType>(definition: TriggerDefinition<O>): TriggerDefinition<O> =>
  definition;
