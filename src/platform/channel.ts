/** One end of a typed, bounded, ordered message channel between two processes or threads. */
export interface Channel<Out, In> {
  /** False when the other end is gone or its queue is full; the message is then dropped (the caller counts it). */
  send(message: Out): boolean;
  /** One listener at a time; messages before it are kept, in order. */
  onMessage(listener: (message: In) => void): void;
}

/** What every supervised child says besides its own messages. */
export interface Heartbeat {
  readonly type: "heartbeat";
  readonly rssMb: number;
  /** p99 of the event-loop delay since the last heartbeat, ms, resolution subtracted. */
  readonly loopDelayP99Ms: number;
}
