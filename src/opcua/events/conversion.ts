import type { NumberType, PlainValue } from "./plain-value.ts";

/** Ranges of the integers; a StatusCode is one of 32 bits. */
export const integers = {
  SByte: { bits: 8, signed: true },
  Byte: { bits: 8, signed: false },
  Int16: { bits: 16, signed: true },
  UInt16: { bits: 16, signed: false },
  Int32: { bits: 32, signed: true },
  UInt32: { bits: 32, signed: false },
  StatusCode: { bits: 32, signed: false },
  Int64: { bits: 64, signed: true },
  UInt64: { bits: 64, signed: false },
} as const;
type IntegerType = keyof typeof integers;
export const isInteger = (plain: PlainValue): plain is PlainValue & { readonly dataType: IntegerType } =>
  plain.dataType in integers;

const isNumber = (plain: PlainValue): boolean =>
  plain.dataType in integers || plain.dataType === "Double" || plain.dataType === "Float";

/** Text as every kind of text has it (implicit conversions of Table 125, OPC 10000-4 §7.7.3). */
export const textOf = (plain: PlainValue): string | undefined =>
  plain.dataType === "String"
    ? plain.value
    : plain.dataType === "LocalizedText"
      ? plain.value.text
      : plain.dataType === "QualifiedName"
        ? plain.value.name
        : undefined;

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const numberOfText = (text: string): number | bigint | undefined =>
  /^[+-]?\d{16,19}$/.test(text) ? BigInt(text) : decimal.test(text) ? Number(text) : undefined;
const truths: Readonly<Record<string, boolean>> = { true: true, false: false, "1": true, "0": false };
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Something that JavaScript's `<` and `===` compare as OPC UA does: numbers and big integers mix. */
type Comparable = number | bigint | string;
type Family = "number" | "boolean" | "guid" | "text" | "time" | "bytes" | "nodeId";

/** In the order of the data precedence of Table 126: the first family that one operand is of is the common one. */
const precedence: readonly Family[] = ["number", "boolean", "guid", "text", "time", "bytes", "nodeId"];

function familyOf(plain: PlainValue): Family | undefined {
  if (isNumber(plain)) return "number";
  switch (plain.dataType) {
    case "Boolean":
      return "boolean";
    case "Guid":
      return "guid";
    case "DateTime":
      return "time";
    case "ByteString":
      return "bytes";
    case "NodeId":
      return "nodeId";
    default:
      return textOf(plain) === undefined ? undefined : "text";
  }
}

/** The value in a family, by implicit conversion; `undefined` when there is none or it fails. */
function inFamily(plain: PlainValue, family: Family): Comparable | undefined {
  const text = textOf(plain);
  switch (family) {
    case "number":
      if (plain.dataType === "Boolean") return Number(plain.value);
      if (text !== undefined) return numberOfText(text);
      return isNumber(plain) ? (plain.value as number | bigint) : undefined;
    case "boolean": {
      const truth = logical(plain);
      return truth === undefined ? undefined : Number(truth);
    }
    case "guid":
      if (plain.dataType === "Guid") return plain.value;
      return text !== undefined && guid.test(text) ? text.toLowerCase() : undefined;
    case "text":
      return text;
    case "time":
      return plain.dataType === "DateTime" ? plain.value : undefined;
    case "bytes":
      return plain.dataType === "ByteString" ? Buffer.from(plain.value).toString("hex") : undefined;
    case "nodeId":
      return plain.dataType === "NodeId" ? plain.value : undefined;
  }
}

/** Families whose values have an order (OPC 10000-4 §7.7.3, GreaterThan). */
const ordered: ReadonlySet<Family> = new Set(["number", "boolean", "text", "time"]);

/**
 * -1, 0 or 1 as `a` is less than, equal to or greater than `b`, after the implicit conversion to a common type; `undefined`
 * when there is none. Numbers compare by their value, whatever their types: where the conversion of Table 125 succeeds
 * this says the same, and where it would overflow (a UInt32 sequence against an Int32 literal) it says what is true.
 */
