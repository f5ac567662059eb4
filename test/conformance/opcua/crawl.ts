import {
  AttributeIds,
  BrowseDirection,
  type BrowseResult,
  type ClientSession,
  type DataValue,
  type NodeClass,
  type ReferenceDescription,
} from "node-opcua";

/** One node as a client over the protocol sees it. */
export interface SeenNode {
  readonly nodeId: string;
  readonly references: readonly SeenReference[];
  /** Attributes that were asked for, by name; those that the node does not have say BadAttributeIdInvalid. */
  readonly attributes: Readonly<Record<AttributeName, DataValue>>;
  readonly nodeClass: NodeClass;
  /** `<namespace index>:<name>`. */
  readonly browseName: string;
}
export interface SeenReference {
  readonly type: string;
  readonly isForward: boolean;
  readonly target: string;
}

const attributeNames = [
  "NodeClass",
  "BrowseName",
  "DisplayName",
  "Description",
  "IsAbstract",
  "Value",
  "DataType",
  "ValueRank",
  "ArrayDimensions",
  "AccessLevel",
  "UserAccessLevel",
  "Historizing",
  "EventNotifier",
  "Executable",
] as const;
export type AttributeName = (typeof attributeNames)[number];

/** Nodes per request: well within the limits that the server announces. */
const perBrowse = 200;
const perRead = 980;

const chunks = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

const seen = ({ referenceTypeId, isForward, nodeId }: ReferenceDescription): SeenReference => ({
  type: referenceTypeId.toString(),
  isForward,
  target: nodeId.toString(),
});

/** All references of some nodes, both ways, to the end of every continuation. */
export async function referencesOf(session: ClientSession, nodeIds: readonly string[]): Promise<SeenReference[][]> {
  const all: SeenReference[][] = [];
  for (const some of chunks(nodeIds, perBrowse)) {
    const results: BrowseResult[] = await session.browse(
      some.map((nodeId) => ({
        nodeId,
        browseDirection: BrowseDirection.Both,
        includeSubtypes: true,
        nodeClassMask: 0,
        resultMask: 63,
      })),
    );
    for (let result of results) {
      const references = (result.references ?? []).map(seen);
      while (result.continuationPoint?.length) {
        result = await session.browseNext(result.continuationPoint, false);
        references.push(...(result.references ?? []).map(seen));
      }
      all.push(references);
    }
  }
  return all;
}

/** Everything that can be reached from Root, by references of every type in both directions. */
export async function crawl(session: ClientSession): Promise<Map<string, SeenNode>> {
  const references = new Map<string, readonly SeenReference[]>();
  for (let next = ["ns=0;i=84"]; next.length > 0; ) {
    const found = await referencesOf(session, next);
    next.forEach((nodeId, i) => void references.set(nodeId, found[i]!));
    next = [...new Set(found.flat().map(({ target }) => target))].filter((nodeId) => !references.has(nodeId));
  }
  const nodes = new Map<string, SeenNode>();
  for (const some of chunks([...references.keys()], Math.floor(perRead / attributeNames.length))) {
    const values = await session.read(
      some.flatMap((nodeId) => attributeNames.map((name) => ({ nodeId, attributeId: AttributeIds[name] }))),
    );
    some.forEach((nodeId, i) => {
      const attributes = Object.fromEntries(
        attributeNames.map((name, n) => [name, values[i * attributeNames.length + n]!]),
      ) as Record<AttributeName, DataValue>;
      const name = attributes.BrowseName.value.value as { namespaceIndex: number; name: string } | null;
      nodes.set(nodeId, {
        nodeId,
        references: references.get(nodeId)!,
        attributes,
        nodeClass: (attributes.NodeClass.value.value as NodeClass | null) ?? 0,
        browseName: name ? `${name.namespaceIndex}:${name.name}` : "",
      });
    });
  }
  return nodes;
}
