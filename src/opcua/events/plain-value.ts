import { enumerations } from "../../../nodeset/enumerations.ts";
import type { DataTypeName } from "../../../nodeset/model.ts";
import type { NamespaceKey } from "../../../nodeset/namespaces.ts";

/** Built-in types whose values are JavaScript numbers here. */
export type NumberType = "SByte" | "Byte" | "Int16" | "UInt16" | "Int32" | "UInt32" | "Float" | "Double" | "StatusCode";

/**
 * A value as plain data (OPC 10000-6 §5.1.2), without the OPC UA stack: it can be cloned to another thread and compared
 * there. No value at all (null) is `undefined`. DateTime is UTC ms; NodeId and Guid are texts as the stack writes them
 * (`ns=2;i=1000`, lower case); a structure's value holds its fields by camel-case name, with dates as `Date`.
 */
export type PlainValue =
  | { readonly dataType: "Boolean"; readonly value: boolean }
  | { readonly dataType: NumberType; readonly value: number }
  | { readonly dataType: "Int64" | "UInt64"; readonly value: bigint }
  | { readonly dataType: "DateTime"; readonly value: number }
  | { readonly dataType: "String" | "Guid" | "NodeId"; readonly value: string }
  | { readonly dataType: "ByteString"; readonly value: Uint8Array }
  | { readonly dataType: "LocalizedText"; readonly value: { readonly text: string; readonly locale: string } }
  | {
      readonly dataType: "QualifiedName";
      readonly value: { readonly namespaceIndex: number; readonly name: string };
    }
  | {
      readonly dataType: "Structure";
      readonly type: readonly [NamespaceKey, string];
      readonly value: Readonly<Record<string, unknown>>;
    }
  /** Values of one type; only Like, IsNull and an index range have a meaning for it. */
  | {
      readonly dataType: "Array";
      readonly of: "String" | "LocalizedText" | NumberType;
      readonly value: readonly unknown[];
    };

/** What every historian takes (UTF-16 code units). */
export const maximumText = 254;

/** What does not fit the wire's integer would throw while a response is encoded, in a client's face. */
const whole = (value: number, low: number, high: number): number =>
  Math.trunc(Math.min(Math.max(value, low), high)) || 0;

/** A value of the model in its wire type: enumerations travel as Int32, text is cut to what every historian takes. */
export function plainValue(name: DataTypeName, value: boolean | number | string): PlainValue {
  if (typeof value === "boolean") return { dataType: "Boolean", value };
  if (typeof value === "string") return { dataType: "String", value: value.slice(0, maximumText).toWellFormed() };
  if (name === "DateTime" || name === "Double") return { dataType: name, value };
  if (name === "UInt32") return { dataType: name, value: whole(value, 0, 0xffffffff) };
  if (name === "Int32" || name in enumerations)
    return { dataType: "Int32", value: whole(value, -0x80000000, 0x7fffffff) };
  throw new TypeError(`a number is no value of ${name}`);
}

export const localizedText = (text: string): PlainValue => ({
  dataType: "LocalizedText",
  value: { text: text.toWellFormed(), locale: "en" },
});
