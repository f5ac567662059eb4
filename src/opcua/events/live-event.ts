import {
  type AddressSpace,
  AttributeIds,
  canReceiveEvent,
  DataType,
  type EventFieldList,
  EventFilter,
  type ISessionContext,
  type UAObject,
  type UAObjectType,
  type Variant,
} from "node-opcua";
import { EncodedEvent, type EncodedValues, encodeFields, OverflowEvent } from "./encoded-event.ts";
import { type CompiledFilter, compileEventFilter, type EventFilterPlan } from "./event-filter.ts";
import type { EventQueue } from "./event-queue.ts";
import type { PlainEvent } from "./plain-event.ts";
import { EventTypeError, type EventTypeIndex } from "./read-event-types.ts";
import { queueOverflow } from "./server-event.ts";
import { variantOf } from "./variant.ts";
import { matches } from "./where.ts";

/** An event item of a client, with what the stack keeps to itself. */
export interface EventItem extends EventQueue {
  readonly monitoredItemId: number;
  readonly clientHandle: number;
  readonly filter: unknown;
  readonly itemToMonitor: { readonly attributeId?: AttributeIds };
  readonly node: UAObject | null;
  readonly $subscription?: { readonly subscriptionDiagnostics?: { eventQueueOverflowCount: number } };
  getSessionContext(): ISessionContext | null;
  _enqueue_notification(notification: EventFieldList): void;
}

/** Whether an item asks for events, not for values. */
export const isEventItem = ({ itemToMonitor }: { itemToMonitor: { readonly attributeId?: AttributeIds } }): boolean =>
  itemToMonitor.attributeId === AttributeIds.EventNotifier;

/** Told of each event that goes into the queue of a client's item. */
export type OnGiven = (event: PlainEvent, context: ISessionContext) => void;

/** What the stack's classes need to know of ours; by address space, because they are shared by every server of a process. */
export interface Context {
  readonly addressSpace: AddressSpace;
  readonly index: EventTypeIndex;
  readonly compiled: WeakMap<EventFilter, CompiledFilter>;
  /** Equal select lists of different clients are one object. */
  readonly selects: Map<string, EventFilterPlan["select"]>;
  readonly onGiven: OnGiven | undefined;
  encodings: number;
}
export const contexts = new WeakMap<object, Context>();
/** More distinct select lists than this are not remembered; they then cost a copy each. */
const maximumSelects = 1_000;

/** What a filter comes to; equal ones of different clients are compiled once. */
export function compile(filter: EventFilter, context: Context): CompiledFilter {
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
export class LiveEvent {
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

/** What stands where an item lost events. */
export function overflowOf(item: EventItem): OverflowEvent {
  const context = contexts.get(item.node!.addressSpace)!;
  const plan = planOf(item, context)!;
  return new OverflowEvent(item.clientHandle, encode(plan, queueOverflow(), context));
}
