import {
  AttributeIds,
  BrowseDirection,
  DataType,
  type DataValue,
  type ExtensionObject,
  NodeClass,
  type NodeId,
  type Variant,
  VariantArrayType,
} from "node-opcua";
import { namespaceIndexes, siteUri, typesUri, typesVersion } from "../../../nodeset/namespaces.ts";
import { type AttributeName, crawl, referencesOf, type SeenNode } from "./crawl.ts";
import { allowedReasons, foreignDefects } from "./foreign-defects.ts";
import { conformance } from "./support.ts";

const standard = {
  root: "ns=0;i=84",
  hasEncoding: "ns=0;i=38",
  hasModellingRule: "ns=0;i=37",
  hasTypeDefinition: "ns=0;i=40",
  hasSubtype: "ns=0;i=45",
  aggregates: "ns=0;i=44",
  mandatory: "ns=0;i=78",
  baseDataType: "ns=0;i=24",
  enumeration: "ns=0;i=29",
  structure: "ns=0;i=22",
} as const;
const typeClassOf: Readonly<Partial<Record<NodeClass, NodeClass>>> = {
  [NodeClass.Object]: NodeClass.ObjectType,
  [NodeClass.Variable]: NodeClass.VariableType,
};
const ours = ({ nodeId }: SeenNode): boolean =>
  [namespaceIndexes.tallyline, namespaceIndexes.site].some((index) => nodeId.startsWith(`ns=${index};`));

/** The address space that was seen, with the questions that the tests have about it. */
function viewOf(nodes: ReadonlyMap<string, SeenNode>) {
  const node = (nodeId: string): SeenNode | undefined => nodes.get(nodeId);
  const forward = (from: SeenNode, type: string): string[] =>
    from.references.filter((r) => r.isForward && r.type === type).map(({ target }) => target);
  const supertypes = (nodeId: string): string[] => {
    const all: string[] = [];
    for (let at: string | undefined = nodeId; at && !all.includes(at); ) {
      all.push(at);
      at = node(at)?.references.find((r) => !r.isForward && r.type === standard.hasSubtype)?.target;
    }
    return all;
  };
  const isA = (nodeId: string, type: string): boolean => supertypes(nodeId).includes(type);
  /** Members of a node: what HasComponent, HasProperty and their subtypes lead to. */
  const members = (of: SeenNode): SeenNode[] =>
    of.references
      .filter((r) => r.isForward && isA(r.type, standard.aggregates))
      .flatMap(({ target }) => node(target) ?? []);
  const isMandatory = (member: SeenNode): boolean =>
    forward(member, standard.hasModellingRule).includes(standard.mandatory);
  const all = [...nodes.values()];
  /** Nodes below a type: they say what instances will have. */
  const declarations = new Set<string>();
  const declare = (of: SeenNode): void => {
    for (const member of members(of))
      if (!declarations.has(member.nodeId)) {
        declarations.add(member.nodeId);
        declare(member);
      }
  };
  for (const type of all)
    if (type.nodeClass === NodeClass.ObjectType || type.nodeClass === NodeClass.VariableType) declare(type);
  return {
    all,
    declarations,
    node,
    forward,
    supertypes,
    isA,
    members,
    /** Browse names of what every instance of a type has to have. */
    mandatoryOf: (typeId: string): string[] =>
      supertypes(typeId).flatMap((type) =>
        members(node(type)!)
          .filter(isMandatory)
          .map(({ browseName }) => browseName),
      ),
    instances: all.filter(({ nodeClass }) => typeClassOf[nodeClass] !== undefined),
    variables: all.filter(({ nodeClass }) => nodeClass === NodeClass.Variable),
  };
}
type View = ReturnType<typeof viewOf>;

const attribute = ({ attributes }: SeenNode, name: AttributeName) => attributes[name].value.value;

/** Data type of one value on the wire, as the NodeId of a DataType node. */
function wireTypes(view: View, { dataType, value }: Variant): string[] {
  if (dataType !== DataType.ExtensionObject) return [`ns=0;i=${dataType}`];
  return ([value].flat() as (ExtensionObject | null)[]).flatMap((structure) => {
    if (!structure) return [];
    // A structure that this client has no class for keeps the NodeId of its encoding.
    const { schema, nodeId } = structure as Partial<ExtensionObject> & { readonly nodeId?: NodeId };
    const encoding = schema?.encodingDefaultBinary ?? nodeId;
    const seen = view.node(encoding?.toString() ?? "");
    return seen?.references.find((r) => !r.isForward && r.type === standard.hasEncoding)?.target ?? String(encoding);
  });
}
const fitsType = (view: View, wire: string, declared: string): boolean =>
  declared === "ns=0;i=0" ||
  view.isA(wire, declared) ||
  // Enumerations travel as Int32 (OPC 10000-6 §5.2.4); a built-in type stands for the simple types below it.
  (wire === `ns=0;i=${DataType.Int32}` && view.isA(declared, standard.enumeration)) ||
  view.isA(declared, wire);

