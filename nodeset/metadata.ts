import { companionTypeId } from "./companions/instance.ts";
import type { NamespaceKey } from "./namespaces.ts";
import { from, type Id, type NodeRow, type StaticValue, standard, to } from "./node-row.ts";
import { type Place, propertyRow } from "./nodes.ts";

/** Kinds of identifiers with their code (OPC 10000-3 §8.2.3). */
const idTypeCodes = { numeric: 0 } as const;
type IdTypeName = keyof typeof idTypeCodes;

interface NamespaceFacts {
  /** Namespace of the object's browse name: the one that it is about. */
  readonly browseNs: NamespaceKey;
  readonly uri: string;
  readonly version: string;
  /** ISO 8601. */
  readonly publicationDate: string;
  /** Other servers may have nodes of this namespace that are not here. */
  readonly isSubset: boolean;
  /** Kinds of identifiers whose nodes are the same on every server. */
  readonly idTypes: readonly IdTypeName[];
  readonly description: string;
}

const objectName = "NamespaceMetadata";

/** Properties of NamespaceMetadataType (OPC 10000-5 §6.3.13). */
const properties: readonly {
  readonly name: string;
  readonly dataType: Id;
  readonly description: string;
  readonly value: (facts: NamespaceFacts) => StaticValue;
}[] = [
  {
    name: "NamespaceUri",
    dataType: standard.string,
    description: "The URI of the namespace.",
    value: ({ uri }) => ({ kind: "string", text: uri }),
  },
  {
    name: "NamespaceVersion",
    dataType: standard.string,
    description: "Version of the namespace, for people.",
    value: ({ version }) => ({ kind: "string", text: version }),
  },
  {
    name: "NamespacePublicationDate",
    dataType: standard.dateTime,
    description: "When this version was published.",
    value: ({ publicationDate }) => ({ kind: "dateTime", text: publicationDate }),
  },
  {
    name: "IsNamespaceSubset",
    dataType: standard.boolean,
    description: "True when other servers may have more of the namespace.",
    value: ({ isSubset }) => ({ kind: "boolean", value: isSubset }),
  },
  {
    name: "StaticNodeIdTypes",
    dataType: standard.idType,
    description: "Kinds of identifiers whose nodes are the same on every server.",
    value: ({ idTypes }) => ({ kind: "int32s", values: idTypes.map((name) => idTypeCodes[name]) }),
  },
  {
    name: "StaticNumericNodeIdRange",
    dataType: standard.numericRange,
    description: "Numeric identifiers that are the same on every server; none beside those of StaticNodeIdTypes.",
    value: () => ({ kind: "strings", texts: [] }),
  },
  {
    name: "StaticStringNodeIdPattern",
    dataType: standard.string,
    description:
      "Pattern of text identifiers that are the same on every server; none beside those of StaticNodeIdTypes.",
    value: () => ({ kind: "string", text: "" }),
  },
];
const isArray = ({ kind }: StaticValue): boolean => kind === "int32s" || kind === "strings";

/** What `Server/Namespaces` says of one namespace (OPC 10000-5 §6.3.14); its browse name is the URI. */
export function namespaceMetadataRows(place: Place, facts: NamespaceFacts): NodeRow[] {
  // Also beside the types these are instances: no modelling rules.
  const instances: Place = { ...place, rules: false };
  return [
    {
      nodeClass: "Object",
      id: place.idOf([objectName]),
      browseName: { ns: facts.browseNs, name: facts.uri },
      description: facts.description,
      parent: standard.namespaces,
      references: [
        from(standard.hasComponent, standard.namespaces),
        to(standard.hasTypeDefinition, companionTypeId("ua:NamespaceMetadataType")),
      ],
    },
    ...properties.map(({ name, dataType, description, value }) => {
      const given = value(facts);
      return propertyRow(instances, [objectName], name, {
        dataType,
        description,
        value: given,
        ...(isArray(given) && { valueRank: 1 }),
      });
    }),
  ];
}
