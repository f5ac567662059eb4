import { BinaryStream } from "node-opcua";
import { EncodedEvent, encodeFields } from "../../../src/opcua/events/encoded-event.ts";
import type { PlainEvent } from "../../../src/opcua/events/plain-event.ts";

const event: PlainEvent = {
  type: "ns=2;i=1000",
  fields: new Map([
    ["2:Sequence", { dataType: "UInt32", value: 42 }],
    ["2:Simulated", { dataType: "Boolean", value: true }],
    ["SourceName", { dataType: "String", value: "Ä1" }],
    ["Time", { dataType: "DateTime", value: Date.UTC(1601, 0, 1, 0, 0, 0, 1) }],
    ["EventId", { dataType: "ByteString", value: new Uint8Array([1, 2, 3]) }],
    ["Message", { dataType: "LocalizedText", value: { text: "Hi", locale: "en" } }],
    ["EventType", { dataType: "NodeId", value: "ns=2;i=1000" }],
    ["2:Confidence", { dataType: "Double", value: 1 }],
  ]),
};
const paths = [...event.fields.keys(), "2:Nothing"];

// A client on the same stack would agree with our mistakes: these bytes are written down by hand from OPC 10000-6 §5.2.
test("an event goes over the wire as OPC 10000-6 §5.2.5 has EventFieldList", () => {
  const bytes = encodeFields(
    paths.map((path) => ({ path })),
    event,
    { ids: {}, supertypes: {} },
    {} as never,
  );
  const stream = new BinaryStream(200);
  new EncodedEvent(0x0a0b, bytes).encode(stream);
  const expected = [
    "0b0a0000", // ClientHandle
    "09000000", // nine fields
    "07 2a000000", // UInt32
    "01 01", // Boolean
    "0c 03000000 c38431", // String, UTF-8
    "0d 1027000000000000", // DateTime, 100 ns since 1601
    "0f 03000000 010203", // ByteString
    "15 03 02000000 656e 02000000 4869", // LocalizedText: mask, locale, text
    "11 01 02 e803", // NodeId, four bytes
    "0b 000000000000f03f", // Double
    "00", // null
  ];
  expect(stream.buffer.subarray(0, stream.length).toString("hex")).toBe(expected.join("").replaceAll(" ", ""));
});
