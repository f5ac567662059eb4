import { companionRows, companionTypeId } from "./companions/instance.ts";
import { stateMachineMembers } from "./companions/state-machine.ts";
import { facet } from "./facet.ts";
import { units } from "./model.ts";
import { from, type Id, type NodeRow, standard, to } from "./node-row.ts";
import { objectRow, type Place } from "./nodes.ts";

interface Tag {
  readonly group: string;
  readonly name: string;
  readonly description: string;
  readonly dataType: Id;
  /** Units per minute: the type has to say so (WSAnalogUnitType). */
  readonly isSpeed?: true;
}
const enumeration = (id: number): Id => ({ ns: "weihenstephan", id });

/**
 * Data points of WS Pack that the station knows, under their browse names. Tag numbers belong to the WS Protocol and are
 * optional in OPC UA (OPC 40600 §8): left out.
 */
const tags: readonly Tag[] = [
  {
    group: "OperatingModes",
    name: "WS_Cur_Mode",
    description: "Operating mode: 1 off, 2 manual, 4 semi-automatic, 8 automatic.",
    dataType: enumeration(3000),
  },
  {
    group: "Programs",
    name: "WS_Cur_Prog",
    description:
      "Program: 0 none, 1 production, 2 start up, 4 run down, 8 clean, 16 changeover, 32 maintenance, 64 break.",
    dataType: enumeration(3001),
  },
  {
    group: "Counters",
    name: "WS_Tot_Packages",
    description: "Units inspected since the start of the ledger.",
    dataType: standard.uint32,
  },
  {
    group: "Counters",
    name: "WS_Good_Packages",
    description: "Units that passed since the start of the ledger.",
    dataType: standard.uint32,
  },
  {
    group: "Counters",
    name: "WS_Bad_Packages",
    description: "Units that did not pass since the start of the ledger: failed, invalid, not inspected.",
    dataType: standard.uint32,
  },
  {
    group: "MeasuredValues",
    name: "WS_Cur_Mach_Spd",
    description: "Units per minute at present.",
    dataType: standard.double,
    isSpeed: true,
  },
  {
    group: "Parameters",
    name: "WS_Set_Mach_Spd",
    description: "Units per minute that the line is set to.",
    dataType: standard.double,
    isSpeed: true,
  },
];

function tagRows(place: Place, machine: readonly string[], tag: Tag): NodeRow[] {
  const parent = place.idOf([...machine, tag.group]);
  const path = [...machine, tag.group, tag.name];
  const type = tag.isSpeed ? "weihenstephan:WSAnalogUnitType" : "weihenstephan:WSBaseDataVariableType";
  return [
    {
      nodeClass: "Variable",
      id: place.idOf(path),
      browseName: { ns: "weihenstephan", name: tag.name },
      description: tag.description,
      parent,
      references: [from(standard.hasComponent, parent), to(standard.hasTypeDefinition, companionTypeId(type))],
      dataType: tag.dataType,
      accessLevel: 1,
    },
    ...companionRows(place, path, type, {
      ...(tag.isSpeed && { refine: { EngineeringUnits: { value: { kind: "unit", ...units.perMinute } } } }),
    }),
  ];
}

/** Sub-state machines that say why the machine is held or suspended (OPC 40600 §7.6). */
export const weihenstephanReasons = {
  HeldState: "weihenstephan:WSHeldStateMachineType",
  SuspendedState: "weihenstephan:WSSuspendedStateMachineType",
} as const;

/** `WS_Cur_State`: PackML's states, with WS's own execute state in place of PackML's. */
function stateRows(place: Place, machine: readonly string[]): NodeRow[] {
  const state = [...machine, "OperatingStates", "WS_Cur_State"];
  const execute = [...state, "MachineState", "ExecuteState"];
  const members = (at = "") => stateMachineMembers(at, { withTransition: false });
  return [
    objectRow(place, [...machine, "OperatingStates"], "WS_Cur_State", {
      ns: "weihenstephan",
      definition: companionTypeId("weihenstephan:WSBaseStateMachineType"),
      description: "Operating state, with the states of PackML.",
    }),
    ...companionRows(place, state, "weihenstephan:WSBaseStateMachineType", {
      optional: [...members(), ...members("MachineState")],
      without: ["MachineState/ExecuteState"],
    }),
    objectRow(place, [...state, "MachineState"], "ExecuteState", {
      ns: "packML",
      definition: companionTypeId("weihenstephan:WSExecuteStateMachineType"),
      description: "What the running machine does, and why it waits.",
    }),
    ...companionRows(place, execute, "weihenstephan:WSExecuteStateMachineType", {
      optional: [...members(), ...Object.keys(weihenstephanReasons).flatMap((at) => members(at))],
    }),
  ];
}

/** OPC 40600: the station's data points in the words of the Weihenstephan Standards. */
export const weihenstephanPart = facet("weihenstephan", (place, path) => {
  const machine = [...path, "Weihenstephan"];
  const groups = [...new Set(["OperatingStates", ...tags.map(({ group }) => group)])];
  return [
    objectRow(place, path, "Weihenstephan", {
      definition: companionTypeId("weihenstephan:WSMachineType"),
      description: "The station as the Weihenstephan Standards see it (OPC 40600).",
      references: [
        from(standard.organizes, standard.machines),
        to(standard.hasAddIn, place.idOf([...path, "Identification"])),
      ],
    }),
    ...companionRows(place, machine, "weihenstephan:WSMachineType", {
      optional: groups,
      // The station has one nameplate; both views show it.
      without: ["Identification"],
      refine: {
        WSVersion: { value: { kind: "string", text: "WS Pack 10.01" } },
        WSMachineProfile: { value: { kind: "string", text: "Inspection machine" } },
      },
    }),
    ...stateRows(place, machine),
    ...tags.flatMap((tag) => tagRows(place, machine, tag)),
  ];
});
