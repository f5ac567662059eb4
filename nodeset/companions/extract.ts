import {
  type AddressSpace,
  type Argument,
  type BaseNode,
  BrowseDirection,
  DataType,
  type LocalizedText,
  NodeClass,
  type NodeId,
  type UAMethod,
  type UAObject,
  type UAObjectType,
  type UAVariable,
  type UAVariableType,
} from "node-opcua";
import { type NamespaceKey, standardUris } from "../namespaces.ts";
import type { Id, StaticValue } from "../node-row.ts";
import type { DeclaredNode, DeclaredRule, DeclaredState, DeclaredTransition, DeclaredTypes } from "./declared-node.ts";

const keys = new Map<string, NamespaceKey>([
  ["http://opcfoundation.org/UA/", "ua"],
  ...Object.entries(standardUris).map(([key, uri]) => [uri, key as NamespaceKey] as const),
]);
/** Deeper than any type of the standards that are used here nests. */
const deepest = 8;

/**
 * The members of standard types as plain data: own and inherited ones, and below each what its declaration and its type
 * definition say, so that an instance can be written with NodeIds of ours.
 *
 * @param wanted types as `<namespace>:<name>`
 * @throws RangeError for a type that is not in the loaded documents
 */
export function extractTypes(addressSpace: AddressSpace, wanted: readonly string[]): DeclaredTypes {
  const keyOf = (index: number): NamespaceKey => {
    const uri = addressSpace.getNamespaceUri(index);
    const key = keys.get(uri);
    if (!key) throw new RangeError(`namespace ${uri} has no key`);
    return key;
  };
  const idOf = (nodeId: NodeId): Id => ({ ns: keyOf(nodeId.namespace), id: nodeId.value as number | string });
  const nameOf = (node: BaseNode): Id & { readonly id: string } => ({
    ns: keyOf(node.browseName.namespaceIndex),
    id: node.browseName.name!,
  });
  const descriptionOf = (node: BaseNode) => {
    const text = node.description?.text;
    return text ? { description: text } : {};
  };

  const staticValueOf = (node: UAVariable): { value?: StaticValue } => {
    const { dataType, value } = node.readValue().value;
    if (value === null || value === undefined) return {};
    const name = node.browseName.name;
    if (name === "InputArguments" || name === "OutputArguments")
      return {
        value: {
          kind: "arguments",
          arguments: ([value].flat() as Argument[]).map((argument) => ({
            name: argument.name ?? "",
            dataType: idOf(argument.dataType),
            description: argument.description?.text ?? "",
            ...(argument.valueRank >= 0 && { isArray: true as const }),
          })),
        },
      };
    if (name === "EnumStrings" && dataType === DataType.LocalizedText)
      return { value: { kind: "localizedTexts", texts: (value as LocalizedText[]).map(({ text }) => text ?? "") } };
    if (name === "StateNumber" || name === "TransitionNumber") return { value: { kind: "uint32", value } };
    return {};
  };

  /** Members of a type or of a declaration, nearest first; what is nearer hides what it overrides. */
  const membersOf = (sources: readonly BaseNode[], depth: number): DeclaredNode[] => {
    const found = new Map<string, { readonly node: BaseNode; readonly reference: Id; readonly behind: BaseNode[] }>();
    for (const source of sources)
      for (const reference of source.findReferencesEx("Aggregates", BrowseDirection.Forward)) {
        const node = addressSpace.findNode(reference.nodeId);
        if (!node || !ruleOf(node)) continue;
        const { ns, id } = nameOf(node);
        const known = found.get(`${ns}:${id}`);
        if (known) known.behind.push(node);
        else found.set(`${ns}:${id}`, { node, reference: idOf(reference.referenceType), behind: [] });
      }
    return [...found.values()].map(({ node, reference, behind }) => declared(node, reference, behind, depth));
  };

  const declared = (node: BaseNode, reference: Id, behind: readonly BaseNode[], depth: number): DeclaredNode => {
    const common = {
      browseName: nameOf(node),
      reference,
      rule: ruleOf(node)!,
      ...descriptionOf(node),
    };
    const children = (definition?: BaseNode | null) => {
      const sources = [node, ...behind, ...(definition ? lineageOf(definition) : [])];
      // Nothing is made of a placeholder by itself; what stands below it would only make the file long.
      const members = depth < deepest && !common.rule.endsWith("Placeholder") ? membersOf(sources, depth + 1) : [];
      return members.length > 0 ? { children: members } : {};
    };
    if (node.nodeClass === NodeClass.Method)
      return { nodeClass: "Method", ...common, declaration: idOf((node as UAMethod).nodeId), ...children() };
    if (node.nodeClass === NodeClass.Object) {
      const definition = (node as UAObject).typeDefinitionObj;
      return { nodeClass: "Object", ...common, definition: idOf(definition.nodeId), ...children(definition) };
    }
    const variable = node as UAVariable;
    const definition = variable.typeDefinitionObj;
    return {
      nodeClass: "Variable",
      ...common,
      definition: idOf(definition.nodeId),
      dataType: idOf(variable.dataType),
      ...(variable.valueRank !== -1 && { valueRank: variable.valueRank }),
      ...staticValueOf(variable),
      ...children(definition),
    };
  };

  /** What a state machine's type consists of; nothing for other types. */
  const machineOf = (
    lineage: readonly BaseNode[],
  ): { states?: DeclaredState[]; transitions?: DeclaredTransition[] } => {
    const parts = new Map<string, BaseNode>();
    for (const type of lineage)
      for (const part of type.findReferencesExAsObject("HasComponent", BrowseDirection.Forward))
        if (!parts.has(part.browseName.name!)) parts.set(part.browseName.name!, part);
    const ofType = (name: string) => [...parts.values()].filter((part) => definitionOf(part) === name);
    const numberOf = (part: BaseNode, name: string): number =>
      (part.getChildByName(name) as UAVariable | null)?.readValue().value.value ?? 0;
    const common = (part: BaseNode) => ({ name: part.browseName.name!, id: idOf(part.nodeId) });
    const end = (part: BaseNode, reference: string): string =>
      part.findReferencesExAsObject(reference, BrowseDirection.Forward)[0]?.browseName.name ?? "";
    const states = [...ofType("InitialStateType"), ...ofType("StateType")].map((part) => ({
      ...common(part),
      number: numberOf(part, "StateNumber"),
    }));
    const transitions = ofType("TransitionType").map((part) => ({
      ...common(part),
      number: numberOf(part, "TransitionNumber"),
      from: end(part, "FromState"),
      to: end(part, "ToState"),
    }));
    return states.length > 0 ? { states, transitions } : {};
  };

  return Object.fromEntries(
    wanted.map((qualified) => {
      const [ns, name] = qualified.split(":") as [NamespaceKey, string];
      const uri = ns === "ua" ? "http://opcfoundation.org/UA/" : standardUris[ns as keyof typeof standardUris];
      const index = addressSpace.getNamespaceIndex(uri);
      const type = addressSpace.findObjectType(name, index) ?? addressSpace.findVariableType(name, index);
      if (!type) throw new RangeError(`${qualified} is not in the documents`);
      const lineage = lineageOf(type);
      const members = membersOf(lineage, 0);
      return [qualified, { id: idOf(type.nodeId), ...descriptionOf(type), ...machineOf(lineage), members }];
    }),
  );
}

const definitionOf = (part: BaseNode): string | null | undefined =>
  part.nodeClass === NodeClass.Object ? (part as UAObject).typeDefinitionObj.browseName.name : undefined;

function lineageOf(type: BaseNode): BaseNode[] {
  const lineage: BaseNode[] = [];
  for (let at: BaseNode | null | undefined = type; at; at = (at as UAObjectType | UAVariableType).subtypeOfObj)
    lineage.push(at);
  return lineage;
}

const rules: ReadonlySet<string> = new Set<DeclaredRule>([
  "Mandatory",
  "Optional",
  "MandatoryPlaceholder",
  "OptionalPlaceholder",
]);
const ruleOf = (node: BaseNode): DeclaredRule | undefined => {
  const rule = (node as UAVariable).modellingRule;
  return rule && rules.has(rule) ? (rule as DeclaredRule) : undefined;
};
