import { namespaceIndexes } from "./namespaces.ts";
import type { NodeRow } from "./node-row.ts";
import { stationNodes } from "./station-nodes.ts";
import { typeNodes } from "./type-nodes.ts";

/** What clients store for years: NodeId → node class and data type, and the index of each namespace. */
export type Contract = Readonly<Record<string, string>>;

/** A station whose names stand for any: every kind of instance is in it. */
const example = {
  id: "LINE-01",
  cameras: ["CAM-01"],
  defectClasses: ["OTHER"],
  consumers: ["MES-1"],
  nameplate: { manufacturer: "", model: "", serialNumber: "", productInstanceUri: "" },
};
const about = ({ nodeClass, dataType, accessLevel, arrayLength }: NodeRow): string =>
  nodeClass !== "Variable"
    ? nodeClass
    : `Variable ${dataType!.ns}:${dataType!.id}${arrayLength === undefined ? "" : "[]"} access=${accessLevel}`;

/** The contract of this model. Type nodes are named by their symbol; `NodeIds.csv` pins their numbers. */
export const contractOf = (): Contract =>
  Object.fromEntries([
    ...Object.entries(namespaceIndexes).map(([key, index]) => [`namespace ${key}`, String(index)]),
    ...[...typeNodes(), ...stationNodes(example, "")].map((row) => [
      `${namespaceIndexes[row.id.ns]}:${row.id.id}`,
      about(row),
    ]),
  ]);

/**
 * The published contract with what is new in the model.
 *
 * @throws Error naming every published node that moved, changed or is gone.
 */
export function extendContract(published: Contract, now: Contract): Contract {
  const broken = Object.entries(published)
    .filter(([id, was]) => now[id] !== was)
    .map(([id, was]) => `${id}: was ${was}, is ${now[id] ?? "gone"}`);
  if (broken.length > 0) throw new Error(`clients hold these nodes; put them back:\n${broken.join("\n")}`);
  return { ...published, ...now };
}
