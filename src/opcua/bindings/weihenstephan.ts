import { DataType } from "node-opcua";
import type { RunType } from "../../domain/context.ts";
import type { Counts } from "../../domain/counts.ts";
import type { LineState } from "../../domain/line-state.ts";
import { type Group, type Known, standardGroup } from "../binding.ts";
import { type StationSnapshot, stationActivity, timeOf } from "../snapshot.ts";
import { packMlMachine, packMlStatesAt } from "./packml-state.ts";
import { type StateTable, scalar, stateMachineGroup } from "./state-machine.ts";
import { lineSpeed, staleQuality, targetSpeed } from "./status.ts";

type Value = (s: StationSnapshot) => Known<ReturnType<typeof scalar>>;

/** WSOperatingModeEnumerationType (OPC 40600 §9.1): 1 off, 2 manual, 8 automatic. */
const modes: Readonly<Record<LineState, number>> = {
  unknown: 1,
  stopped: 1,
  starting: 8,
  running: 8,
  starved: 8,
  blocked: 8,
  faulted: 8,
  maintenance: 2,
};
/** WSProgramEnumerationType (OPC 40600 §9.2): 0 none, 1 production, 2 start up, 8 clean, 16 changeover, 32 maintenance. */
const programsOfRuns: Readonly<Record<RunType, number>> = { production: 1, rework: 1, trial: 16, cleaning: 8 };
const programsOfStates: Readonly<Partial<Record<LineState, number>>> = {
  unknown: 0,
  stopped: 0,
  starting: 2,
  maintenance: 32,
};

/** Why a machine is held or suspended (OPC 40600 §7.7, §7.8): no products, no room behind it, a fault of its own. */
const heldReason: StateTable = ({ state }) => (state === "faulted" ? "EquipmentFailure" : undefined);
const suspendedReasons: Readonly<Partial<Record<LineState, string>>> = { starved: "Lack", blocked: "Tailback" };
const suspendedReason: StateTable = ({ state }) => suspendedReasons[state];

const counter =
  (count: (counts: Counts) => number): Value =>
  ({ state: { lastTime, total } }) =>
    lastTime === 0 ? undefined : scalar(DataType.UInt32, count(total));
const speed =
  (value: (s: StationSnapshot) => Known<number>): Value =>
  (s) => {
    const known = value(s);
    return typeof known === "number" ? scalar(DataType.Double, known) : known;
  };

const machine = "Weihenstephan/OperatingStates/WS_Cur_State";
const execute = `${machine}/MachineState/ExecuteState`;
const plain = { withTransition: false } as const;

/** OPC 40600: the station's data points in the words of the Weihenstephan Standards. */
export const weihenstephanGroups = (): readonly Group[] => [
  stateMachineGroup(machine, "weihenstephan:WSBaseStateMachineType", packMlMachine(0), {
    states: packMlStatesAt(0),
    ...plain,
  }),
  stateMachineGroup(`${machine}/MachineState`, "packML:PackMLMachineStateMachineType", packMlMachine(1), {
    states: packMlStatesAt(1),
    ...plain,
  }),
  stateMachineGroup(execute, "weihenstephan:WSExecuteStateMachineType", packMlMachine(2), {
    states: packMlStatesAt(2),
    ...plain,
  }),
  stateMachineGroup(`${execute}/HeldState`, "weihenstephan:WSHeldStateMachineType", heldReason, {
    states: ["EquipmentFailure"],
    ...plain,
  }),
  stateMachineGroup(`${execute}/SuspendedState`, "weihenstephan:WSSuspendedStateMachineType", suspendedReason, {
    states: Object.values(suspendedReasons),
    ...plain,
  }),
  standardGroup(
    "Weihenstephan",
    {
      "OperatingModes/WS_Cur_Mode": (s) => scalar(DataType.Int32, modes[stationActivity(s).state]),
      "Programs/WS_Cur_Prog": (s) => {
        const { state, runType } = stationActivity(s);
        return scalar(DataType.Int32, programsOfStates[state] ?? programsOfRuns[runType]);
      },
      "MeasuredValues/WS_Cur_Mach_Spd": speed(lineSpeed),
      "Parameters/WS_Set_Mach_Spd": speed(targetSpeed),
    },
    { on: { state: "changed", context: "changed", vitals: "changed" }, at: timeOf, quality: staleQuality },
  ),
  standardGroup(
    "Weihenstephan/Counters",
    {
      WS_Tot_Packages: counter((c) => c.units),
      WS_Good_Packages: counter((c) => c.pass),
      WS_Bad_Packages: counter((c) => c.units - c.pass),
    },
    { on: { page: "changed", vitals: "changed" }, at: timeOf, quality: staleQuality },
  ),
];
