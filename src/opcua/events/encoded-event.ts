import { type AddressSpace, BinaryStream, EventFieldList } from "node-opcua";
import type { EventTypes } from "./event-types.ts";
import type { PlainEvent } from "./plain-event.ts";
import { type SelectPlan, selectFields } from "./select.ts";
import { variantOf } from "./variant.ts";

/** The stack's two kinds of stream, one that counts and one that writes. */
interface Stream {
  writeUInt32(value: number): void;
  writeArrayBuffer(bytes: ArrayBuffer): void;
}

/** The fields of an event as they go over the wire (OPC 10000-6 §5.2.5), without the client's handle. */
export function encodeFields(
  plan: SelectPlan,
  event: PlainEvent,
  types: EventTypes,
  addressSpace: AddressSpace,
): ArrayBuffer {
  const list = new EventFieldList(null);
  list.eventFields = selectFields(plan, event, types).map((value) => variantOf(value, addressSpace));
  const stream = new BinaryStream(list.binaryStoreSize());
  list.encode(stream);
  const { buffer, byteOffset, byteLength } = stream.buffer;
  // The handle in front is each client's own.
  return (buffer as ArrayBuffer).slice(byteOffset + 4, byteOffset + byteLength);
}

/** An event in a client's queue: its handle, and bytes that it may share with other clients. */
export class EncodedEvent extends EventFieldList {
  readonly #bytes: ArrayBuffer;
  constructor(clientHandle: number, bytes: ArrayBuffer) {
    super(null);
    this.clientHandle = clientHandle;
    this.#bytes = bytes;
  }
  override encode(stream: unknown): void {
    (stream as Stream).writeUInt32(this.clientHandle);
    (stream as Stream).writeArrayBuffer(this.#bytes);
  }
}

/** Says that the queue that it is in has lost events. */
export class OverflowEvent extends EncodedEvent {}
