import fc from "fast-check";
import {
  AttributeIds,
  ContentFilter,
  ContentFilterElement,
  DataType,
  ElementOperand,
  type ExtensionObject,
  FilterOperator,
  LiteralOperand,
  NodeClass,
  resolveNodeId,
  SimpleAttributeOperand,
  VariantArrayType,
} from "node-opcua";
import { compileSelect } from "../../../src/opcua/events/compile-select.ts";
import { compileWhere, maximumLiteral } from "../../../src/opcua/events/compile-where.ts";
import { compileLike } from "../../../src/opcua/events/like.ts";
import { localTime } from "../../../src/opcua/events/local-time.ts";
import type { PlainEvent } from "../../../src/opcua/events/plain-event.ts";
import type { PlainValue } from "../../../src/opcua/events/plain-value.ts";
import type { EventTypeIndex } from "../../../src/opcua/events/read-event-types.ts";
import { selectFields } from "../../../src/opcua/events/select.ts";
import { matches, type WherePlan } from "../../../src/opcua/events/where.ts";
import { capabilities } from "../../../src/opcua/limits.ts";

const base = "ns=0;i=2041";
const unit = "ns=2;i=1";
const minute = "ns=2;i=2";
const variables = (...types: string[]) => ({ types: new Set(types), nodeClass: NodeClass.Variable });
/** Three event types: the root, and two below it that share nothing but its fields. */
const index: EventTypeIndex = {
  types: { ids: {}, supertypes: { [base]: [base], [unit]: [unit, base], [minute]: [minute, base] } },
  declarations: new Map([
    ["Severity", variables(base)],
    ["Message", variables(base)],
    ["2:Sequence", variables(unit)],
    ["2:Lot", variables(unit)],
    ["2:Simulated", variables(unit)],
    ["2:Confidence", variables(unit)],
    ["2:UnitCount", variables(minute)],
  ]),
};
const anEvent = (fields: Record<string, PlainValue> = {}, type = unit): PlainEvent => ({
  type,
  fields: new Map(Object.entries(fields)),
});

const field = (path: string, typeDefinitionId = base, over: { attributeId?: AttributeIds; indexRange?: string } = {}) =>
  new SimpleAttributeOperand({
    typeDefinitionId,
    browsePath: path.split("/").flatMap((element) => {
      const [, namespaceIndex, name] = /^(?:(\d+):)?(.*)$/.exec(element)!;
      return path === "" ? [] : [{ namespaceIndex: Number(namespaceIndex ?? 0), name: name! }];
    }),
    attributeId: AttributeIds.Value,
    ...(over as object),
  });
const literal = (dataType: DataType, value: unknown) =>
  new LiteralOperand({
    value: {
      dataType,
      arrayType: VariantArrayType.Scalar,
      value: dataType === DataType.NodeId ? resolveNodeId(value as string) : value,
    },
  });
const at = (index: number) => new ElementOperand({ index });
const clause = (...elements: [operator: FilterOperator, ...operands: ExtensionObject[]][]) =>
  new ContentFilter({
    elements: elements.map(
      ([filterOperator, ...filterOperands]) => new ContentFilterElement({ filterOperator, filterOperands }),
    ),
  });
const passes = (event: PlainEvent, ...elements: Parameters<typeof clause>) => {
  const { plan, results } = compileWhere(clause(...elements), index);
  expect(results.map(({ status }) => status.name)).toEqual(elements.map(() => "Good"));
  // A history worker evaluates the plan in another thread.
  return matches(structuredClone(plan!), structuredClone(event), structuredClone(index.types));
};
const resultsOf = (...elements: Parameters<typeof clause>) =>
  compileWhere(clause(...elements), index).results.map(({ status, operands }) => [
    status.name,
    operands.map((s) => s.name),
  ]);

const sequence = (value: number): PlainValue => ({ dataType: "UInt32", value });
const text = (value: string): PlainValue => ({ dataType: "String", value });

