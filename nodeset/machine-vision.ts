import { alarmNames } from "../src/domain/alarm.ts";
import { companionRows, companionTypeId } from "./companions/instance.ts";
import { stateMachineMembers } from "./companions/state-machine.ts";
import { facet } from "./facet.ts";
import { standard, to } from "./node-row.ts";
import { objectRow } from "./nodes.ts";

const machine = "VisionStateMachine";
const automatic = `${machine}/AutomaticModeStateMachine`;

/** Methods by which a client would run the camera itself: mandatory, and not executable where the line's trigger does it. */
export const visionCommands = [
  ...["Halt", "Reset"].map((name) => `${machine}/${name}`),
  ...["Abort", "StartContinuous", "StartSingleJob", "Stop"].map((name) => `${automatic}/${name}`),
  ...["PrepareRecipe", "UnprepareRecipe"].map((name) => `RecipeManagement/${name}`),
] as const;

/** OPC 40100-1: the station as a vision system. */
export const machineVisionPart = facet("machineVision", (place, path) => {
  const system = [...path, "VisionSystem"];
  const operational = place.idOf([...system, machine, "Operational"]).id;
  const whenOperational = to(standard.hasSubStateMachine, place.idOf([...system, ...automatic.split("/")]));
  return [
    objectRow(place, path, "VisionSystem", {
      definition: companionTypeId("machineVision:VisionSystemType"),
      description: "The station as a vision system (OPC 40100-1).",
      references: alarmNames.map((alarm) => to(standard.hasCondition, place.idOf([...path, "Alarms", alarm]))),
    }),
    ...companionRows(place, system, "machineVision:VisionSystemType", {
      optional: [
        "SystemState",
        ...stateMachineMembers(machine),
        automatic,
        ...stateMachineMembers(automatic),
        "RecipeManagement",
        "ResultManagement",
        "ResultManagement/ReleaseResultHandle",
      ],
      descriptions: {
        SystemState:
          "What the time is spent on (SEMI E10): productive, standby, engineering, scheduled or unscheduled downtime.",
        [machine]: "State of the vision system; it follows LineStatus.",
        [automatic]: "What the operational system does: it inspects, or it waits for a trigger.",
        RecipeManagement: "The recipes that a production context may name.",
        ResultManagement:
          "Results of the station's units, from the ledger, with the same ids as those of OPC 40001-101.",
      },
    }).map((row) => (row.id.id === operational ? { ...row, references: [...row.references, whenOperational] } : row)),
  ];
});