/** Whether a value's shape is what ValueRank allows (OPC 10000-3 §5.6.2): -3 scalar or one dimension … n dimensions. */
function fitsRank(rank: number, { arrayType, value, dimensions }: Variant): boolean {
  const actual =
    arrayType === VariantArrayType.Scalar ? 0 : arrayType === VariantArrayType.Array ? 1 : (dimensions?.length ?? 0);
  // Nothing tells how many dimensions an empty array has.
  if (arrayType !== VariantArrayType.Scalar && (value as ArrayLike<unknown>).length === 0) return rank !== -1;
  if (rank > 0) return actual === rank;
  return { 0: actual > 0, [-1]: actual === 0, [-2]: true, [-3]: actual <= 1 }[rank] ?? false;
}
/** Lengths that ArrayDimensions gives bound those of the value; 0 is any (OPC 10000-3 §5.6.2). */
const fitsDimensions = (declared: readonly number[] | null, { arrayType, value, dimensions }: Variant): boolean => {
  const { length } = value as ArrayLike<unknown>;
  if (!declared || arrayType === VariantArrayType.Scalar || length === 0) return true;
  const actual: readonly number[] = dimensions ?? [length];
  return declared.length === actual.length && declared.every((most, i) => most === 0 || actual[i]! <= most);
};

/** What is wrong, without what is known to be wrong in documents of others. */
const unexpected = (defects: readonly string[]): string[] =>
  defects.filter((defect) => !foreignDefects.some(({ node }) => defect.startsWith(`${node} `)));

