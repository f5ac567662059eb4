import type { z } from "zod";
import type { Clock } from "../platform/clock.ts";

/** What a trigger source tells while it is open. Never called concurrently. */
export interface TriggerEvents {
  /** One unit passed; `at` is the monotonic ms of the moment it did, also when this call comes late. Once per unit, in order. */
  fire(at: number): void;
  /**
   * `count` units passed between `from` and `to` (monotonic ms, both inclusive) that will never be fired, because it is
   * too late to look at them or because the source only learned their number. They come before any later `fire`, and
   * the caller has to account for them.
   */
  missed(count: number, from: number, to: number): void;
  /** The unit of the next `fire` is the first of another lot. Only from a source that says `lotMarkers`. */
  lotMarker(): void;
}

/** What a trigger file exports as default. */
export interface TriggerDefinition<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  readonly options: Options;
  /** It can tell where a lot begins, so that a context can wait for it (EffectiveMode 2). */
  readonly lotMarkers?: true;
  /**
   * Reports every unit once, as fired or as missed, until the returned function is called; after it nothing is reported.
   * A source that falls behind a little fires late; each source documents from when on it counts units as missed.
   */
  open(options: z.output<Options>, events: TriggerEvents, clock: Clock): () => void;
}
/** Gives `open` its option types from the schema; returns its argument. */
export const defineTrigger = <O extends z.ZodType>(definition: TriggerDefinition<O>): TriggerDefinition<O> =>
  definition;
