import {
  type AddressSpace,
  AttributeIds,
  canReceiveEvent,
  DataType,
  EventFieldList,
  EventFilter,
  type ISessionContext,
  MonitoredItem,
  type MonitoredItemCreateRequest,
  MonitoredItemCreateResult,
  MonitoredItemModifyResult,
  type MonitoringParameters,
  ObjectIds,
  type StatusCode,
  StatusCodes,
  Subscription,
  type UAObject,
  type UAObjectType,
  type Variant,
} from "node-opcua";
import { maximumEventBytes, maximumEventItems } from "../limits.ts";
import { override } from "../stack-override.ts";
import { EncodedEvent, type EncodedValues, encodeFields, OverflowEvent } from "./encoded-event.ts";
import { EventBudget } from "./event-budget.ts";
import { type CompiledFilter, compileEventFilter, type EventFilterPlan } from "./event-filter.ts";
import type { EventQueue } from "./event-queue.ts";
import type { PlainEvent } from "./plain-event.ts";
import { EventTypeError, type EventTypeIndex } from "./read-event-types.ts";
import { queueOverflow } from "./server-event.ts";
import { variantOf } from "./variant.ts";
import { matches } from "./where.ts";

/** An event item of a client, with what the stack keeps to itself. */
interface EventItem extends EventQueue {
  readonly monitoredItemId: number;
  readonly clientHandle: number;
  readonly filter: unknown;
  readonly itemToMonitor: { readonly attributeId?: AttributeIds };
  readonly node: UAObject | null;
  readonly $subscription?: { readonly subscriptionDiagnostics?: { eventQueueOverflowCount: number } };
  getSessionContext(): ISessionContext | null;
  _enqueue_notification(notification: EventFieldList): void;
}

/** The live events of one address space. */
export interface LiveEvents {
  /** Raises an event at an object (its NodeId) and at everything that is its notifier, up to Server. */
  emit(event: PlainEvent, at: string): void;
  /**
   * Gives an event to the event items of one subscription, or to one of them: for what a client asked for, such as
   * ConditionRefresh. `unfiltered` for RefreshStart and RefreshEnd, which no where clause keeps back (OPC 10000-9 §4.5).
   */
  emitTo(
    subscription: Subscription,
    event: PlainEvent,
    options?: { readonly monitoredItemId?: number; readonly unfiltered?: boolean },
  ): void;
  /** How many times fields were put together: once per event and distinct select list. */
  readonly encodings: number;
  readonly addressSpace: AddressSpace;
  /** Plain data of the event types, for evaluating filters elsewhere. */
  readonly index: EventTypeIndex;
}

/** Told of each event that goes into the queue of a client's item. */
type OnGiven = (event: PlainEvent, context: ISessionContext) => void;

/** What the stack's classes need to know of ours; by address space, because they are shared by every server of a process. */
interface Context {
  readonly addressSpace: AddressSpace;
  readonly index: EventTypeIndex;
  readonly compiled: WeakMap<EventFilter, CompiledFilter>;
  /** Equal select lists of different clients are one object. */
  readonly selects: Map<string, EventFilterPlan["select"]>;
  readonly onGiven: OnGiven | undefined;
  encodings: number;
}
const contexts = new WeakMap<object, Context>();
/** More distinct select lists than this are not remembered; they then cost a copy each. */
const maximumSelects = 1_000;

function compile(filter: EventFilter, context: Context): CompiledFilter {
  const known = context.compiled.get(filter);
  if (known) return known;
  const compiled = compileEventFilter(filter, context.index);
  const key = JSON.stringify(compiled.plan?.select ?? null);
  if (context.selects.size >= maximumSelects) context.selects.clear();
  const select = context.selects.get(key) ?? compiled.plan?.select;
  if (select) context.selects.set(key, select);
  const shared = { ...compiled, plan: compiled.plan && select && { ...compiled.plan, select } };
  context.compiled.set(filter, shared);
  return shared;
}

/** The plan of an item's filter; nothing for an item that has none. */
const planOf = (item: EventItem, context: Context): EventFilterPlan | undefined =>
  item.filter instanceof EventFilter ? compile(item.filter, context).plan : undefined;

function encode(plan: EventFilterPlan, event: PlainEvent, context: Context, known?: EncodedValues): ArrayBuffer {
  context.encodings++;
  return encodeFields(plan.select, event, context.index.types, context.addressSpace, known);
}

/** For how long a session's permission is remembered, ms: a change of the role set takes effect within it. */
const permissionMs = 1_000;
const permissions = new WeakMap<object, { readonly until: number; readonly of: Map<string, boolean> }>();

/**
 * ReceiveEvents on the event's type and source (OPC 10000-3 §8.55), as the stack checks it for its own events. Remembered
 * by the user's identity token, which is a new one whenever a session changes its user: the check costs as much as
 * delivering the event.
 */
