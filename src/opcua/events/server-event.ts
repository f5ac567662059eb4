import { randomBytes } from "node:crypto";
import { localTime } from "./local-time.ts";
import type { PlainEvent } from "./plain-event.ts";
import { localizedText } from "./plain-value.ts";

/** Event types that the server raises on its own account: of no entry, and of no history. */
export const serverEventTypes = {
  eventQueueOverflow: "ns=0;i=3035",
  refreshStart: "ns=0;i=2787",
  refreshEnd: "ns=0;i=2788",
  refreshRequired: "ns=0;i=2789",
} as const;
const serverObject = "ns=0;i=2253";

/** What happened in the server itself, now: every field of BaseEventType (OPC 10000-5 §6.4.2), an EventId of its own. */
export function serverEvent(
  type: keyof typeof serverEventTypes,
  row: { readonly sourceName: string; readonly message: string; readonly severity: number },
): PlainEvent {
  const now = Date.now();
  const nodeId = serverEventTypes[type];
  return {
    type: nodeId,
    fields: new Map([
      ["EventId", { dataType: "ByteString", value: new Uint8Array(randomBytes(16)) }],
      ["EventType", { dataType: "NodeId", value: nodeId }],
      ["SourceNode", { dataType: "NodeId", value: serverObject }],
      ["SourceName", { dataType: "String", value: row.sourceName }],
      ["Time", { dataType: "DateTime", value: now }],
      ["ReceiveTime", { dataType: "DateTime", value: now }],
      ["LocalTime", { dataType: "Structure", type: ["ua", "TimeZoneDataType"], value: { ...localTime(now) } }],
      ["Message", localizedText(row.message)],
      ["Severity", { dataType: "UInt16", value: row.severity }],
    ]),
  };
}

/** A client's queue dropped events (OPC 10000-5 §6.4.34 names source and text of the source). */
export const queueOverflow = (): PlainEvent =>
  serverEvent("eventQueueOverflow", {
    sourceName: "Internal/EventQueueOverflow",
    message: "Events were lost because the queue of this item was full; read the gap from history by Sequence",
    severity: 500,
  });
