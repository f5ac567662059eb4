import { enumerations } from "./enumerations.ts";
import { exampleStation } from "./example-station.ts";
import { namespaceIndexes } from "./namespaces.ts";
import { type Id, type NodeRow, standard } from "./node-row.ts";
import { siteNodes } from "./site-nodes.ts";
import type { StationShape } from "./station-shape.ts";
import { typeNodes } from "./type-nodes.ts";

/**
 * What clients store for years: the index of each namespace; of each node its class, data type and access; its browse
 * name and type; the arguments of methods in their order; the names of enumeration values.
 */
export type Contract = Readonly<Record<string, string>>;

const qualified = ({ ns, id }: Id): string => `${ns}:${id}`;
const about = ({ nodeClass, dataType, accessLevel, arrayLength }: NodeRow): string =>
  nodeClass !== "Variable"
    ? nodeClass
    : `Variable ${qualified(dataType!)}${arrayLength === undefined ? "" : "[]"} access=${accessLevel! & 3}`;

/** Facts beside the first one, each under a key of its own: a fact that joins later changes none that is published. */
const facts: Readonly<Record<string, (row: NodeRow) => string | undefined>> = {
  // HistoryRead came to nodes that were already published; once it is there, it stays.
  history: ({ historizing }) => (historizing ? "read" : undefined),
  name: ({ browseName: { ns, name } }) => `${namespaceIndexes[ns]}:${name}`,
  type: ({ references }) => referred(references.find((r) => r.forward && same(r.type, standard.hasTypeDefinition))),
  base: ({ references }) => referred(references.find((r) => !r.forward && same(r.type, standard.hasSubtype))),
  arguments: ({ value }) =>
    value?.kind === "arguments"
      ? value.arguments.map((a) => `${a.name} ${qualified(a.dataType)}${a.isArray ? "[]" : ""}`).join(", ")
      : undefined,
};
const same = (a: Id, b: Id): boolean => a.ns === b.ns && a.id === b.id;
const referred = (reference: { readonly target: Id } | undefined): string | undefined =>
  reference && qualified(reference.target);

const ofRow = (row: NodeRow): [string, string][] => {
  const id = `${namespaceIndexes[row.id.ns]}:${row.id.id}`;
  const more = Object.entries(facts).flatMap(([fact, of]): [string, string][] => {
    const value = of(row);
    return value === undefined ? [] : [[`${id} ${fact}`, value]];
  });
  return [[id, about(row)], ...more];
};

/**
 * The contract of this model, by default with every facet switched on. Type nodes are named by their symbol;
 * `NodeIds.csv` pins their numbers.
 */
export const contractOf = (stations: readonly StationShape[] = [exampleStation]): Contract =>
  Object.fromEntries([
    ...Object.entries(namespaceIndexes).map(([key, index]) => [`namespace ${key}`, String(index)]),
    ...Object.entries(enumerations).flatMap(([name, { names }]) =>
      names.map((value, code) => [`value ${name} ${code}`, value]),
    ),
    ...[...typeNodes(), ...siteNodes("demo", stations, "")].flatMap(ofRow),
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