describe("operators (OPC 10000-4 §7.7.3)", () => {
  const event = anEvent({
    "2:Sequence": sequence(4_000_000_000),
    "2:Lot": text("L25014A"),
    Severity: { dataType: "UInt16", value: 300 },
    "2:Simulated": { dataType: "Boolean", value: true },
    Message: { dataType: "LocalizedText", value: { text: "Unit 7: Fail", locale: "en" } },
  });
  // Clients send whatever integer type their language has; a converted value must not change what is true.
  test.each([
    [FilterOperator.Equals, DataType.Double, 4e9, true],
    [FilterOperator.GreaterThan, DataType.Int32, -1, true],
    [FilterOperator.LessThan, DataType.Int32, 5, false],
    [FilterOperator.GreaterThanOrEqual, DataType.UInt32, 4_000_000_000, true],
    [FilterOperator.LessThanOrEqual, DataType.Int64, [0, 4_000_000_000], true],
    [FilterOperator.Equals, DataType.String, "4000000000", true],
    [FilterOperator.Equals, DataType.String, "many", false],
    [FilterOperator.Equals, DataType.DateTime, new Date(0), false],
  ])("a UInt32 %s a literal of type %s", (operator, dataType, value, expected) => {
    expect(passes(event, [operator, field("2:Sequence"), literal(dataType, value)])).toBe(expected);
  });

  test("OfType, Between, InList, IsNull, Like, Cast, BitwiseAnd", () => {
    const yes: Parameters<typeof clause>[] = [
      [[FilterOperator.OfType, literal(DataType.NodeId, unit)]],
      [[FilterOperator.OfType, literal(DataType.NodeId, base)]],
      [[FilterOperator.Between, field("Severity"), literal(DataType.Int32, 300), literal(DataType.Byte, 301 & 255)]],
      [[FilterOperator.InList, field("2:Lot"), literal(DataType.String, "x"), literal(DataType.String, "L25014A")]],
      [[FilterOperator.IsNull, field("2:Confidence")]],
      [[FilterOperator.Like, field("Message"), literal(DataType.String, "Unit [0-9]%Fail")]],
      [
        [FilterOperator.Equals, at(1), literal(DataType.String, "300")],
        [FilterOperator.Cast, field("Severity"), literal(DataType.NodeId, "ns=0;i=12")],
      ],
      [
        [FilterOperator.Equals, at(1), literal(DataType.Int32, 44)],
        [FilterOperator.BitwiseAnd, field("Severity"), literal(DataType.UInt16, 0xff)],
      ],
    ];
    // 301 & 255 is 45: Between must be false there, and everything else true.
    expect(yes.map((elements) => passes(event, ...elements))).toEqual([
      true,
      true,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(passes(event, [FilterOperator.OfType, literal(DataType.NodeId, minute)])).toBe(false);
  });

  // NULL is not false: "not (Confidence > 0.5)" must not deliver units that have no confidence.
  test("a field without a value makes a comparison NULL, which never passes", () => {
    const elements: Parameters<typeof clause> = [
      [FilterOperator.Not, at(1)],
      [FilterOperator.GreaterThan, field("2:Confidence"), literal(DataType.Double, 0.5)],
    ];
    expect(passes(event, ...elements)).toBe(false);
    expect(passes(event, elements[1]!)).toBe(false);
    expect(passes(event, [FilterOperator.Or, at(1), field("2:Simulated")], elements[1]!)).toBe(true);
  });

  // An operand of one type is null in events of another (§7.7.4.5), unless the root type is named.
  test("a field of another type's declaration is null", () => {
    const shared = anEvent({ Severity: { dataType: "UInt16", value: 1 } }, minute);
    expect(passes(shared, [FilterOperator.IsNull, field("Severity", unit)])).toBe(true);
    expect(passes(shared, [FilterOperator.IsNull, field("Severity", base)])).toBe(false);
  });

  // One Foundation-conformant filter of fifty elements made the stock evaluation take 2^50 steps.
  test("elements that share operands cost their number, not their paths", () => {
    const elements = Array.from({ length: 49 }, (_, i): [FilterOperator, ...ExtensionObject[]] => [
      FilterOperator.And,
      at(i + 1),
      at(i + 1),
    ]);
    expect(passes(event, ...elements, [FilterOperator.OfType, literal(DataType.NodeId, unit)])).toBe(true);
  });
});

describe("wrong filters (OPC 10000-4 §7.7.2)", () => {
  const good = literal(DataType.Int32, 1);
  test.each<[string, Parameters<typeof clause>, unknown[]]>([
    [
      "an operator that events have no use for",
      [[FilterOperator.InView, good]],
      [["BadFilterOperatorUnsupported", []]],
    ],
    ["an operator that does not exist", [[FilterOperator.Invalid, good]], [["BadFilterOperatorInvalid", []]]],
    ["an operand too few", [[FilterOperator.Equals, good]], [["BadFilterOperandCountMismatch", []]]],
    [
      "a field that no event has",
      [[FilterOperator.Equals, good, field("2:Nothing")]],
      [["BadFilterOperandInvalid", ["Good", "BadNodeIdUnknown"]]],
    ],
    [
      "an element that is not there",
      [[FilterOperator.Not, at(7)]],
      [["BadFilterOperandInvalid", ["BadFilterElementInvalid"]]],
    ],
    [
      "a circle",
      [
        [FilterOperator.Not, at(1)],
        [FilterOperator.Not, at(0)],
      ],
      [
        ["BadFilterElementInvalid", []],
        ["BadFilterElementInvalid", []],
      ],
    ],
    [
      "OfType of something that is no type",
      [[FilterOperator.OfType, literal(DataType.NodeId, "i=85")]],
      [["BadFilterOperandInvalid", ["BadNodeIdUnknown"]]],
    ],
    [
      "a literal that is longer than any field",
      [
        [FilterOperator.Like, field("2:Lot"), literal(DataType.String, "[".repeat(maximumLiteral + 1))],
        [FilterOperator.Like, field("2:Lot"), literal(DataType.String, "[".repeat(maximumLiteral))],
      ],
      [
        ["BadFilterOperandInvalid", ["Good", "BadFilterLiteralInvalid"]],
        ["Good", []],
      ],
    ],
    [
      "one wrong element among good ones",
      [
        [FilterOperator.And, at(1), at(2)],
        [FilterOperator.Equals, good, good],
        [FilterOperator.RelatedTo, good],
      ],
      [
        ["Good", []],
        ["Good", []],
        ["BadFilterOperatorUnsupported", []],
      ],
    ],
  ])("%s is named, and the filter has no plan", (_, elements, expected) => {
    expect(resultsOf(...elements)).toEqual(expected);
    expect(compileWhere(clause(...elements), index).plan).toBeUndefined();
  });
});

// Whoever compiles a filter is bound by the limit (OPC 10000-5 §6.3.2): there is no other way to a plan.
test.each<[string, (count: number) => Parameters<typeof clause>]>([
  ["elements", (count) => Array(count).fill([FilterOperator.IsNull, field("2:Lot")])],
  ["operands", (count) => [[FilterOperator.InList, ...Array(count).fill(field("2:Lot"))]]],
])("a where clause of more %s than the limit is refused unread", (_, of) => {
  const limit = capabilities.maxWhereClauseParameters;
  expect(compileWhere(clause(...of(limit)), index).plan).toBeDefined();
  expect(compileWhere(clause(...of(limit + 1)), index)).toEqual({ plan: undefined, isTooLarge: true, results: [] });
});

/** A small expression and what it means, independent of how the filter is compiled and evaluated. */
type Expression =
  | { kind: "compare"; operator: "Equals" | "GreaterThan" | "LessThanOrEqual"; literal: number }
  | { kind: "flag" }
  | { kind: "isNull" }
  | { kind: "and" | "or"; a: Expression; b: Expression }
  | { kind: "not"; a: Expression };
const expression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    fc.record({
      kind: fc.constant("compare" as const),
      operator: fc.constantFrom("Equals", "GreaterThan", "LessThanOrEqual"),
      literal: fc.integer({ min: -3, max: 3 }),
    }),
    fc.constant({ kind: "flag" as const }),
    fc.constant({ kind: "isNull" as const }),
    fc.record({ kind: fc.constantFrom("and" as const, "or" as const), a: tie("e"), b: tie("e") }),
    fc.record({ kind: fc.constant("not" as const), a: tie("e") }),
  ) as fc.Arbitrary<Expression>,
})).e;

