import { sitePlace } from "../../nodeset/nodes.ts";
import { stationNodes } from "../../nodeset/station-nodes.ts";
import type { PlainValue } from "../../src/opcua/events/plain-value.ts";
import type { WherePlan } from "../../src/opcua/events/where.ts";
import { narrowing, streamsOf } from "../../src/opcua/history/narrow.ts";
import { sourceOf } from "../../src/opcua/history/sources.ts";
import { aSetup } from "./support/rig.ts";

const unit = "ns=2;i=1";
const minute = "ns=2;i=2";
const base = "ns=0;i=2041";
const ids = { UnitInspectedEventType: unit, MinuteClosedEventType: minute, LotStartedEventType: "ns=2;i=3" };
const types = {
  ids: {
    ...ids,
    LotEndedEventType: "ns=2;i=4",
    ContextChangedEventType: "ns=2;i=5",
    LineStatusChangedEventType: "ns=2;i=6",
  },
  supertypes: Object.fromEntries([1, 2, 3, 4, 5, 6].map((i) => [`ns=2;i=${i}`, [`ns=2;i=${i}`, base]])),
};
const field = (path: string) => ({ kind: "field", field: { path } }) as const;
const literal = (dataType: "String" | "UInt32" | "NodeId" | "DateTime", value: string | number) =>
  ({ kind: "literal", value: { dataType, value } as PlainValue }) as const;
const element = (index: number) => ({ kind: "element", index }) as const;
const kinds = ["unit", "minute", "lot", "context", "state", "alarm"] as const;
const searched = (where: WherePlan) =>
  streamsOf(["LINE-01", "LINE-02"], kinds, where, types).map((s) => `${s.station} ${s.kind}`);
const ofType = (type: string) => ({ operator: "OfType", operands: [literal("NodeId", type)] }) as const;

// A million units must not be read for the two lots that were started: whoever asks for one type of event gets it quickly.
test("only kinds of entries that can pass are searched", () => {
  expect(searched([ofType(minute)])).toEqual(
    ["LINE-01", "LINE-02"].flatMap((id) => [`${id} minute`, `${id} state`, `${id} alarm`]),
  );
  expect(searched([{ operator: "Or", operands: [element(1), element(2)] }, ofType(minute), ofType(unit)])).toContain(
    "LINE-01 unit",
  );
  expect(searched([ofType(base)])).toHaveLength(12);
  const verdict = { operator: "Equals", operands: [field("2:Verdict"), literal("UInt32", 2)] } as const;
  expect(searched([verdict])).toEqual(
    ["LINE-01", "LINE-02"].flatMap((id) => [`${id} unit`, `${id} state`, `${id} alarm`]),
  );
  // What is not true of an event without the field may be true of its negation's: nothing is left out below Not.
  expect(searched([{ operator: "Not", operands: [element(1)] }, verdict])).toHaveLength(12);
  const station = {
    operator: "Equals",
    operands: [field("2:StationId"), literal("String", "LINE-02")],
  } as const;
  expect(new Set(searched([station]).map((s) => s.slice(0, 7)))).toEqual(new Set(["LINE-02"]));
});

test("ends of time and sequence are taken from what And joins, and from nothing else", () => {
  const after = { operator: "GreaterThan", operands: [field("2:Sequence"), literal("UInt32", 10)] } as const;
  const before = { operator: "LessThanOrEqual", operands: [field("Time"), literal("DateTime", 77)] } as const;
  const joined: WherePlan = [{ operator: "And", operands: [element(1), element(2)] }, after, before];
  expect(narrowing(joined)).toEqual({ sequences: [10, 0xffff_ffff], to: 77 });
  expect(narrowing([{ ...joined[0]!, operator: "Or" }, after, before])).toEqual({});
  expect(narrowing([{ operator: "Not", operands: [element(1)] }, after])).toEqual({});
  // A text may be compared with a number by conversion: that is for the evaluation.
  expect(narrowing([{ operator: "Equals", operands: [field("2:Sequence"), literal("String", "5")] }])).toEqual({});
});

// Elements may refer to one another twice each: a filter of a hundred elements must cost a hundred, not 2^100.
test.each(["And", "Or"] as const)(
  "a filter that refers to its elements over and over costs what it has elements: %s",
  (operator) => {
    const sequence = { operator: "Equals", operands: [field("2:Sequence"), literal("UInt32", 5)] } as const;
    const chain: WherePlan = [
      ...Array.from({ length: 99 }, (_, i) => ({ operator, operands: [element(i + 1), element(i + 1)] })),
      sequence,
    ];
    expect(narrowing(chain)).toEqual(operator === "And" ? { sequences: [5, 5] } : {});
    expect(searched(chain)).not.toContain("LINE-01 minute");
  },
);

// OPC 10000-3 §5.6.2: a variable that says Historizing has a history. One without a source would fail at the first read.
test("every historized variable of the model has its rows in the ledger", () => {
  const [station] = aSetup().stations;
  const historized = stationNodes(station!, "").filter(
    ({ nodeClass, historizing }) => nodeClass === "Variable" && historizing,
  );
  expect(historized.length).toBeGreaterThan(25);
  const path = (id: unknown): string => String(id).split("/").slice(1).join("/");
  expect(historized.map(({ id }) => path(id.id)).filter((p) => !sourceOf(p))).toEqual([]);
  expect(sourceOf(path(sitePlace.idOf(["LINE-01", "Status", "Heartbeat"]).id))).toBeUndefined();
});
