import { enumerations } from "./enumerations.ts";
import {
  type ArgumentModel,
  type DataTypeName,
  type MethodModel,
  type ObjectTypeModel,
  units,
  type VariableModel,
} from "./model.ts";
import type { NamespaceKey } from "./namespaces.ts";
import { from, type Id, type NodeRow, type Reference, standard, to, type } from "./node-row.ts";
import { objectTypes } from "./objects.ts";

const scalarTypes: Readonly<Record<string, Id>> = {
  Boolean: standard.boolean,
  Int32: standard.int32,
  UInt32: standard.uint32,
  Double: standard.double,
  String: standard.string,
  DateTime: standard.dateTime,
  NodeId: standard.nodeId,
};
/** NodeId of a data type of the model. */
export const dataTypeId = (name: DataTypeName | "NodeId"): Id =>
  name in enumerations ? type(name) : scalarTypes[name]!;

/** Where nodes are made: below a type (numbers, modelling rules) or below a station (strings). */
export interface Place {
  idOf(path: readonly string[]): Id;
  /** Instance declarations of types have a modelling rule, instances have none. */
  readonly rules: boolean;
}
export const typePlace: Place = { idOf: (path) => type(path.join("_")), rules: true };
export const sitePlace: Place = { idOf: (path) => ({ ns: "site", id: path.join("/") }), rules: false };

const rule = (place: Place, which: Id = standard.mandatory): Reference[] =>
  place.rules ? [{ type: standard.hasModellingRule, target: which, forward: true }] : [];
const typed = (definition: Id): Reference => ({ type: standard.hasTypeDefinition, target: definition, forward: true });

const readable = 1;
const writable = 2;
const historyReadable = 4;

/** The object below a station that tells how the history of its variables is kept (OPC 10000-11 §5.2.4). */
export const historyConfigurationName = "HA Configuration";

/** A property of `parent` with a value that never changes. */
export function propertyRow(
  place: Place,
  parent: readonly string[],
  name: string,
  row: Pick<NodeRow, "description" | "value"> & Partial<NodeRow> & { readonly dataType: Id },
  ns: NamespaceKey = "ua",
): NodeRow {
  const id = place.idOf([...parent, name]);
  const parentId = place.idOf(parent);
  return {
    nodeClass: "Variable",
    id,
    browseName: { ns, name },
    parent: parentId,
    references: [from(standard.hasProperty, parentId), typed(standard.propertyType), ...rule(place)],
    accessLevel: readable,
    ...row,
  };
}

/** A variable with its unit and range. */
export function variableRows(place: Place, parent: readonly string[], name: string, model: VariableModel): NodeRow[] {
  const path = [...parent, name];
  const parentId = place.idOf(parent);
  // Types declare what is; only an instance has a history.
  const isHistorized = !place.rules && model.historized;
  const definition = !model.unit
    ? standard.baseDataVariableType
    : model.range
      ? standard.analogUnitRangeType
      : standard.analogUnitType;
  const rows: NodeRow[] = [
    {
      nodeClass: "Variable",
      id: place.idOf(path),
      browseName: { ns: "tallyline", name },
      description: model.description,
      parent: parentId,
      references: [
        from(standard.hasComponent, parentId),
        typed(definition),
        ...rule(place),
        ...(isHistorized
          ? [to(standard.hasHistoricalConfiguration, place.idOf([path[0]!, historyConfigurationName]))]
          : []),
      ],
      dataType: dataTypeId(model.dataType),
      accessLevel: readable | (model.writable ? writable : 0) | (isHistorized ? historyReadable : 0),
      ...(isHistorized && { historizing: true as const }),
    },
  ];
  if (model.unit)
    rows.push(
      propertyRow(place, path, "EngineeringUnits", {
        description: `Unit of ${name}.`,
        dataType: standard.euInformation,
        value: { kind: "unit", ...units[model.unit] },
      }),
    );
  if (model.range)
    rows.push(
      propertyRow(place, path, "EURange", {
        description: `Range that ${name} is usually in.`,
        dataType: standard.range,
        value: { kind: "range", low: model.range[0], high: model.range[1] },
      }),
    );
  return rows;
}

/** A method with its arguments. */
export function methodRows(
  place: Place,
  parent: readonly string[],
  name: string,
  model: MethodModel,
  declaration?: Id,
): NodeRow[] {
  const path = [...parent, name];
  const parentId = place.idOf(parent);
  const argumentsRow = (property: string, table: Readonly<Record<string, ArgumentModel>>): NodeRow =>
    propertyRow(place, path, property, {
      description: `${property === "InputArguments" ? "Input" : "Output"} arguments of ${name}.`,
      dataType: standard.argument,
      arrayLength: Object.keys(table).length,
      value: {
        kind: "arguments",
        arguments: Object.entries(table).map(([argument, { dataType, description, isArray }]) => ({
          name: argument,
          dataType: dataTypeId(dataType),
          description,
          ...(isArray && { isArray }),
        })),
      },
    });
  return [
    {
      nodeClass: "Method",
      id: place.idOf(path),
      browseName: { ns: "tallyline", name },
      description: model.description,
      parent: parentId,
      references: [from(standard.hasComponent, parentId), ...rule(place)],
      ...(declaration && { declaration }),
    },
    // Without arguments the property is absent (OPC 10000-3 §5.7).
    ...(Object.keys(model.inputs).length > 0 ? [argumentsRow("InputArguments", model.inputs)] : []),
    ...(Object.keys(model.outputs).length > 0 ? [argumentsRow("OutputArguments", model.outputs)] : []),
  ];
}

/** An object below another; its children are up to the caller. */
export function objectRow(
  place: Place,
  parent: readonly string[],
  name: string,
  row: { readonly description: string; readonly definition: Id } & {
    readonly ns?: NamespaceKey;
    readonly reference?: Id;
    readonly modellingRule?: Id;
    readonly references?: readonly Reference[];
  },
): NodeRow {
  const parentId = place.idOf(parent);
  return {
    nodeClass: "Object",
    id: place.idOf([...parent, name]),
    browseName: { ns: row.ns ?? "tallyline", name },
    description: row.description,
    parent: parentId,
    references: [
      from(row.reference ?? standard.hasComponent, parentId),
      typed(row.definition),
      ...rule(place, row.modellingRule),
      ...(row.references ?? []),
    ],
  };
}

/** A type and the types it inherits from, the eldest first. */
export function lineage(name: string): readonly (readonly [name: string, model: ObjectTypeModel])[] {
  const model = objectTypes[name];
  if (!model) throw new RangeError(`the model has no object type ${name}`);
  return [...(model.base ? lineage(model.base) : []), [name, model]];
}

export const stationTypeName = "InspectionStationType";
