/** What a task may know besides its input. */
export interface TaskContext {
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** Monotonic ms. */
  readonly now: () => number;
}

/**
 * One thing done to one input: a named function that knows nothing of OPC UA, files or networks; everything it needs was
 * given to the function that built it. That makes each testable with one image and one assertion.
 */
export interface Task<In, Out> {
  readonly name: string;
  run(input: In, context: TaskContext): Promise<Out> | Out;
}
