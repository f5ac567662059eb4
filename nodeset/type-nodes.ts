import { enumerations } from "./enumerations.ts";
import { eventTypes } from "./events.ts";
import { namespaceMetadataRows } from "./metadata.ts";
import { typesUri, typesVersion } from "./namespaces.ts";
import { from, type Id, type NodeRow, standard, to, type } from "./node-row.ts";
import { dataTypeId, methodRows, objectRow, propertyRow, stationTypeName, typePlace, variableRows } from "./nodes.ts";
import { objectTypes } from "./objects.ts";
import { stationParts } from "./station-parts.ts";

const eventBases: Readonly<Record<string, Id>> = {
  BaseEventType: standard.baseEventType,
  ResultReadyEventType: standard.resultReadyEventType,
  OffNormalAlarmType: standard.offNormalAlarmType,
  SystemOffNormalAlarmType: standard.systemOffNormalAlarmType,
};

function* enumerationNodes(): Generator<NodeRow> {
  for (const [name, { description, names }] of Object.entries(enumerations)) {
    yield {
      nodeClass: "DataType",
      id: type(name),
      browseName: { ns: "tallyline", name },
      description,
      references: [from(standard.hasSubtype, standard.enumeration)],
      names,
    };
    yield propertyRow(typePlace, [name], "EnumStrings", {
      description: `Names of ${name} by value.`,
      dataType: standard.localizedText,
      arrayLength: names.length,
      value: { kind: "localizedTexts", texts: names },
      references: [from(standard.hasProperty, type(name)), to(standard.hasTypeDefinition, standard.propertyType)],
    });
  }
}

function* objectTypeNodes(): Generator<NodeRow> {
  for (const [name, model] of Object.entries(objectTypes)) {
    const isStation = name === stationTypeName;
    yield {
      nodeClass: "ObjectType",
      id: type(name),
      browseName: { ns: "tallyline", name },
      description: model.description,
      references: [
        from(standard.hasSubtype, model.base ? type(model.base) : standard.baseObjectType),
        ...(isStation ? Object.keys(eventTypes).map((event) => to(standard.generatesEvent, type(event))) : []),
      ],
    };
    if (isStation) yield* stationParts.flatMap((part) => part(typePlace, [name], undefined));
    for (const [child, component] of Object.entries(model.components ?? {}))
      yield objectRow(typePlace, [name], child, {
        description: component.description,
        definition: type(component.type),
        ...(component.each && { modellingRule: standard.optionalPlaceholder }),
      });
    for (const [child, variable] of Object.entries(model.variables ?? {}))
      yield* variableRows(typePlace, [name], child, variable);
    for (const [child, method] of Object.entries(model.methods ?? {}))
      yield* methodRows(typePlace, [name], child, method);
  }
}

function* eventTypeNodes(): Generator<NodeRow> {
  for (const [name, { base, description, fields }] of Object.entries(eventTypes)) {
    yield {
      nodeClass: "ObjectType",
      id: type(name),
      browseName: { ns: "tallyline", name },
      description,
      references: [from(standard.hasSubtype, eventBases[base]!)],
    };
    for (const [field, model] of Object.entries(fields))
      yield propertyRow(
        typePlace,
        [name],
        field,
        { description: model.description, dataType: dataTypeId(model.dataType) },
        "tallyline",
      );
  }
}

/** Every node of namespace `urn:tallyline:inspection`, parents before children. */
export const typeNodes = (): NodeRow[] => [
  ...enumerationNodes(),
  ...objectTypeNodes(),
  ...eventTypeNodes(),
  ...namespaceMetadataRows(typePlace, {
    browseNs: "tallyline",
    uri: typesUri,
    ...typesVersion,
    isSubset: false,
    idTypes: ["numeric"],
    description: "About the namespace of Tallyline's types.",
  }),
];