function mayReceive(context: ISessionContext, event: LiveEvent, addressSpace: AddressSpace): boolean {
  const check = (): boolean => canReceiveEvent(context, addressSpace, event as never);
  const token = (context.session as { userIdentityToken?: object } | undefined)?.userIdentityToken;
  if (!token) return check();
  const now = performance.now();
  let known = permissions.get(token);
  if (!known || known.until < now) {
    known = { until: now + permissionMs, of: new Map() };
    permissions.set(token, known);
  }
  let granted = known.of.get(event.origin);
  if (granted === undefined) {
    granted = check();
    known.of.set(event.origin, granted);
  }
  return granted;
}

/** An event on its way to the items: put together for each select list when the first item with that list takes it. */
class LiveEvent {
  readonly #event: PlainEvent;
  readonly #context: Context;
  readonly #type: UAObjectType;
  readonly #encoded = new Map<EventFilterPlan["select"], ArrayBuffer>();
  readonly #values: EncodedValues = new Map();
  /** Where the stack's permission check looks for it. */
  readonly sourceNode: Variant;
  /** Type and source: what permissions hang on. */
  readonly origin: string;

  constructor(event: PlainEvent, context: Context) {
    this.#event = event;
    this.#context = context;
    const type = context.addressSpace.findNode(event.type) as UAObjectType | null;
    if (!type) throw new EventTypeError(`event type ${event.type} is not in the address space`);
    this.#type = type;
    this.sourceNode = variantOf(event.fields.get("SourceNode"), context.addressSpace);
    if (this.sourceNode.dataType !== DataType.NodeId) throw new EventTypeError("an event has no SourceNode");
    this.origin = `${event.type} ${this.sourceNode.value}`;
  }
  getEventDataSource(): UAObjectType {
    return this.#type;
  }
  offerTo(item: EventItem, unfiltered: boolean): void {
    const context = this.#context;
    const plan = planOf(item, context);
    if (!plan) return;
    const session = item.getSessionContext();
    if (session && !mayReceive(session, this, context.addressSpace)) return;
    if (!unfiltered && !matches(plan.where, this.#event, context.index.types)) return;
    let bytes = this.#encoded.get(plan.select);
    if (!bytes) {
      bytes = encode(plan, this.#event, context, this.#values);
      this.#encoded.set(plan.select, bytes);
    }
    item._enqueue_notification(new EncodedEvent(item.clientHandle, bytes));
    if (session) context.onGiven?.(this.#event, session);
  }
}

function overflowOf(item: EventItem): OverflowEvent {
  const context = contexts.get(item.node!.addressSpace)!;
  const plan = planOf(item, context)!;
  return new OverflowEvent(item.clientHandle, encode(plan, queueOverflow(), context));
}

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

const isEventItem = ({ itemToMonitor }: { itemToMonitor: { readonly attributeId?: AttributeIds } }): boolean =>
  itemToMonitor.attributeId === AttributeIds.EventNotifier;

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

/** An object and everything above it that its events bubble up to (OPC 10000-3 §7.17, §7.18), and Server at last. */
function notifiersOf(addressSpace: AddressSpace, at: string): readonly UAObject[] {
  const server = addressSpace.findNode(`i=${ObjectIds.Server}`) as UAObject;
  const first = addressSpace.findNode(at) as UAObject | null;
  if (!first) throw new EventTypeError(`${at}, where events are raised, is not in the address space`);
  const chain = new Set([first]);
  for (const node of chain)
    for (const type of ["HasNotifier", "HasEventSource"])
      for (const above of node.findReferencesAsObject(type, false)) chain.add(above as UAObject);
  return [...chain.add(server)];
}

/** The live events of an address space whose types have been read. */
export function createLiveEvents(addressSpace: AddressSpace, index: EventTypeIndex, onGiven?: OnGiven): LiveEvents {
  const selects: Context["selects"] = new Map();
  const context: Context = { addressSpace, index, compiled: new WeakMap(), selects, onGiven, encodings: 0 };
  contexts.set(addressSpace, context);
  const chains = new Map<string, readonly UAObject[]>();
  return {
    addressSpace,
    index,
    emit(event, at) {
      let chain = chains.get(at);
      if (!chain) {
        chain = notifiersOf(addressSpace, at);
        chains.set(at, chain);
      }
      const live = new LiveEvent(event, context);
      for (const notifier of chain) notifier.emit("event", live as never);
    },
    emitTo(subscription, event, { monitoredItemId, unfiltered = false } = {}) {
      const live = new LiveEvent(event, context);
      const { monitoredItems } = subscription as unknown as { monitoredItems: ReadonlyMap<number, EventItem> };
      for (const [id, item] of monitoredItems)
        if (isEventItem(item) && (monitoredItemId === undefined || id === monitoredItemId))
          live.offerTo(item, unfiltered);
    },
    get encodings() {
      return context.encodings;
    },
  };
}
