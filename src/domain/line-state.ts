/** States of an inspection line; codes are the wire's `LineStatus` enumeration and never change. */
export const lineStateCodes = {
  unknown: 0,
  stopped: 1,
  starting: 2,
  running: 3,
  starved: 4,
  blocked: 5,
  faulted: 6,
  maintenance: 7,
} as const;
export type LineState = keyof typeof lineStateCodes;

export interface LineStatus {
  readonly state: LineState;
  /** Stable word first, e.g. `camera: CAM-01 covered`; "" when all is well. */
  readonly reason: string;
}

/** What may follow what. A transition that is not here is a bug in the caller, not a state of the line. */
const allowed: Record<LineState, readonly LineState[]> = {
  unknown: ["starting", "stopped", "faulted"],
  stopped: ["starting", "maintenance", "faulted"],
  starting: ["running", "starved", "faulted", "stopped"],
  running: ["starved", "blocked", "faulted", "stopped", "maintenance"],
  starved: ["running", "blocked", "faulted", "stopped", "maintenance"],
  blocked: ["running", "starved", "faulted", "stopped", "maintenance"],
  faulted: ["running", "starved", "blocked", "stopped", "maintenance", "starting"],
  maintenance: ["stopped", "starting", "faulted"],
};

/** A change of reason within one state is a transition too. After an unclean end any state may go back to `starting`. */
export const mayFollow = (from: LineState, to: LineState): boolean => from === to || allowed[from].includes(to);
