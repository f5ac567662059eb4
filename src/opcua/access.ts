import {
  AccessLevelFlag,
  type AddressSpace,
  type BaseNode,
  type ISessionContext,
  NodeClass,
  type UAVariable,
} from "node-opcua";
import { requestVariables } from "../../nodeset/variables.ts";
import type { OpcUaSetup } from "./messages.ts";
import { instanceNodeId } from "./node-id.ts";

/** Whether this session may change what the line does. */
export const mayCommand =
  ({ anonymous }: Pick<OpcUaSetup, "anonymous">) =>
  (context: ISessionContext): boolean =>
    anonymous === "full" || context.getUserName() !== "anonymous";

/**
 * Leaves clients nothing to write but the tags that are meant for it: the documents of several standards declare their
 * types' variables writable, and node-opcua takes them at their word.
 */
export function closeForWriting(addressSpace: AddressSpace, { anonymous, stations }: OpcUaSetup): void {
  const open = new Set(
    anonymous === "full"
      ? stations.flatMap(({ id }) =>
          Object.entries(requestVariables)
            .filter(([, model]) => "writable" in model)
            .map(([tag]) => instanceNodeId(id, "Context", "Request", tag)),
        )
      : [],
  );
  for (const namespace of addressSpace.getNamespaceArray())
    for (const node of (namespace as unknown as { nodeIterator(): Iterable<BaseNode> }).nodeIterator()) {
      if (node.nodeClass !== NodeClass.Variable || open.has(node.nodeId.toString())) continue;
      const variable = node as UAVariable;
      variable.userAccessLevel = (variable.userAccessLevel ?? variable.accessLevel) & ~AccessLevelFlag.CurrentWrite;
    }
}