/** Kleene's logic by its numbers: false 0, NULL ½, true 1; and = min, or = max, not = 1 - x. */
function oracle(e: Expression, n: number | undefined, flag: boolean | undefined): number {
  switch (e.kind) {
    case "compare":
      if (n === undefined) return 0.5;
      return Number(
        e.operator === "Equals" ? n === e.literal : e.operator === "GreaterThan" ? n > e.literal : n <= e.literal,
      );
    case "flag":
      return flag === undefined ? 0.5 : Number(flag);
    case "isNull":
      return Number(n === undefined);
    case "and":
      return Math.min(oracle(e.a, n, flag), oracle(e.b, n, flag));
    case "or":
      return Math.max(oracle(e.a, n, flag), oracle(e.b, n, flag));
    case "not":
      return 1 - oracle(e.a, n, flag);
  }
}
function toElements(e: Expression): Parameters<typeof clause> {
  const elements: Parameters<typeof clause> = [];
  const operandOf = (inner: Expression): ExtensionObject =>
    inner.kind === "flag" ? field("2:Simulated") : at(add(inner));
  const add = (inner: Expression): number => {
    const place = elements.push([FilterOperator.IsNull]) - 1;
    elements[place] =
      inner.kind === "compare"
        ? [FilterOperator[inner.operator], field("2:Sequence"), literal(DataType.Int32, inner.literal)]
        : inner.kind === "isNull"
          ? [FilterOperator.IsNull, field("2:Sequence")]
          : inner.kind === "not"
            ? [FilterOperator.Not, operandOf(inner.a)]
            : inner.kind === "flag"
              ? [FilterOperator.Equals, field("2:Simulated"), literal(DataType.Boolean, true)]
              : [inner.kind === "and" ? FilterOperator.And : FilterOperator.Or, operandOf(inner.a), operandOf(inner.b)];
    return place;
  };
  add(e);
  return elements;
}

