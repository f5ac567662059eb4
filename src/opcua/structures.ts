import {
  type AddressSpace,
  DataType,
  type ExtensionObject,
  resolveNodeId,
  type UADataType,
  Variant,
  VariantArrayType,
} from "node-opcua";
import type { Id } from "../../nodeset/node-row.ts";
import { AppError } from "../platform/errors.ts";
import { nodeIdText } from "./node-id.ts";

/** A structured data type of a standard is not loaded, or has other fields: a defect of the program. */
export class StructureError extends AppError {
  readonly code = "OPCUA_STRUCTURE";
}

type Fields = Readonly<Record<string, unknown>>;
/** A value of a structured data type of a standard, or an array of such; fields are named as node-opcua names them. */
export class Structures {
  readonly dataType: Id;
  readonly fields: Fields | readonly Fields[];
  constructor(dataType: Id, fields: Fields | readonly Fields[]) {
    this.dataType = dataType;
    this.fields = fields;
  }
}

/**
 * A structure with nested ones: fields that hold `Structures` become structures of their own type.
 *
 * @throws StructureError for a type that no loaded document has, and for a field that the type does not have: node-opcua
 * would leave it out without a word.
 */
function make(addressSpace: AddressSpace, id: Id, fields: Fields): ExtensionObject {
  const nodeId = nodeIdText(id);
  const type = addressSpace.findNode(resolveNodeId(nodeId)) as UADataType | null;
  if (!type) throw new StructureError(`${nodeId}: no such data type is loaded`);
  const whole = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Structures ? nested(addressSpace, value) : value,
    ]),
  );
  const made = addressSpace.constructExtensionObject(type, whole);
  const unknown = Object.keys(whole).filter((name) => !(name in made));
  if (unknown.length > 0) throw new StructureError(`${nodeId} has no field ${unknown.join(", ")}`);
  return made;
}
const nested = (addressSpace: AddressSpace, { dataType, fields }: Structures): ExtensionObject | ExtensionObject[] =>
  isList(fields) ? fields.map((one) => make(addressSpace, dataType, one)) : make(addressSpace, dataType, fields);
const isList = (fields: Structures["fields"]): fields is readonly Fields[] => Array.isArray(fields);

/** The value as it goes to the wire. @throws StructureError when program and loaded documents do not fit. */
export const structureVariant = (addressSpace: AddressSpace, value: Structures): Variant =>
  new Variant({
    dataType: DataType.ExtensionObject,
    ...(isList(value.fields) && { arrayType: VariantArrayType.Array }),
    value: nested(addressSpace, value),
  });
