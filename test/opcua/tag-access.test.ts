import { AccessLevelFlag, type AddressSpace, type ISessionContext, NodeClass } from "node-opcua";
import { closeForWriting } from "../../src/opcua/access.ts";
import type { OpcUaSetup } from "../../src/opcua/messages.ts";
import { aSetup } from "./support/rig.ts";

const { CurrentRead, CurrentWrite } = AccessLevelFlag;
/** A variable that its model makes writable. */
const aVariable = (nodeId: string) => ({
  nodeClass: NodeClass.Variable,
  nodeId,
  accessLevel: CurrentRead | CurrentWrite,
  userAccessLevel: CurrentRead | CurrentWrite,
  isUserWritable(_: ISessionContext) {
    return (this.userAccessLevel & CurrentWrite) !== 0;
  },
  _readUserAccessLevel(_: ISessionContext) {
    return { value: { value: this.userAccessLevel as number } };
  },
});
/** What a session of that user may do with a tag of Context/Request, and with another variable. */
function writable(anonymous: OpcUaSetup["anonymous"], user: string): readonly [tag: boolean, other: boolean] {
  const variables = ["Context/Request/Lot", "LastUnit/Sequence"].map((path) => aVariable(`ns=3;s=LINE-01/${path}`));
  const addressSpace = {
    getNamespaceArray: () => [{ nodeIterator: () => variables }],
    getOwnNamespace: () => ({ internalCreateNode: () => undefined }),
  };
  closeForWriting(addressSpace as unknown as AddressSpace, aSetup({ anonymous }));
  const context = { getUserName: () => user } as ISessionContext;
  const [tag, other] = variables.map((variable) => {
    const may = variable.isUserWritable(context);
    // OPC 10000-3 §5.6.2: UserAccessLevel says what the session may do, so both always agree.
    expect((variable._readUserAccessLevel(context).value.value & CurrentWrite) !== 0).toBe(may);
    return may;
  });
  return [tag!, other!];
}

// Tags are commands: whoever may not call SetContext must not get the same by writing. The session decides, not the start.
test.each([
  ["full", "anonymous", true],
  ["full", "somebody", false],
  ["read", "anonymous", false],
  ["read", "somebody", false],
] as const)("with anonymous access %s, a session of %s may write the tags of a request: %s", (anonymous, user, may) => {
  expect(writable(anonymous, user)).toEqual([may, false]);
});
