/** What a step may know besides its input. */
export interface StepContext {
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** Monotonic ms. */
  readonly now: () => number;
}

/**
 * One step of the inspection pipeline: a named function from what the step before produced to what the next one needs.
 *
 * A step knows nothing of OPC UA, files or networks; everything it needs was given to the function that built it. That
 * makes each step testable with one image and one assertion.
 */
export interface Step<In, Out> {
  readonly name: string;
  run(input: In, context: StepContext): Promise<Out> | Out;
}

/** Joins two steps into one; types must meet, so a mis-ordered pipeline does not compile. */
export function pipe<A, B, C>(first: Step<A, B>, second: Step<B, C>): Step<A, C> {
  return {
    name: `${first.name}>${second.name}`,
    async run(input, context) {
      const middle = await first.run(input, context);
      context.signal.throwIfAborted();
      return second.run(middle, context);
    },
  };
}
