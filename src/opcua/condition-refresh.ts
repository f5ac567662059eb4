import {
  type AddressSpace,
  AttributeIds,
  type CallMethodResultOptions,
  type ISessionContext,
  type ServerEngine,
  type ServerSession,
  StatusCodes,
  type Subscription,
  type UAMethod,
  type Variant,
} from "node-opcua";
import { AppError } from "../platform/errors.ts";
import type { LiveEvents } from "./events/live.ts";
import type { PlainEvent } from "./events/plain-event.ts";
import { serverEvent } from "./events/server-event.ts";

/** ConditionRefresh cannot be served: a defect of the program, or of a nodeset. */
export class RefreshError extends AppError {
  readonly code = "OPCUA_REFRESH";
}

const methods = { conditionRefresh: "ns=0;i=3875", conditionRefresh2: "ns=0;i=12912" } as const;

/**
 * A refresh keeps its subscription busy for so long, ms: a client that asks in a loop would fill its own queue, and
 * nothing of a condition changes faster than the line looks at it.
 */
const busyMs = 250;

const status = (statusCode: CallMethodResultOptions["statusCode"]): CallMethodResultOptions => ({
  ...(statusCode && { statusCode }),
  outputArguments: [],
});

interface Items {
  readonly monitoredItems: ReadonlyMap<number, { readonly itemToMonitor: { readonly attributeId?: AttributeIds } }>;
}

/**
 * Serves ConditionRefresh and ConditionRefresh2 (OPC 10000-9 §5.5.7, §5.5.8): RefreshStart, the events of all retained
 * conditions with the EventIds that they had, RefreshEnd; to the subscription, or the item, that the call names.
 *
 * @param retained newest events of the conditions to be shown
 * @throws RefreshError when the standard's methods are not in the address space.
 */
export function serveConditionRefresh(
  addressSpace: AddressSpace,
  engine: Pick<ServerEngine, "findSubscription">,
  live: LiveEvents,
  retained: () => readonly PlainEvent[],
): void {
  const busy = new WeakSet<Subscription>();

  const refresh = (subscription: Subscription, monitoredItemId: number | undefined): CallMethodResultOptions => {
    const { monitoredItems } = subscription as unknown as Items;
    const events = [...monitoredItems].filter(([, i]) => i.itemToMonitor.attributeId === AttributeIds.EventNotifier);
    if (monitoredItemId !== undefined && !events.some(([id]) => id === monitoredItemId))
      return status(StatusCodes.BadMonitoredItemIdInvalid);
    if (events.length === 0) return status(StatusCodes.BadNothingToDo);
    if (busy.has(subscription)) return status(StatusCodes.BadRefreshInProgress);
    busy.add(subscription);
    setTimeout(() => busy.delete(subscription), busyMs).unref();
    const one = monitoredItemId === undefined ? {} : { monitoredItemId };
    const bracket = (type: "refreshStart" | "refreshEnd", message: string): void =>
      live.emitTo(subscription, serverEvent(type, { sourceName: "Server", message, severity: 100 }), {
        ...one,
        unfiltered: true,
      });
    bracket("refreshStart", "The conditions that follow are the retained ones");
    for (const event of retained()) live.emitTo(subscription, event, one);
    bracket("refreshEnd", "These were all retained conditions");
    return status(StatusCodes.Good);
  };

  for (const nodeId of Object.values(methods)) {
    const method = addressSpace.findNode(nodeId) as UAMethod | null;
    if (!method) throw new RefreshError(`${nodeId} is not in the address space`);
    // Two declared parameters: node-opcua tells promise from callback by their number.
    method.bindMethod(async (inputs: Variant[], context: ISessionContext): Promise<CallMethodResultOptions> => {
      const [id, item] = inputs.map(({ value }) => Number(value)) as [number, number | undefined];
      const subscription = (context.session as ServerSession | undefined)?.getSubscription(id);
      if (subscription) return refresh(subscription, item);
      // Known, but of another session: none of this client's business (Table 19).
      return status(
        engine.findSubscription(id) ? StatusCodes.BadUserAccessDenied : StatusCodes.BadSubscriptionIdInvalid,
      );
    });
  }
}