conformance("browsing everything", (the) => {
  let view: View;
  beforeAll(async () => {
    view = viewOf(await crawl(the().session));
  }, 60_000);

  // A client that shows the tree asks for each target; a dangling one is an error in its user's face (OPC 10000-3 §4.4.4).
  test("every reference leads to a node, by a type of reference that exists and is not abstract", () => {
    const wrong = view.all.flatMap(({ nodeId, references }) =>
      references.flatMap(({ type, target }) => {
        const referenceType = view.node(type);
        if (!view.node(target)?.nodeClass) return `${nodeId} → ${target} which is not there`;
        if (referenceType?.nodeClass !== NodeClass.ReferenceType) return `${nodeId} → ${target} by unknown ${type}`;
        return attribute(referenceType, "IsAbstract") ? `${nodeId} → ${target} by abstract ${type}` : [];
      }),
    );
    expect(unexpected(wrong)).toEqual([]);
    expect(view.all.length).toBeGreaterThan(7_000);
  });

  // OPC 10000-3 §5.5.1, §5.6.2, §7.13: exactly one HasTypeDefinition, to an ObjectType or a VariableType.
  test("every object and every variable has one type definition, and it resolves", () => {
    const wrong = view.instances.flatMap((instance) => {
      const types = view.forward(instance, standard.hasTypeDefinition);
      const isRight = types.length === 1 && view.node(types[0]!)?.nodeClass === typeClassOf[instance.nodeClass];
      return isRight ? [] : `${instance.nodeId} has type definitions [${types}]`;
    });
    expect(unexpected(wrong)).toEqual([]);
  });

  // OPC 10000-3 §5.8.2, §7.10: a type leads by inverse HasSubtype to the base of its class.
  test("every type is below the base type of its class", () => {
    const bases: Readonly<Partial<Record<NodeClass, string>>> = {
      [NodeClass.ObjectType]: "ns=0;i=58",
      [NodeClass.VariableType]: "ns=0;i=62",
      [NodeClass.ReferenceType]: "ns=0;i=31",
      [NodeClass.DataType]: standard.baseDataType,
    };
    const wrong = view.all
      .filter(({ nodeClass, nodeId }) => bases[nodeClass] && !view.isA(nodeId, bases[nodeClass]))
      .map(({ nodeId, browseName }) => `${nodeId} ${browseName}`);
    expect(unexpected(wrong)).toEqual([]);
  });

  // OPC 10000-3 §6.4.4.4.1: what a type and its supertypes declare mandatory, each instance has, by browse name. A
  // declaration below a type need not repeat what its own type definition declares (§6.2.2).
  test("every instance has the mandatory members of its type and its supertypes", () => {
    const instances = view.instances.filter(({ nodeId }) => !view.declarations.has(nodeId));
    expect(instances.filter(ours).length).toBeGreaterThan(150);
    const wrong = instances.flatMap((instance) => {
      const [type] = view.forward(instance, standard.hasTypeDefinition);
      const present = new Set(view.members(instance).map(({ browseName }) => browseName));
      return view
        .mandatoryOf(type!)
        .filter((name) => !present.has(name))
        .map((name) => `${instance.nodeId} ${instance.browseName} lacks ${name}`);
    });
    expect(unexpected(wrong)).toEqual([]);
  });

  // OPC 10000-3 §6.2.6, §8.3: a browse path has to lead to one node.
  test("members of a node of ours have different browse names", () => {
    const wrong = view.all.filter(ours).flatMap((parent) => {
      const names = new Map<string, Set<string>>();
      for (const { browseName, nodeId } of view.members(parent))
        names.set(browseName, (names.get(browseName) ?? new Set()).add(nodeId));
      return [...names].filter(([, { size }]) => size > 1).map(([name]) => `${parent.nodeId} has two of ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  // OPC 10000-4 §5.9.2.2: who goes up from a node must come to where it came down from.
  test("every reference of ours is there from its other end", () => {
    const has = (node: SeenNode | undefined, target: string, type: string, isForward: boolean): boolean =>
      node?.references.some((r) => r.target === target && r.type === type && r.isForward === isForward) ?? false;
    // Everything refers to types, rules and notifiers' ends; only the way to what is below is asked for.
    const oneWay = new Set<string>([standard.hasTypeDefinition, standard.hasModellingRule]);
    const wrong = view.all.filter(ours).flatMap(({ nodeId, references }) =>
      references
        .filter(({ type }) => !oneWay.has(type))
        .filter(({ target, type, isForward }) => !has(view.node(target), nodeId, type, !isForward))
        .map(({ target, type }) => `${nodeId} ${type} ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  // OPC 10000-3 §5.2.6 makes Description optional; for whoever configures a client it is what says what to take.
  test("every node of ours has a description", () => {
    const wrong = view.all.filter(ours).filter((node) => !attribute(node, "Description")?.text);
    expect(wrong.map(({ nodeId }) => nodeId)).toEqual([]);
  });

  // OPC 10000-3 §5.6.2, §8.57: AccessLevel and UserAccessLevel are mandatory; what is writable is so on purpose.
  test("every variable says who may read and write it, and only the tags of Context/Request are writable", () => {
    const currentWrite = 2;
    const unclear = view.variables.filter(
      ({ attributes }) =>
        !attributes.AccessLevel.statusCode.isGood() || !attributes.UserAccessLevel.statusCode.isGood(),
    );
    expect(unclear.map(({ nodeId }) => nodeId)).toEqual([]);
    const writable = view.variables.filter((node) => attribute(node, "UserAccessLevel") & currentWrite);
    expect(writable.length).toBeGreaterThan(0);
    expect(
      writable
        .map(({ nodeId, browseName }) => `${nodeId} ${browseName}`)
        .filter((nodeId) => !nodeId.includes("/Context/Request/")),
    ).toEqual([]);
  });

  // OPC 10000-4 §5.11.2.2: a value is Good or Uncertain, or its status says why there is none.
  test("every readable variable reads, or has a reason that is documented", () => {
    // A declaration of a type has no value of its own; that it is answered at all has been shown by reading it.
    const wrong = view.variables
      .filter((node) => attribute(node, "UserAccessLevel") & 1 && !view.declarations.has(node.nodeId))
      .flatMap((node) => {
        const { statusCode } = node.attributes.Value;
        return !statusCode.isBad() ||
          allowedReasons.some(({ status, where }) => status === statusCode.name && where.test(node.nodeId))
          ? []
          : `${node.nodeId} ${node.browseName} reads ${statusCode.name}`;
      });
    expect(unexpected(wrong)).toEqual([]);
  });

  const valued = (): (readonly [SeenNode, DataValue])[] =>
    view.variables
      .map((node) => [node, node.attributes.Value] as const)
      .filter(
        ([, { value, statusCode }]) => !statusCode.isBad() && value?.value !== null && value?.value !== undefined,
      );

  // OPC 10000-3 §5.6.2: the value is of the DataType or of a subtype of it.
  test("every value is of its variable's data type", () => {
    const wrong = valued().flatMap(([node, { value }]) => {
      const declared = String(attribute(node, "DataType"));
      return wireTypes(view, value)
        .filter((wire) => !fitsType(view, wire, declared))
        .map((wire) => `${node.nodeId} ${node.browseName} is ${wire}, declared ${declared}`);
    });
    expect(unexpected(wrong)).toEqual([]);
  });

  test("every value has the shape that ValueRank and ArrayDimensions say", () => {
    const wrong = valued()
      .filter(
        ([node, { value }]) =>
          !fitsRank(attribute(node, "ValueRank"), value) || !fitsDimensions(attribute(node, "ArrayDimensions"), value),
      )
      .map(
        ([node, { value }]) =>
          `${node.nodeId} ${node.browseName} has rank ${attribute(node, "ValueRank")}, dimensions [${attribute(node, "ArrayDimensions")}], and a value that is ${VariantArrayType[value.arrayType]} of ${[value.value].flat().length}`,
      );
    expect(unexpected(wrong)).toEqual([]);
  });

  // OPC 10000-3 §5.6.2: history is readable only where it is kept.
  test("what is historized can be read as history, and the other way round", () => {
    const historyRead = 4;
    const wrong = view.variables
      .filter(ours)
      .filter(
        (node) => Boolean(attribute(node, "Historizing")) !== Boolean(attribute(node, "AccessLevel") & historyRead),
      );
    expect(wrong.map(({ nodeId }) => nodeId)).toEqual([]);
  });

  // OPC 10000-5 §6.3.13, §6.3.14: who compares servers asks here which version of a namespace this one has.
  test("Server/Namespaces tells of both namespaces of ours, with the version of the documents", () => {
    const namespaces = view.node("ns=0;i=11715")!;
    for (const [index, uri] of [
      [namespaceIndexes.tallyline, typesUri],
      [namespaceIndexes.site, siteUri("demo")],
    ] as const) {
      const metadata = view.members(namespaces).find(({ browseName }) => browseName === `${index}:${uri}`);
      const value = (name: string) =>
        view.members(metadata!).find(({ browseName }) => browseName === `0:${name}`)?.attributes.Value.value.value;
      expect([value("NamespaceUri"), value("NamespaceVersion")]).toEqual([uri, typesVersion.version]);
      expect(value("NamespacePublicationDate")).toEqual(new Date(typesVersion.publicationDate));
      expect([...value("StaticNodeIdTypes")]).toEqual(index === namespaceIndexes.tallyline ? [0] : []);
    }
  });

  // OPC 10000-4 §5.9.3, §7.9: the pages are the whole, and each point serves once.
  test("browsing by pages gives the same references, and a used point is refused", async () => {
    const { session } = the();
    const nodeId =
      "ns=2;i=" +
      String(view.all.find(({ browseName }) => browseName === "2:UnitInspectedEventType")!.nodeId).split("=")[2];
    const whole = (await referencesOf(session, [nodeId]))[0]!;
    session.requestedMaxReferencesPerNode = 7;
    const pages: string[][] = [];
    let result = await session.browse({ nodeId, browseDirection: BrowseDirection.Both, resultMask: 63 });
    const [firstPoint] = [result.continuationPoint];
    for (;;) {
      pages.push(result.references!.map(({ nodeId: target }) => target.toString()));
      if (!result.continuationPoint?.length) break;
      result = await session.browseNext(result.continuationPoint, false);
    }
    session.requestedMaxReferencesPerNode = 0;
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.slice(0, -1).every(({ length }) => length === 7)).toBe(true);
    expect(pages.flat().sort()).toEqual(whole.map(({ target }) => target).sort());
    expect((await session.browseNext(firstPoint!, false)).statusCode.name).toBe("BadContinuationPointInvalid");
  });

  // OPC 10000-4 §5.9.3, §7.9: a point belongs to its session, and ends when the client says so.
  test("a released point is gone, and that of another session is none", async () => {
    const { session, subject, security } = the();
    await using other = await subject.connect(security);
    const startPage = async () => {
      session.requestedMaxReferencesPerNode = 2;
      const page = await session.browse({ nodeId: "ns=3;s=LINE-01", browseDirection: BrowseDirection.Forward });
      session.requestedMaxReferencesPerNode = 0;
      return page.continuationPoint!;
    };
    const invalid = "BadContinuationPointInvalid";
    const point = await startPage();
    expect((await other.session.browseNext(point, false)).statusCode.name).toBe(invalid);
    expect((await session.browseNext(point, false)).statusCode.name).toBe("Good");
    const released = await startPage();
    await session.browseNext(released, true);
    expect((await session.browseNext(released, false)).statusCode.name).toBe(invalid);
  });

  // OPC 10000-4 §5.11.2.4: an item that cannot be read has its own code; the rest of the list is answered.
  test("one unknown node in a list costs nothing to the others", async () => {
    const { session } = the();
    const [unknown, wrongAttribute, known] = await session.read([
      { nodeId: "ns=3;s=NOWHERE", attributeId: AttributeIds.Value },
      { nodeId: "ns=3;s=LINE-01", attributeId: AttributeIds.Value },
      { nodeId: "ns=3;s=LINE-01/Status/LineStatus", attributeId: AttributeIds.Value },
    ]);
    expect([unknown, wrongAttribute, known].map((value) => value!.statusCode.name)).toEqual([
      "BadNodeIdUnknown",
      "BadAttributeIdInvalid",
      "Good",
    ]);
  });
});
