import { dispositionCodes } from "../src/domain/cluster.ts";
import { runTypes } from "../src/domain/context.ts";
import { jobStateNumbers } from "../src/domain/job.ts";
import { lineStateCodes } from "../src/domain/line-state.ts";
import { unitKindCodes } from "../src/domain/unit-record.ts";
import { verdictCodes } from "../src/domain/verdict.ts";

/** One enumeration: names by value, from 0 without gaps, so that clients which only know EnumStrings can show it. */
export interface EnumerationModel {
  readonly description: string;
  readonly names: readonly string[];
}

/** Wire names follow the domain's codes; a code that moved there fails the contract test here. */
const namesOf = (codes: Readonly<Record<string, number>>, zero?: string): string[] => {
  const names: string[] = zero === undefined ? [] : [zero];
  for (const [name, code] of Object.entries(codes)) names[code] = name[0]!.toUpperCase() + name.slice(1);
  return names;
};
const byIndex = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name, index) => [name, index]));

/** States of a camera in the order of their codes. */
export const cameraStates = ["starting", "ok", "faulty", "gone"] as const;
/** States of the link to the PLC in the order of their codes. */
export const plcLinkStates = ["notConfigured", "connecting", "connected", "lost"] as const;

export const enumerations = {
  LineStatus: { description: "What the inspection line does.", names: namesOf(lineStateCodes) },
  Verdict: { description: "Outcome for one unit. Only Pass is a pass.", names: namesOf(verdictCodes) },
  UnitKind: {
    description: "What a trigger saw. Only Production units count; every other kind has a counter of its own.",
    names: namesOf(unitKindCodes, "Undefined"),
  },
  RunType: { description: "What kind of run the line makes.", names: namesOf(byIndex(runTypes)) },
  CameraStatus: { description: "How a camera is doing.", names: namesOf(byIndex(cameraStates)) },
  Disposition: {
    description: "What is to become of the units of a cluster. Hold keeps them aside and is no final word.",
    names: namesOf(dispositionCodes, "None"),
  },
  JobState: {
    description: "What a job order does; numbered as in OPC 10031-4. Removed orders are not on the list any more.",
    names: namesOf(jobStateNumbers, "Removed"),
  },
  PlcLinkStatus: { description: "How the link to the PLC is doing.", names: namesOf(byIndex(plcLinkStates)) },
} as const satisfies Readonly<Record<string, EnumerationModel>>;
