import { DataType } from "node-opcua";
import { packMlMachines } from "../../../nodeset/packml.ts";
import type { Counts } from "../../domain/counts.ts";
import { type LineState, lineStateCodes } from "../../domain/line-state.ts";
import { type Group, type Known, standardGroup } from "../binding.ts";
import { lineStatusOf, type StationSnapshot, stationActivity, timeOf } from "../snapshot.ts";
import { Structures } from "../structures.ts";
import { operationMode } from "./machinery.ts";
import { packMlMachine, packMlStatesAt } from "./packml-state.ts";
import { nodeId, scalar, stateMachineGroup } from "./state-machine.ts";
import { lineSpeed, staleQuality, targetSpeed } from "./status.ts";

const machineTypes = [
  "packML:PackMLBaseStateMachineType",
  "packML:PackMLMachineStateMachineType",
  "packML:PackMLExecuteStateMachineType",
] as const;
const depths = [0, 1, 2] as const;

/** ProductionMaintenanceModeEnum (OPC 30050 §7): 0 invalid, 1 produce, 2 maintenance, 3 manual. */
const modes = { None: 0, Processing: 1, Maintenance: 2, Setup: 3 } as const;
const modeEnumeration = { ns: "packML", id: 11 } as const;
const countType = { ns: "packML", id: 14 } as const;
const alarmType = { ns: "packML", id: 15 } as const;

/** UNECE C62, "one": a count of things. */
const pieces = {
  namespaceUri: "http://www.opcfoundation.org/UA/units/un/cefact",
  unitId: 0x433632,
  displayName: { locale: "en", text: "1" },
  description: { locale: "en", text: "one" },
};
/** PackML counts in Int32, ours are UInt32: at the end of the scale they stand still. */
const int32 = (count: number): number => Math.min(count, 0x7fffffff);

/** Counters by what is counted: in the lot, and since the start of the ledger. */
const counters =
  (rows: readonly (readonly [name: string, count: (counts: Counts) => number])[]) =>
  ({ state: { lastTime, lot, total } }: StationSnapshot): Known<Structures> =>
    lastTime === 0
      ? undefined
      : new Structures(
          countType,
          rows.map(([name, count], n) => ({
            ID: n + 1,
            name,
            unit: pieces,
            count: int32(count(lot?.counts ?? total)),
            accCount: int32(count(total)),
          })),
        );

/** Why the line does not run; all empty while it does. */
function stopReason(s: StationSnapshot): Structures {
  const { state, reason } = lineStatusOf(s);
  const isRunning = state === "running" || state === "unknown";
  const since = s.state.statusSince;
  return new Structures(alarmType, {
    ID: isRunning ? 0 : lineStateCodes[state],
    value: 0,
    message: isRunning ? "" : reason || state,
    category: 0,
    dateTime: isRunning || since === 0 ? null : new Date(since),
    ackDateTime: null,
    trigger: !isRunning,
  });
}

const isIn =
  (state: LineState) =>
  (s: StationSnapshot): Known<ReturnType<typeof scalar>> =>
    scalar(DataType.Boolean, lineStatusOf(s).state === state);
const speed =
  (value: (s: StationSnapshot) => Known<number>) =>
  (s: StationSnapshot): Known<ReturnType<typeof scalar>> => {
    const known = value(s);
    return typeof known === "number" ? scalar(DataType.Float, known) : known;
  };

/** OPC 30050: the station as a PackML machine. */
export const packMlGroups = (): readonly Group[] => [
  ...depths.map((depth) =>
    stateMachineGroup(
      ["PackML", ...packMlMachines.slice(0, depth + 1)].join("/"),
      machineTypes[depth],
      packMlMachine(depth),
      { states: packMlStatesAt(depth), withTransition: false },
    ),
  ),
  standardGroup(
    "PackML/Status",
    {
      UnitModeCurrent: (s) => scalar(DataType.Int32, modes[operationMode(stationActivity(s))]),
      UnitSupportedModes: () => nodeId(modeEnumeration),
      CurMachSpeed: speed(lineSpeed),
      MachSpeed: speed(targetSpeed),
      EquipmentBlocked: isIn("blocked"),
      EquipmentStarved: isIn("starved"),
    },
    { on: { state: "changed", context: "changed", vitals: "changed" }, at: timeOf, quality: staleQuality },
  ),
  standardGroup(
    "PackML/Admin",
    {
      ProdProcessedCount: counters([["Units", (c) => c.units]]),
      ProdDefectiveCount: counters([
        ["Fail", (c) => c.fail],
        ["Invalid", (c) => c.invalid],
        ["NotInspected", (c) => c.notInspected],
      ]),
      StopReason: stopReason,
    },
    { on: { page: "changed", lot: "changed", vitals: "changed" }, at: timeOf, quality: staleQuality },
  ),
];