test("any filter says what three-valued logic says", () => {
  fc.assert(
    fc.property(
      expression,
      fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
      fc.option(fc.boolean(), { nil: undefined }),
      (e, n, flag) => {
        const event = anEvent({
          ...(n !== undefined && { "2:Sequence": { dataType: "Int32", value: n } }),
          ...(flag !== undefined && { "2:Simulated": { dataType: "Boolean", value: flag } }),
        });
        expect(passes(event, ...toElements(e))).toBe(oracle(e, n, flag) === 1);
      },
    ),
    { numRuns: 300 },
  );
});

test("Like agrees with the same pattern as a regular expression", () => {
  const part = fc.constantFrom("a", "b", "%", "_", "[ab]", "[^a]", "\\%", ".");
  const asRegExp: Record<string, string> = { "%": ".*", _: ".", "\\%": "%", ".": "\\." };
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 6 }),
      fc.string({ unit: fc.constantFrom("a", "b", "%", "."), maxLength: 8 }),
      (parts, candidate) => {
        const expected = new RegExp(`^${parts.map((p) => asRegExp[p] ?? p).join("")}$`, "s").test(candidate);
        expect(compileLike(parts.join(""))(candidate)).toBe(expected);
      },
    ),
    { numRuns: 500 },
  );
  // Exponential in a backtracking matcher.
  expect(compileLike(`${"%a".repeat(60)}b`)("a".repeat(250))).toBe(false);
});

