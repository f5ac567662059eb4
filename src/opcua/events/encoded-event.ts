import { type AddressSpace, BinaryStream, DataType, EventFieldList } from "node-opcua";
import type { EventTypes } from "./event-types.ts";
import type { PlainEvent } from "./plain-event.ts";
import type { PlainValue } from "./plain-value.ts";
import { type SelectPlan, selectFields } from "./select.ts";
import { variantOf } from "./variant.ts";

/** The stack's two kinds of stream, one that counts and one that writes. */
interface Stream {
  writeUInt32(value: number): void;
  writeArrayBuffer(bytes: ArrayBuffer): void;
}

/** Values of one event that are encoded already. */
export type EncodedValues = Map<PlainValue, Uint8Array>;

const noValue = Uint8Array.of(DataType.Null);
function encodeValue(value: PlainValue, addressSpace: AddressSpace): Uint8Array {
  const variant = variantOf(value, addressSpace);
  const stream = new BinaryStream(variant.binaryStoreSize());
  variant.encode(stream);
  return stream.buffer;
}

/**
 * The fields of an event as they go over the wire (OPC 10000-6 §5.2.5), without the client's handle. However many clauses
 * and clients name a field, it is encoded once per event: a list costs a copy.
 */
export function encodeFields(
  plan: SelectPlan,
  event: PlainEvent,
  types: EventTypes,
  addressSpace: AddressSpace,
  known: EncodedValues = new Map(),
): ArrayBuffer {
  const fields = selectFields(plan, event, types).map((value) => {
    if (!value) return noValue;
    const bytes = known.get(value) ?? encodeValue(value, addressSpace);
    known.set(value, bytes);
    return bytes;
  });
  const list = new Uint8Array(fields.reduce((size, { byteLength }) => size + byteLength, 4));
  new DataView(list.buffer).setInt32(0, fields.length, true);
  let at = 4;
  for (const bytes of fields) {
    list.set(bytes, at);
    at += bytes.byteLength;
  }
  return list.buffer;
}

/** An event in a client's queue: its handle, and bytes that it may share with other clients. */
export class EncodedEvent extends EventFieldList {
  readonly #bytes: ArrayBuffer;
  constructor(clientHandle: number, bytes: ArrayBuffer) {
    super(null);
    this.clientHandle = clientHandle;
    this.#bytes = bytes;
  }
  get byteLength(): number {
    return this.#bytes.byteLength;
  }
  override encode(stream: unknown): void {
    (stream as Stream).writeUInt32(this.clientHandle);
    (stream as Stream).writeArrayBuffer(this.#bytes);
  }
}

/** Says that the queue that it is in has lost events. */
export class OverflowEvent extends EncodedEvent {}
