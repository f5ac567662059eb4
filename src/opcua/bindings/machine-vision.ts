import type { Activity } from "../../projections/duty.ts";
import { type Group, standardGroup } from "../binding.ts";
import { lineStatusOf, stationActivity, timeOf } from "../snapshot.ts";
import { Structures } from "../structures.ts";
import { automaticMachine, automaticStates, visionMachine, visionStates } from "../vision/states.ts";
import { operationMode } from "./machinery.ts";
import { stateMachineGroup } from "./state-machine.ts";
import { staleQuality } from "./status.ts";

/** SystemStateDataType (OPC 40100-1 §12, after SEMI E10). */
export const systemStates = {
  productive: 1,
  standby: 2,
  engineering: 3,
  scheduled: 4,
  unscheduled: 5,
  none: 6,
} as const;
export function systemState(activity: Activity): number {
  const { state } = activity;
  if (state === "unknown" || state === "stopped") return systemStates.none;
  if (state === "faulted") return systemStates.unscheduled;
  const mode = operationMode(activity);
  if (mode === "Maintenance") return systemStates.scheduled;
  if (mode === "Setup") return systemStates.engineering;
  return state === "running" ? systemStates.productive : systemStates.standby;
}

/** OPC 40100-1: states of the station as a vision system. */
export const machineVisionGroups = (): readonly Group[] => [
  stateMachineGroup(visionMachine.path, visionMachine.type, ({ state }) => visionStates[state], {
    states: ["Preoperational", "Halted", "Error", "Operational"],
  }),
  stateMachineGroup(automaticMachine.path, automaticMachine.type, ({ state }) => automaticStates[state], {
    states: ["Ready", "ContinuousExecution"],
  }),
  standardGroup(
    "VisionSystem",
    {
      SystemState: (s) =>
        new Structures(
          { ns: "machineVision", id: 3024 },
          { state: systemState(stationActivity(s)), stateDescription: lineStatusOf(s).reason },
        ),
    },
    { on: { state: "changed", context: "changed", vitals: "changed" }, at: timeOf, quality: staleQuality },
  ),
];
