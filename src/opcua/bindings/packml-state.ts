import type { LineState } from "../../domain/line-state.ts";
import type { StateTable } from "./state-machine.ts";

/** One state of each of PackML's nested state machines, from the outermost on (OPC 30050 §6). */
export type PackMlState =
  | readonly [base: "Cleared", machine: "Stopped"]
  | readonly [base: "Cleared", machine: "Running", execute: "Starting" | "Execute" | "Suspended" | "Held"];

/**
 * LineStatus in PackML's words: what comes from outside suspends the machine, what comes from itself holds it. Acting states
 * other than Starting pass at once here, and are not shown.
 */
export const packMlStates: Readonly<Record<LineState, PackMlState>> = {
  unknown: ["Cleared", "Stopped"],
  stopped: ["Cleared", "Stopped"],
  starting: ["Cleared", "Running", "Starting"],
  running: ["Cleared", "Running", "Execute"],
  starved: ["Cleared", "Running", "Suspended"],
  blocked: ["Cleared", "Running", "Suspended"],
  faulted: ["Cleared", "Running", "Held"],
  maintenance: ["Cleared", "Stopped"],
};

/** The machine at that depth, outermost 0. */
export const packMlMachine =
  (depth: 0 | 1 | 2): StateTable =>
  ({ state }) =>
    packMlStates[state][depth];

/** States that a machine at that depth can be in here. */
export const packMlStatesAt = (depth: 0 | 1 | 2): readonly string[] => [
  ...new Set(Object.values(packMlStates).flatMap((states: readonly string[]) => states[depth] ?? [])),
];
