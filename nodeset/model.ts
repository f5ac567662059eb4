import type { enumerations } from "./enumerations.ts";

/** Only types that every historian takes; enumerations are our own and zero-based. Strings are at most 254 characters. */
export type ScalarName = "Boolean" | "Int32" | "UInt32" | "Double" | "String" | "DateTime";
export type EnumerationName = keyof typeof enumerations;
export type DataTypeName = ScalarName | EnumerationName;

/** UNECE Rec. 20 units (OPC 10000-8 §5.6.3): `unitId` is the common code's characters as a number. */
export const units = {
  percent: { code: "P1", symbol: "%", name: "percent" },
  perMinute: { code: "C94", symbol: "1/min", name: "reciprocal minute" },
  milliseconds: { code: "C26", symbol: "ms", name: "millisecond" },
  seconds: { code: "SEC", symbol: "s", name: "second" },
  hertz: { code: "HTZ", symbol: "Hz", name: "hertz" },
  millimetres: { code: "MMT", symbol: "mm", name: "millimetre" },
} as const;
export type UnitName = keyof typeof units;

/** One variable, or one field of an event. */
export interface VariableModel {
  readonly dataType: DataTypeName;
  readonly description: string;
  readonly unit?: UnitName;
  /** EURange; only for rates and other quantities with a natural scale, never for counters. */
  readonly range?: readonly [low: number, high: number];
  /** Clients may write it. */
  readonly writable?: true;
  /** Worth a history: the ledger holds every value. */
  readonly historized?: true;
}
export type VariableTable = Readonly<Record<string, VariableModel>>;

export interface ArgumentModel {
  /** NodeId only where a method leads to a node. */
  readonly dataType: ScalarName | "NodeId";
  readonly description: string;
  /** One-dimensional array of any length; scalar when absent. */
  readonly isArray?: true;
}
export interface MethodModel {
  readonly description: string;
  readonly inputs: Readonly<Record<string, ArgumentModel>>;
  readonly outputs: Readonly<Record<string, ArgumentModel>>;
}

/** A component of an object type: one object of another type, or one per configured name (`<CameraId>`). */
export interface ComponentModel {
  readonly type: string;
  readonly description: string;
  /** One instance per name of this kind that the station's setup has. */
  readonly each?: "camera" | "defectClass" | "consumer";
  /** The ledger holds every value of its variables, also where their type leaves that open. */
  readonly historized?: true;
}

export interface ObjectTypeModel {
  readonly description: string;
  /** Our own supertype; BaseObjectType when absent. Its variables are inherited. */
  readonly base?: string;
  readonly variables?: VariableTable;
  readonly components?: Readonly<Record<string, ComponentModel>>;
  readonly methods?: Readonly<Record<string, MethodModel>>;
}

export interface EventTypeModel {
  readonly description: string;
  readonly base: "BaseEventType" | "ResultReadyEventType" | "OffNormalAlarmType" | "SystemOffNormalAlarmType";
  readonly fields: VariableTable;
}

/** What a value of a data type is in this program: instants are UTC ms, enumerations their code. */
export type ValueOf<D extends DataTypeName> = D extends "Boolean" ? boolean : D extends "String" ? string : number;
/** The value of one row of a table. */
export type RowValue<R> = R extends { readonly dataType: infer D extends DataTypeName } ? ValueOf<D> : never;
