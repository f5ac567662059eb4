import { companionRows, companionTypeId } from "./companions/instance.ts";
import { stateMachineMembers } from "./companions/state-machine.ts";
import { facet } from "./facet.ts";
import { units } from "./model.ts";
import { from, type StaticValue, standard } from "./node-row.ts";
import { objectRow } from "./nodes.ts";

/** State machines of OPC 30050 from the outermost to the innermost, by browse path below the instance. */
export const packMlMachines = ["BaseStateMachine", "MachineState", "ExecuteState"] as const;
const machinePaths = packMlMachines.map((_, n) => packMlMachines.slice(0, n + 1).join("/"));

/** Scale of speeds: far above any line, because EURange says what a gauge has to show. */
const speedRange: StaticValue = { kind: "range", low: 0, high: 2_000 };
const speedUnit: StaticValue = { kind: "unit", ...units.perMinute };

/** Members of Admin that the ledger can tell; the others are optional, and left out. */
const admin = ["ProdProcessedCount", "ProdDefectiveCount", "StopReason"] as const;

/** Methods by which a client would command the line: mandatory, and not executable here. */
export const packMlCommands = ["SetMachSpeed", "SetParameter", "SetProduct", "SetUnitMode"] as const;

/** OPC 30050: state, mode, speeds and counters of the station, for clients that know PackML. */
export const packMlPart = facet("packml", (place, path, { station }) => [
  objectRow(place, path, "PackML", {
    definition: companionTypeId("packML:PackMLBaseObjectType"),
    description: "The station as PackML sees it (OPC 30050).",
    references: [from(standard.organizes, standard.packMlObjects)],
  }),
  ...companionRows(place, [...path, "PackML"], "packML:PackMLBaseObjectType", {
    optional: [
      "TagID",
      ...admin.map((name) => `Admin/${name}`),
      ...machinePaths.flatMap((at) => stateMachineMembers(at, { withTransition: false })),
      "Status/CurMachSpeed/EngineeringUnits",
      "Status/MachSpeed/EngineeringUnits",
    ],
    refine: {
      TagID: { value: { kind: "string", text: station.id } },
      "Status/UnitModeCurrent": { dataType: { ns: "packML", id: 11 } },
      "Status/CurMachSpeed/EURange": { value: speedRange },
      "Status/CurMachSpeed/EngineeringUnits": { value: speedUnit },
      "Status/MachSpeed/EURange": { value: speedRange },
      "Status/MachSpeed/EngineeringUnits": { value: speedUnit },
    },
    descriptions: {
      "Admin/ProdProcessedCount": "Units inspected: Count in the lot, AccCount since the start of the ledger.",
      "Admin/ProdDefectiveCount": "Units that did not pass, by verdict: Fail, Invalid, NotInspected.",
      "Admin/StopReason": "Why the line does not run; ID is the code of LineStatus.",
      "Status/CurMachSpeed": "Units per minute at present.",
      "Status/MachSpeed": "Units per minute that the line is set to.",
    },
  }),
]);
