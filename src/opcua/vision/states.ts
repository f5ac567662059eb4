import type { LineState } from "../../domain/line-state.ts";

type VisionState = "Preoperational" | "Halted" | "Error" | "Operational";
type AutomaticState = "Ready" | "ContinuousExecution";

/** VisionStateMachine (OPC 40100-1 §8.2.6). */
export const visionStates: Readonly<Record<LineState, VisionState>> = {
  unknown: "Preoperational",
  stopped: "Halted",
  starting: "Preoperational",
  running: "Operational",
  starved: "Operational",
  blocked: "Operational",
  faulted: "Error",
  maintenance: "Preoperational",
};

/** AutomaticModeStateMachine (OPC 40100-1 §8.3.5), active while the system is operational: one job after another. */
export const automaticStates: Readonly<Partial<Record<LineState, AutomaticState>>> = {
  running: "ContinuousExecution",
  starved: "Ready",
  blocked: "Ready",
};

/** The state machines, by path below the station, with their types. */
export const visionMachine = {
  path: "VisionSystem/VisionStateMachine",
  type: "machineVision:VisionStateMachineType",
} as const;
export const automaticMachine = {
  path: `${visionMachine.path}/AutomaticModeStateMachine`,
  type: "machineVision:VisionAutomaticModeStateMachineType",
} as const;
