import type { Id } from "./node-row.ts";

/** Names of the data types of namespace 0 that the model uses (OPC 10000-5 §12, OPC 10000-6 §5.1.2), by number. */
const standardNames: Readonly<Record<number, string>> = {
  1: "Boolean",
  2: "SByte",
  3: "Byte",
  4: "Int16",
  5: "UInt16",
  6: "Int32",
  7: "UInt32",
  8: "Int64",
  9: "UInt64",
  10: "Float",
  11: "Double",
  12: "String",
  13: "DateTime",
  14: "Guid",
  15: "ByteString",
  17: "NodeId",
  18: "ExpandedNodeId",
  19: "StatusCode",
  20: "QualifiedName",
  21: "LocalizedText",
  22: "Structure",
  24: "BaseDataType",
  26: "Number",
  28: "UInteger",
  29: "Enumeration",
  256: "IdType",
  290: "Duration",
  291: "NumericRange",
  294: "UtcTime",
  296: "Argument",
  725: "EventFilter",
  884: "Range",
  887: "EUInformation",
  7594: "EnumValueType",
};

/** A data type as a person reads it: its name, or its namespace and number where nothing here has given it one. */
export const dataTypeName = ({ ns, id }: Id): string =>
  ns === "ua" ? (standardNames[id as number] ?? `i=${id}`) : typeof id === "string" ? id : `${ns} i=${id}`;
