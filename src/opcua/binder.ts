import { type AddressSpace, DataType, StatusCode, StatusCodes, type UAVariable, Variant } from "node-opcua";
import type { DataTypeName } from "../../nodeset/model.ts";
import { AppError } from "../platform/errors.ts";
import type { Cause, Group, Known, Shown } from "./binding.ts";
import { plainValue } from "./events/plain-value.ts";
import { instanceNodeId } from "./node-id.ts";
import type { StationSnapshot } from "./snapshot.ts";
import { Structures, structureVariant } from "./structures.ts";

/** The binding tables and the information model do not fit each other: a defect of the program. */
export class BindingError extends AppError {
  readonly code = "OPCUA_BINDING";
  constructor(problems: readonly string[]) {
    super(`the binding tables do not fit the information model; run npm run nodeset:\n${problems.join("\n")}`);
  }
}

/** Built-in type on the wire: enumerations travel as Int32. */
export const wireType = (name: DataTypeName): DataType => DataType[name as keyof typeof DataType] ?? DataType.Int32;

/** A value of the model as node-opcua wants it. */
export function toVariant(name: DataTypeName, value: boolean | number | string): Variant {
  const { dataType, value: plain } = plainValue(name, value);
  return new Variant({
    dataType: wireType(name),
    value: dataType === "DateTime" ? new Date(plain as number) : plain,
  });
}

const variantOf = (addressSpace: AddressSpace, name: DataTypeName | "Variant", value: Shown): Variant =>
  value instanceof Variant
    ? value
    : value instanceof Structures
      ? structureVariant(addressSpace, value)
      : toVariant(name as DataTypeName, value);

interface Bound {
  readonly group: Group;
  readonly rows: readonly {
    readonly name: string;
    readonly node: UAVariable;
    readonly dataType: DataTypeName | "Variant";
  }[];
  readonly last: Map<string, string>;
  lastAt: number;
}

/** A status code stands for "no value, and this is why". */
const render = (known: Known<Shown>): { value?: Shown; status: StatusCode } =>
  known === undefined
    ? { status: StatusCodes.BadWaitingForInitialData }
    : known instanceof StatusCode
      ? { status: known }
      : { value: known, status: StatusCodes.Good };

/** Tells two values apart; a standard's variants may hold structures. */
const newsOf = (value: Shown | undefined): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/**
 * Connects groups to the nodes of a station and returns the function that publishes snapshots.
 *
 * @throws BindingError naming every row whose node is missing or of another type, so that a server never starts half bound.
 */
export function bind(
  addressSpace: AddressSpace,
  station: string,
  groups: readonly Group[],
): (snapshot: StationSnapshot, cause: Cause) => void {
  const problems: string[] = [];
  const bound = groups.map((group): Bound => {
    const rows = Object.entries(group.variables).map(([name, { dataType }]) => {
      const nodeId = instanceNodeId(station, group.path, name);
      const node = addressSpace.findNode(nodeId) as UAVariable | null;
      if (!node) problems.push(`${nodeId}: not in the address space`);
      else if (dataType !== "Variant" && node.dataTypeObj.basicDataType !== wireType(dataType))
        problems.push(`${nodeId}: is ${DataType[node.dataTypeObj.basicDataType]}, the table says ${dataType}`);
      return { name, node: node as UAVariable, dataType };
    });
    return { group, rows, last: new Map(), lastAt: 0 };
  });
  if (problems.length > 0) throw new BindingError(problems);

  return (snapshot, cause) => {
    for (const b of bound) {
      const mode = cause === "start" ? "always" : b.group.on[cause];
      if (!mode) continue;
      b.lastAt = Math.max(b.lastAt, b.group.at(snapshot, cause));
      // Before anything has happened there is no station time to stand behind "unknown".
      const at = b.lastAt > 0 ? new Date(b.lastAt) : new Date();
      const quality = b.group.quality?.(snapshot);
      for (const { name, node, dataType } of b.rows) {
        const { value, status: known } = render(b.group.values[name]!(snapshot));
        const status = value === undefined ? known : (quality ?? known);
        const news = `${status.value} ${newsOf(value)}`;
        if (mode === "changed" && b.last.get(name) === news) continue;
        b.last.set(name, news);
        node.setValueFromSource(
          value === undefined ? new Variant({ dataType: DataType.Null }) : variantOf(addressSpace, dataType, value),
          status,
          at,
        );
      }
    }
  };
}
