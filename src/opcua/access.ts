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
import { override } from "./stack-override.ts";

/** Whether this session may change what the line does. */
export const mayCommand =
  ({ anonymous }: Pick<OpcUaSetup, "anonymous">) =>
  (context: ISessionContext): boolean =>
    anonymous === "full" || context.getUserName() !== "anonymous";

const close = (node: BaseNode): void => {
  if (node.nodeClass !== NodeClass.Variable) return;
  const variable = node as UAVariable;
  variable.userAccessLevel = (variable.userAccessLevel ?? variable.accessLevel) & ~AccessLevelFlag.CurrentWrite;
};

/**
 * Leaves clients nothing to write but the tags that are meant for it: the documents of several standards declare their
 * types' variables writable, and node-opcua takes them at their word. So are the diagnostics that it makes per session.
 *
 * @throws GuardError when node-opcua makes nodes in another way than is closed here.
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
    for (const node of (namespace as unknown as { nodeIterator(): Iterable<BaseNode> }).nodeIterator())
      if (!open.has(node.nodeId.toString())) close(node);

  override(
    addressSpace.getOwnNamespace(),
    "internalCreateNode",
    (create) =>
      function createClosed(this: unknown, ...options) {
        const node = create.apply(this, options) as BaseNode;
        close(node);
        return node;
      },
  );
}
