import type { NamespaceKey } from "./namespaces.ts";

/**
 * Where a node lives. In namespace `tallyline` a string is the symbol of a type node, whose number stands in
 * `NodeIds.csv`; everywhere else it is the identifier itself.
 */
export interface Id {
  readonly ns: NamespaceKey;
  readonly id: number | string;
}
export const ua = (id: number): Id => ({ ns: "ua", id });
export const type = (symbol: string): Id => ({ ns: "tallyline", id: symbol });

/** NodeIds of namespace 0 and of the standards that the model leans on (OPC 10000-5, OPC 40001-1, OPC 40001-101). */
export const standard = {
  organizes: ua(35),
  hasModellingRule: ua(37),
  hasTypeDefinition: ua(40),
  generatesEvent: ua(41),
  hasSubtype: ua(45),
  hasProperty: ua(46),
  hasComponent: ua(47),
  hasNotifier: ua(48),
  hasHistoricalConfiguration: ua(56),
  hasAddIn: ua(17604),
  hasSubStateMachine: ua(117),
  mandatory: ua(78),
  optionalPlaceholder: ua(11508),
  baseObjectType: ua(58),
  folderType: ua(61),
  baseDataVariableType: ua(63),
  propertyType: ua(68),
  analogUnitType: ua(17497),
  analogUnitRangeType: ua(17570),
  baseEventType: ua(2041),
  hasCondition: ua(9006),
  offNormalAlarmType: ua(10637),
  systemOffNormalAlarmType: ua(11753),
  enumeration: ua(29),
  argument: ua(296),
  range: ua(884),
  euInformation: ua(887),
  localizedText: ua(21),
  byte: ua(3),
  uint16: ua(5),
  boolean: ua(1),
  int32: ua(6),
  uint32: ua(7),
  double: ua(11),
  string: ua(12),
  dateTime: ua(13),
  nodeId: ua(17),
  eventFilter: ua(725),
  server: ua(2253),
  namespaces: ua(11715),
  idType: ua(256),
  numericRange: ua(291),
  machines: { ns: "machinery", id: 1001 },
  packMlObjects: { ns: "packML", id: 72 },
  machineComponentsType: { ns: "machinery", id: 1006 },
  machineryComponentIdentificationType: { ns: "machinery", id: 1005 },
  machineIdentificationType: { ns: "machinery", id: 1012 },
  resultReadyEventType: { ns: "machineryResult", id: 1002 },
} as const satisfies Readonly<Record<string, Id>>;

export interface Reference {
  readonly type: Id;
  readonly target: Id;
  /** False when the reference starts at `target`. */
  readonly forward: boolean;
}
export const from = (type: Id, target: Id): Reference => ({ type, target, forward: false });
export const to = (type: Id, target: Id): Reference => ({ type, target, forward: true });

/** A value that never changes while the server runs. */
export type StaticValue =
  | { readonly kind: "string" | "localizedText"; readonly text: string }
  | { readonly kind: "byte" | "uint16" | "uint32"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** ISO 8601, UTC. */
  | { readonly kind: "dateTime"; readonly text: string }
  | { readonly kind: "int32s"; readonly values: readonly number[] }
  | { readonly kind: "strings" | "localizedTexts"; readonly texts: readonly string[] }
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  | { readonly kind: "unit"; readonly code: string; readonly symbol: string; readonly name: string }
  | {
      readonly kind: "arguments";
      readonly arguments: readonly {
        readonly name: string;
        readonly dataType: Id;
        readonly description: string;
        /** One-dimensional array of any length; scalar when absent. */
        readonly isArray?: true;
      }[];
    };

/** One node of an information model, as plain data: what a NodeSet2 document says about it. */
export interface NodeRow {
  readonly nodeClass: "Object" | "Variable" | "Method" | "ObjectType" | "DataType";
  readonly id: Id;
  readonly browseName: { readonly ns: NamespaceKey; readonly name: string };
  readonly description: string;
  readonly references: readonly Reference[];
  readonly parent?: Id;
  /** Variables only. */
  readonly dataType?: Id;
  /** AccessLevel bits (OPC 10000-3 §8.57): 1 CurrentRead, 2 CurrentWrite, 4 HistoryRead. Variables only, and there always. */
  readonly accessLevel?: number;
  /** Length of a one-dimensional array; scalar when absent. */
  readonly arrayLength?: number;
  /** ValueRank where neither a scalar nor an array of fixed length (OPC 10000-3 §5.6.2): 1 = array of any length. */
  readonly valueRank?: number;
  readonly value?: StaticValue;
  /** Enumerations: names by value. */
  readonly names?: readonly string[];
  readonly isAbstract?: true;
  readonly eventNotifier?: true;
  /** Every value (variables) or every event (notifiers) is kept and can be read as history. */
  readonly historizing?: true;
  /** Method of the type that an instance's method stands for. */
  readonly declaration?: Id;
}
