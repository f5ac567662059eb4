import { type AddressSpace, type ISessionContext, PermissionType } from "node-opcua";
import { standardEventTypes } from "../../../nodeset/events.ts";
import type { EventTypes } from "../events/event-types.ts";
import { nodeIdText } from "../node-id.ts";
import type { Withheld } from "./events.ts";

/** For how long a session's permissions are remembered, ms: a change of the role set takes effect within it. */
const permissionMs = 1_000;

/**
 * What history keeps back from a session: the same events that live subscriptions do, by ReceiveEvents on type and source
 * (OPC 10000-3 §8.55). Remembered by the user's identity token, which is a new one whenever a session changes its user.
 *
 * @param sources NodeIds of everything that can be the source of an event
 */
export function withheldFrom(
  addressSpace: AddressSpace,
  { ids }: EventTypes,
  sources: readonly string[],
): (context: ISessionContext) => Withheld {
  const types = [...Object.values(ids), ...Object.values(standardEventTypes).map(nodeIdText)];
  const known = new WeakMap<object, { readonly until: number; readonly withheld: Withheld }>();
  return (context) => {
    const refused = (nodeId: string): boolean => {
      const node = addressSpace.findNode(nodeId);
      return node !== null && !context.checkPermission(node, PermissionType.ReceiveEvents);
    };
    const token = (context.session as { userIdentityToken?: object } | undefined)?.userIdentityToken;
    const remembered = token && known.get(token);
    const now = performance.now();
    if (remembered && remembered.until >= now) return remembered.withheld;
    const withheld = { types: types.filter(refused), sources: sources.filter(refused) };
    if (token) known.set(token, { until: now + permissionMs, withheld });
    return withheld;
  };
}
