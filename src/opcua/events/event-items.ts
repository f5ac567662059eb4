import {
  type AddressSpace,
  EventFieldList,
  EventFilter,
  MonitoredItem,
  type MonitoredItemCreateRequest,
  MonitoredItemCreateResult,
  MonitoredItemModifyResult,
  type MonitoringParameters,
  type StatusCode,
  StatusCodes,
  Subscription,
} from "node-opcua";
import { maximumEventBytes, maximumEventItems } from "../limits.ts";
import { override } from "../stack-override.ts";
import { EventBudget } from "./event-budget.ts";
import type { CompiledFilter } from "./event-filter.ts";
import { compile, contexts, type EventItem, isEventItem, LiveEvent, overflowOf } from "./live-event.ts";

/** By session. */
const budgets = new WeakMap<object, EventBudget<EventItem>>();
function budgetOf(owner: object): EventBudget<EventItem> {
  const budget = budgets.get(owner) ?? new EventBudget(maximumEventBytes, overflowOf);
  budgets.set(owner, budget);
  return budget;
}
/** The budget of each item: that of the session that made it, also after a transfer. */
const budgetsOfItems = new WeakMap<EventItem, EventBudget<EventItem>>();
/** An item that no client made has a budget of its own. */
const budgetOfItem = (item: EventItem): EventBudget<EventItem> =>
  budgetsOfItems.get(item) ?? join(item, budgetOf(item));
function join(item: EventItem, budget: EventBudget<EventItem>): EventBudget<EventItem> {
  budget.open(item);
  budgetsOfItems.set(item, budget);
  return budget;
}

/** What an item that a client wants deserves. */
interface Verdict {
  readonly status: StatusCode;
  readonly compiled?: CompiledFilter;
}
/** By the filter that a client sends for an item; `undefined` leaves it to the stack. */
function judge(isEvent: boolean, filter: unknown, addressSpace: object): Verdict | undefined {
  if (!isEvent) return filter instanceof EventFilter ? { status: StatusCodes.BadFilterNotAllowed } : undefined;
  // An event item has a filter (§7.22.3); without one it would have no fields.
  if (!filter) return { status: StatusCodes.BadEventFilterInvalid };
  if (!(filter instanceof EventFilter)) return { status: StatusCodes.BadFilterNotAllowed };
  const context = contexts.get(addressSpace);
  const compiled = context && compile(filter, context);
  return compiled && { status: compiled.status, compiled };
}

let installed = false;
/**
 * Teaches the stack our events, once per process: its items take them already encoded, its queues tell of an overflow, and
 * filters are judged clause by clause before anything is changed. The stack's own events go the way they always went.
 *
 * @throws GuardError when the stack has none of the methods that this takes hold of.
 */
export function installEventPath(): void {
  if (installed) return;
  const items = MonitoredItem.prototype;
  override(
    items,
    "_on_opcua_event",
    (original) =>
      function (this: EventItem, event: unknown) {
        if (event instanceof LiveEvent) event.offerTo(this, false);
        else original.call(this, event);
      },
  );
  override(
    items,
    "_enqueue_notification",
    (original) =>
      function (this: EventItem, notification: unknown) {
        if (!(notification instanceof EventFieldList) || !this.node || !contexts.has(this.node.addressSpace))
          return original.call(this, notification);
        for (const loser of budgetOfItem(this).enqueue(this, notification)) {
          const diagnostics = loser.$subscription?.subscriptionDiagnostics;
          if (diagnostics) diagnostics.eventQueueOverflowCount++;
        }
      },
  );
  override(
    items,
    "_empty_queue",
    (original) =>
      function (this: EventItem) {
        original.call(this);
        budgetsOfItems.get(this)?.taken(this);
      },
  );
  override(
    items,
    "dispose",
    (original) =>
      function (this: EventItem) {
        budgetsOfItems.get(this)?.close(this);
        budgetsOfItems.delete(this);
        original.call(this);
      },
  );
  override(
    items,
    "_adjust_queue_to_match_new_queue_size",
    (original) =>
      function (this: EventItem) {
        if (!isEventItem(this) || !this.node || !contexts.has(this.node.addressSpace)) return original.call(this);
        budgetOfItem(this).shrink(this);
      },
  );
  override(
    items,
    "modify",
    (original) =>
      function (this: EventItem, timestamps: unknown, parameters: MonitoringParameters | null) {
        const verdict = parameters && this.node && judge(isEventItem(this), parameters.filter, this.node.addressSpace);
        const filterResult = verdict?.compiled?.result ?? null;
        if (verdict && !verdict.status.isGood())
          return new MonitoredItemModifyResult({ statusCode: verdict.status, filterResult });
        const result = original.call(this, timestamps, parameters) as MonitoredItemModifyResult;
        if (filterResult && result.statusCode.isGood()) result.filterResult = filterResult;
        return result;
      },
  );
  override(
    Subscription.prototype,
    "preCreateMonitoredItem",
    (original) =>
      function (
        this: Subscription,
        addressSpace: AddressSpace,
        timestamps: unknown,
        request: MonitoredItemCreateRequest,
      ) {
        const { itemToMonitor, requestedParameters } = request;
        const isKnown = addressSpace.findNode(itemToMonitor.nodeId) !== null;
        const budget = isKnown && isEventItem({ itemToMonitor }) ? budgetOf(this.$session ?? this) : undefined;
        const isOneTooMany = budget !== undefined && budget.items >= maximumEventItems;
        const verdict: Verdict | undefined = isOneTooMany
          ? { status: StatusCodes.BadTooManyMonitoredItems }
          : isKnown
            ? judge(budget !== undefined, requestedParameters.filter, addressSpace)
            : undefined;
        const filterResult = verdict?.compiled?.result ?? null;
        if (verdict && !verdict.status.isGood())
          return {
            createResult: new MonitoredItemCreateResult({ statusCode: verdict.status, filterResult }),
            monitoredItemCreateRequest: request,
          };
        const created = original.call(this, addressSpace, timestamps, request) as {
          createResult: MonitoredItemCreateResult;
          monitoredItem?: EventItem;
        };
        const { monitoredItem } = created;
        if (monitoredItem && budget) join(monitoredItem, budget);
        if (filterResult && created.createResult.statusCode.isGood()) created.createResult.filterResult = filterResult;
        return created;
      },
  );
  // The stack sends on whatever came since, with the next Publish request at hand: a burst went out in messages of a few
  // events. A message follows at once only when this cycle's did not fit into one (OPC 10000-4 §5.14.1.1).
  override(
    Subscription.prototype,
    "_flushRemainingNotifications",
    (original) =>
      function (this: { readonly hasPendingNotifications: boolean }) {
        if (this.hasPendingNotifications) original.call(this);
      },
  );
  installed = true;
}