// The program answers nobody while it reads a pattern: one that looks for the end of each open bracket would take minutes.
test("open brackets stand for themselves, and reading them costs what there are", () => {
  const brackets = "[".repeat(400_000);
  expect(compileLike(brackets)(brackets)).toBe(true);
  expect(compileLike("[[[a]")("[a")).toBe(false);
  expect(compileLike("[x[")("[x[")).toBe(true);
});

// An item's filter is held against every event of the line.
test("a pattern is read once, not once per event", () => {
  let read = 0;
  const pattern: PlainValue = {
    dataType: "String",
    get value() {
      read += 1;
      return "L25%";
    },
  };
  const plan: WherePlan = [
    {
      operator: "Like",
      operands: [
        { kind: "field", field: { path: "2:Lot" } },
        { kind: "literal", value: pattern },
      ],
    },
  ];
  for (const lot of ["L25014A", "L26014A", "L25014B"])
    expect(matches(plan, anEvent({ "2:Lot": text(lot) }), index.types)).toBe(lot.startsWith("L25"));
  expect(read).toBe(1);
});

describe("select clauses (OPC 10000-4 §7.22.3, EventFilterResult)", () => {
  test.each<[string, SimpleAttributeOperand, string]>([
    ["a field of the root type", field("Message"), "Good"],
    ["a field of ours below the root type", field("2:Sequence"), "Good"],
    ["an inherited field", field("Message", unit), "Good"],
    ["the ConditionId", field("", base, { attributeId: AttributeIds.NodeId }), "Good"],
    ["a node that is no event type", field("Message", "i=2253"), "BadTypeDefinitionInvalid"],
    ["a field that no event has", field("2:Nothing"), "BadNodeIdUnknown"],
    ["a field of a sibling", field("2:UnitCount", unit), "BadNodeIdUnknown"],
    ["another attribute", field("Message", base, { attributeId: AttributeIds.BrowseName }), "BadAttributeIdInvalid"],
  ])("%s", (_, operand, expected) => {
    expect(compileSelect([operand], index).results.map((s) => s.name)).toEqual([expected]);
  });

  // A clause that is refused keeps its place: clients find fields by position.
  test("fields keep the order of their clauses; a refused clause is null", () => {
    const { plan } = compileSelect(
      [field("2:Lot"), field("2:Nothing"), field("2:Lot", base, { indexRange: "0:2" }), field("2:Lot", minute)],
      index,
    );
    expect(selectFields(structuredClone(plan), anEvent({ "2:Lot": text("L25014A") }), index.types)).toEqual([
      text("L25014A"),
      undefined,
      text("L25"),
      undefined,
    ]);
  });
});

// Clients show an event's local time by it (OPC 10000-5 §6.4.2); it must follow daylight saving.
test.each([
  ["Europe/Berlin", "2026-07-01T00:00:00Z", 120, true],
  ["Europe/Berlin", "2026-01-01T00:00:00Z", 60, false],
  ["Europe/Berlin", "2026-03-29T00:59:59Z", 60, false],
  ["Europe/Berlin", "2026-03-29T01:00:00Z", 120, true],
  ["America/St_Johns", "2026-01-01T00:00:00Z", -210, false],
  ["Australia/Sydney", "2026-01-01T00:00:00Z", 660, true],
  ["UTC", "2026-07-01T00:00:00Z", 0, false],
])("local time in %s at %s", (zone, at, offset, daylightSavingInOffset) => {
  expect(localTime(Date.parse(at), zone)).toEqual({ offset, daylightSavingInOffset });
});
