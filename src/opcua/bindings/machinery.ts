import { DataType } from "node-opcua";
import type { RunType } from "../../domain/context.ts";
import { triggersOf } from "../../domain/counts.ts";
import type { LineState } from "../../domain/line-state.ts";
import { dutyAt } from "../../projections/duty.ts";
import { type Group, type Known, standardGroup } from "../binding.ts";
import { lineStatusOf, type StationSnapshot, timeOf } from "../snapshot.ts";
import { scalar, stateMachineGroup } from "./state-machine.ts";
import { staleQuality } from "./status.ts";

type ItemState = "NotAvailable" | "OutOfService" | "NotExecuting" | "Executing";
type OperationMode = "None" | "Maintenance" | "Setup" | "Processing";

/** MachineryItemState (OPC 40001-1 §12): a line that waits for products is available, one with a fault is not. */
export const itemStates: Readonly<Record<LineState, ItemState>> = {
  unknown: "NotAvailable",
  stopped: "NotExecuting",
  starting: "NotExecuting",
  running: "Executing",
  starved: "NotExecuting",
  blocked: "NotExecuting",
  faulted: "OutOfService",
  maintenance: "OutOfService",
};

/** MachineryOperationMode (OPC 40001-1 §13): what the run is for. */
const modesOfRuns: Readonly<Record<RunType, OperationMode>> = {
  production: "Processing",
  rework: "Processing",
  trial: "Setup",
  cleaning: "Maintenance",
};
/** Line states that say more about the mode than the run does. */
const modesOfStates: Readonly<Partial<Record<LineState, OperationMode>>> = {
  unknown: "None",
  maintenance: "Maintenance",
};
export const operationMode = ({ state, runType }: { state: LineState; runType: RunType }): OperationMode =>
  modesOfStates[state] ?? modesOfRuns[runType];

/** DeviceHealthEnumeration (OPC 10000-100 §4.5.4): 0 NORMAL, 1 FAILURE, 2 CHECK_FUNCTION, 3 OFF_SPEC. */
export function deviceHealth(s: StationSnapshot): number {
  const { state } = lineStatusOf(s);
  if (state === "faulted") return 1;
  if (state === "maintenance") return 2;
  const cameras = s.vitals?.cameras ?? Object.values(s.state.cameras);
  return cameras.some((camera) => camera.state === "faulty" || camera.state === "gone") ? 3 : 0;
}

const begun =
  (value: (s: StationSnapshot) => Known<ReturnType<typeof scalar>>) =>
  (s: StationSnapshot): Known<ReturnType<typeof scalar>> =>
    s.state.lastTime > 0 ? value(s) : undefined;
const dutyNow = (s: StationSnapshot) => dutyAt(s.state.duty, s.state.status.state, timeOf(s));

const blocks = "MachineryBuildingBlocks";
const uses = <S extends string>(states: Readonly<Record<string, S>>): readonly S[] => [
  ...new Set(Object.values(states)),
];

/** OPC 40001-1: state, mode, counters and health of the station. */
export const machineryGroups: readonly Group[] = [
  stateMachineGroup(
    `${blocks}/MachineryItemState`,
    "machinery:MachineryItemState_StateMachineType",
    ({ state }) => itemStates[state],
    { states: uses(itemStates) },
  ),
  stateMachineGroup(
    `${blocks}/MachineryOperationMode`,
    "machinery:MachineryOperationModeStateMachineType",
    operationMode,
    { states: ["None", "Maintenance", "Setup", "Processing"] },
  ),
  standardGroup(
    `${blocks}/OperationCounters`,
    {
      PowerOnDuration: begun((s) => scalar(DataType.Double, dutyNow(s).onMs)),
      OperationDuration: begun((s) => scalar(DataType.Double, dutyNow(s).operatingMs)),
      // Every trigger is a cycle, whatever it saw.
      OperationCycleCounter: begun((s) => scalar(DataType.UInt32, triggersOf(s.state.total))),
    },
    { on: { page: "changed", vitals: "changed" }, at: timeOf, quality: staleQuality },
  ),
  standardGroup(
    `${blocks}/Monitoring/Health`,
    { DeviceHealth: begun((s) => scalar(DataType.Int32, deviceHealth(s))) },
    { on: { state: "changed", camera: "changed", vitals: "changed" }, at: timeOf, quality: staleQuality },
  ),
];
