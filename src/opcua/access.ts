import {
  AccessLevelFlag,
  type AddressSpace,
  type BaseNode,
  type DataValue,
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

/** Leaves a variable open for sessions that may command: asked at each write, and at each read of its UserAccessLevel. */
function openForCommands(variable: UAVariable, may: (context: ISessionContext) => boolean): void {
  override(
    variable,
    "isUserWritable",
    (isUserWritable) =>
      function (this: unknown, context: ISessionContext) {
        return may(context) && isUserWritable.call(this, context);
      },
  );
  override(
    variable,
    "_readUserAccessLevel",
    (readLevel) =>
      function (this: unknown, context: ISessionContext) {
        const level: DataValue = readLevel.call(this, context);
        if (!may(context)) level.value.value &= ~AccessLevelFlag.CurrentWrite;
        return level;
      },
  );
}

/**
 * Leaves clients nothing to write but the tags that are meant for it, and those to who may command: the documents of several
 * standards declare their types' variables writable, and node-opcua takes them at their word. So are the diagnostics that
 * it makes per session.
 *
 * @throws GuardError when node-opcua makes nodes in another way than is closed here.
 */
export function closeForWriting(addressSpace: AddressSpace, setup: Pick<OpcUaSetup, "anonymous" | "stations">): void {
  const may = mayCommand(setup);
  const open = new Set(
    setup.stations.flatMap(({ id }) =>
      Object.entries(requestVariables)
        .filter(([, model]) => "writable" in model)
        .map(([tag]) => instanceNodeId(id, "Context", "Request", tag)),
    ),
  );
  for (const namespace of addressSpace.getNamespaceArray())
    for (const node of (namespace as unknown as { nodeIterator(): Iterable<BaseNode> }).nodeIterator())
      if (open.has(node.nodeId.toString())) openForCommands(node as UAVariable, may);
      else close(node);

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
