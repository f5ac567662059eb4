import {
  AccessLevelFlag,
  type AddressSpace,
  type BaseNode,
  type ISessionContext,
  NodeClass,
  type OPCUAServer,
  type UAVariable,
  UserTokenType,
} from "node-opcua";
import { requestVariables } from "../../nodeset/variables.ts";
import type { OpcUaSetup } from "./messages.ts";
import { instanceNodeId } from "./node-id.ts";
import { override } from "./stack-override.ts";

/** Whether this session may change what the line does: users who are named may, nobody else; a new kind of user has to be added. */
export function mayCommand({ anonymous }: Pick<OpcUaSetup, "anonymous">): (context: ISessionContext) => boolean {
  const users: ReadonlySet<string> = new Set(anonymous === "full" ? ["anonymous"] : []);
  return (context) => users.has(context.getUserName());
}

/**
 * Takes user certificates out of what the endpoints offer, so that one is BadIdentityTokenInvalid (OPC 10000-4 §5.7.3.3).
 * The store of the server trusts applications: a client that may connect is no user for that.
 */
export function offerNoUserCertificates(server: OPCUAServer): void {
  for (const endpoint of server.endpoints.flatMap((e) => e.endpointDescriptions()))
    endpoint.userIdentityTokens = (endpoint.userIdentityTokens ?? []).filter(
      ({ tokenType }) => tokenType !== UserTokenType.Certificate,
    );
}

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
