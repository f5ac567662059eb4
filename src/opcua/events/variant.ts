import {
  type AddressSpace,
  DataType,
  LocalizedText,
  NodeId,
  QualifiedName,
  resolveNodeId,
  Variant,
  VariantArrayType,
} from "node-opcua";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import type { PlainValue } from "./plain-value.ts";
import { EventTypeError } from "./read-event-types.ts";

/** A plain value as the stack wants it; `undefined` is a Variant without a value. */
export function variantOf(plain: PlainValue | undefined, addressSpace: AddressSpace): Variant {
  if (!plain) return new Variant();
  switch (plain.dataType) {
    case "DateTime":
      return new Variant({ dataType: DataType.DateTime, value: new Date(plain.value) });
    case "NodeId":
      return new Variant({ dataType: DataType.NodeId, value: resolveNodeId(plain.value) });
    case "ByteString":
      return new Variant({ dataType: DataType.ByteString, value: Buffer.from(plain.value) });
    case "LocalizedText":
      return new Variant({ dataType: DataType.LocalizedText, value: new LocalizedText(plain.value) });
    case "QualifiedName":
      return new Variant({ dataType: DataType.QualifiedName, value: new QualifiedName(plain.value) });
    case "Structure": {
      const [namespace, name] = plain.type;
      const type = addressSpace.findDataType(name, namespaceIndexes[namespace]);
      if (!type) throw new EventTypeError(`structure ${name} is not in the address space`);
      return new Variant({
        dataType: DataType.ExtensionObject,
        value: addressSpace.constructExtensionObject(type, plain.value as Record<string, unknown>),
      });
    }
    case "Array":
      return new Variant({ dataType: DataType[plain.of], arrayType: VariantArrayType.Array, value: [...plain.value] });
    default:
      return new Variant({ dataType: DataType[plain.dataType], value: plain.value });
  }
}

/** A value of the stack as plain data, for literals; `undefined` when null or of a kind that no filter compares. */
export function plainOf({ dataType, arrayType, value }: Variant): PlainValue | undefined {
  if (arrayType !== VariantArrayType.Scalar || value === null || value === undefined) return undefined;
  switch (dataType) {
    case DataType.Boolean:
      return { dataType: "Boolean", value: Boolean(value) };
    case DataType.SByte:
    case DataType.Byte:
    case DataType.Int16:
    case DataType.UInt16:
    case DataType.Int32:
    case DataType.UInt32:
    case DataType.Float:
    case DataType.Double:
      return { dataType: DataType[dataType] as "Double", value: Number(value) };
    case DataType.StatusCode:
      return { dataType: "StatusCode", value: (value as { value: number }).value };
    case DataType.Int64:
    case DataType.UInt64: {
      const [high, low] = value as readonly [number, number];
      const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
      return dataType === DataType.Int64
        ? { dataType: "Int64", value: BigInt.asIntN(64, bits) }
        : { dataType: "UInt64", value: bits };
    }
    case DataType.DateTime:
      return { dataType: "DateTime", value: (value as Date).getTime() };
    case DataType.String:
      return { dataType: "String", value: String(value) };
    case DataType.Guid:
      return { dataType: "Guid", value: String(value).toLowerCase() };
    case DataType.NodeId:
    case DataType.ExpandedNodeId: {
      const { identifierType, value: id, namespace } = value as NodeId;
      return { dataType: "NodeId", value: new NodeId(identifierType, id, namespace).toString() };
    }
    case DataType.ByteString:
      return { dataType: "ByteString", value: new Uint8Array(value as Buffer) };
    case DataType.LocalizedText: {
      const { text, locale } = value as LocalizedText;
      return { dataType: "LocalizedText", value: { text: text ?? "", locale: locale ?? "" } };
    }
    case DataType.QualifiedName: {
      const { namespaceIndex, name } = value as QualifiedName;
      return { dataType: "QualifiedName", value: { namespaceIndex, name: name ?? "" } };
    }
    default:
      return undefined;
  }
}
