import {
  AttributeIds,
  BrowseDirection,
  type BrowseResult,
  type ClientSession,
  type DataValue,
  NodeClass,
  type ReferenceDescription,
} from "node-opcua";

/** One node as a client over the protocol sees it. */
export interface SeenNode {
  readonly nodeId: string;
  readonly references: readonly SeenReference[];
  /** Attributes that its class has, by name. */
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

/** Attributes that are read per class of node; every node has the first (OPC 10000-3 §5.2). */
const everyNode = ["NodeClass", "BrowseName", "Description"] as const;
const ofClass = {
  [NodeClass.Variable]: [
    "Value",
    "DataType",
    "ValueRank",
    "ArrayDimensions",
    "AccessLevel",
    "UserAccessLevel",
    "Historizing",
  ],
  [NodeClass.ReferenceType]: ["IsAbstract"],
} as const;
export type AttributeName = (typeof everyNode)[number] | (typeof ofClass)[keyof typeof ofClass][number];

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

/** Reads attributes of nodes, and files them by node and name. */
async function readInto(
  session: ClientSession,
  into: ReadonlyMap<string, Record<string, DataValue>>,
  names: readonly AttributeName[],
  nodeIds: readonly string[],
): Promise<void> {
  for (const some of chunks(nodeIds, Math.floor(perRead / names.length))) {
    const values = await session.read(
      some.flatMap((nodeId) => names.map((name) => ({ nodeId, attributeId: AttributeIds[name] }))),
    );
    values.forEach((value, i) => {
      into.get(some[Math.floor(i / names.length)]!)![names[i % names.length]!] = value;
    });
  }
}

/** Everything that can be reached from Root, by references of every type in both directions. */
export async function crawl(session: ClientSession): Promise<Map<string, SeenNode>> {
  const references = new Map<string, readonly SeenReference[]>();
  for (let next = ["ns=0;i=84"]; next.length > 0; ) {
    const found = await referencesOf(session, next);
    next.forEach((nodeId, i) => void references.set(nodeId, found[i]!));
    next = [...new Set(found.flat().map(({ target }) => target))].filter((nodeId) => !references.has(nodeId));
  }
  const nodeIds = [...references.keys()];
  const attributes = new Map<string, Record<string, DataValue>>(nodeIds.map((nodeId) => [nodeId, {}]));
  const classOf = (nodeId: string): NodeClass => (attributes.get(nodeId)!["NodeClass"]!.value.value as NodeClass) ?? 0;
  await readInto(session, attributes, everyNode, nodeIds);
  for (const [nodeClass, names] of Object.entries(ofClass))
    await readInto(
      session,
      attributes,
      names,
      nodeIds.filter((nodeId) => classOf(nodeId) === Number(nodeClass)),
    );
  return new Map(
    nodeIds.map((nodeId) => {
      const seenAttributes = attributes.get(nodeId)!;
      const name = seenAttributes["BrowseName"]!.value.value as { namespaceIndex: number; name: string } | null;
      return [
        nodeId,
        {
          nodeId,
          references: references.get(nodeId)!,
          attributes: seenAttributes as SeenNode["attributes"],
          nodeClass: classOf(nodeId),
          browseName: name ? `${name.namespaceIndex}:${name.name}` : "",
        },
      ];
    }),
  );
}