export function compare(
  a: PlainValue,
  b: PlainValue,
): { readonly order: -1 | 0 | 1; readonly ordered: boolean } | undefined {
  const families = [familyOf(a), familyOf(b)];
  const family = precedence.find((f) => families.includes(f));
  if (!family) return undefined;
  const x = inFamily(a, family);
  const y = inFamily(b, family);
  if (x === undefined || y === undefined || Number.isNaN(x) || Number.isNaN(y)) return undefined;
  // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1 is what is meant; strings only meet strings here
  return { order: x == y ? 0 : x < y ? -1 : 1, ordered: ordered.has(family) };
}

/** A value as one of three-valued logic; `undefined` when it does not resolve to a Boolean, which counts as NULL. */
export function logical(plain: PlainValue | undefined): boolean | undefined {
  if (!plain) return undefined;
  if (plain.dataType === "Boolean") return plain.value;
  const text = textOf(plain);
  return text === undefined ? undefined : truths[text.toLowerCase()];
}

/** An integer in a type, or nothing when it does not fit. */
export function integer(type: IntegerType, value: bigint): PlainValue | undefined {
  const { bits, signed } = integers[type];
  const fits = (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) === value;
  if (!fits) return undefined;
  return type === "Int64" || type === "UInt64" ? { dataType: type, value } : { dataType: type, value: Number(value) };
}

/** Built-in types that Cast can make, by the number that is their NodeId (OPC 10000-6 §5.1.2). */
export const castTargets: Readonly<
  Record<string, NumberType | "Int64" | "UInt64" | "Boolean" | "String" | "DateTime" | "Guid">
> = {
  "ns=0;i=1": "Boolean",
  "ns=0;i=2": "SByte",
  "ns=0;i=3": "Byte",
  "ns=0;i=4": "Int16",
  "ns=0;i=5": "UInt16",
  "ns=0;i=6": "Int32",
  "ns=0;i=7": "UInt32",
  "ns=0;i=8": "Int64",
  "ns=0;i=9": "UInt64",
  "ns=0;i=10": "Float",
  "ns=0;i=11": "Double",
  "ns=0;i=12": "String",
  "ns=0;i=13": "DateTime",
  "ns=0;i=14": "Guid",
  "ns=0;i=19": "StatusCode",
};

/** Explicit conversion to the built-in type with that NodeId; `undefined`, NULL, when it fails (OPC 10000-4 §7.7.3, Cast). */
export function cast(plain: PlainValue, type: string): PlainValue | undefined {
  const target = castTargets[type];
  if (!target || plain.dataType === "Structure" || plain.dataType === "Array") return undefined;
  if (plain.dataType === target) return plain;
  switch (target) {
    case "Boolean": {
      const truth = isNumber(plain) ? Number(plain.value) !== 0 : logical(plain);
      return truth === undefined ? undefined : { dataType: "Boolean", value: truth };
    }
    case "String": {
      if (plain.dataType === "DateTime") return { dataType: "String", value: new Date(plain.value).toISOString() };
      if (plain.dataType === "ByteString") return undefined;
      return { dataType: "String", value: textOf(plain) ?? String(plain.value) };
    }
    case "DateTime": {
      const time = Date.parse(textOf(plain) ?? "");
      return Number.isNaN(time) ? undefined : { dataType: "DateTime", value: time };
    }
    case "Guid": {
      const value = inFamily(plain, "guid");
      return value === undefined ? undefined : { dataType: "Guid", value: value as string };
    }
    case "Double":
    case "Float": {
      const value = inFamily(plain, "number");
      if (value === undefined) return undefined;
      return { dataType: target, value: target === "Float" ? Math.fround(Number(value)) : Number(value) };
    }
    default: {
      const value = inFamily(plain, "number");
      if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) return undefined;
      return integer(target, typeof value === "bigint" ? value : BigInt(Math.round(value as number)));
    }
  }
}
