import { cast, compare, integer, integers, isInteger, logical, textOf } from "./conversion.ts";
import { type EventTypes, isOfType } from "./event-types.ts";
import { compileLike } from "./like.ts";
import type { PlainEvent } from "./plain-event.ts";
import type { PlainValue } from "./plain-value.ts";
import { type FieldPlan, fieldOf } from "./select.ts";

/** Operators that an event filter may use (OPC 10000-4 §7.7.3); InView and RelatedTo have no meaning for events. */
export type Operator =
  | "Equals"
  | "IsNull"
  | "GreaterThan"
  | "LessThan"
  | "GreaterThanOrEqual"
  | "LessThanOrEqual"
  | "Like"
  | "Not"
  | "Between"
  | "InList"
  | "And"
  | "Or"
  | "Cast"
  | "BitwiseAnd"
  | "BitwiseOr"
  | "OfType";

export type Operand =
  | { readonly kind: "literal"; readonly value: PlainValue | undefined }
  | { readonly kind: "field"; readonly field: FieldPlan }
  | { readonly kind: "element"; readonly index: number };

/** A where clause, compiled: elements as the client sent them, the first is the root; no cycles. Plain data. */
export type WherePlan = readonly { readonly operator: Operator; readonly operands: readonly Operand[] }[];

/** Three-valued logic: `undefined` is NULL. */
type Truth = boolean | undefined;
type Value = PlainValue | undefined;

const not = (a: Truth): Truth => (a === undefined ? undefined : !a);
/** Tables 127 and 128: NULL gives way to what decides alone. */
const and = (a: Truth, b: Truth): Truth => {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
};
const or = (a: Truth, b: Truth): Truth => not(and(not(a), not(b)));

/** NULL operands make a comparison NULL; operands without a common type make it FALSE. */
const comparison =
  (holds: (order: -1 | 0 | 1) => boolean, needsOrder: boolean) =>
  (a: Value, b: Value): Truth => {
    if (!a || !b) return undefined;
    const result = compare(a, b);
    return result !== undefined && (result.ordered || !needsOrder) && holds(result.order);
  };
const equals = comparison((order) => order === 0, false);
const atLeast = comparison((order) => order >= 0, true);
const atMost = comparison((order) => order <= 0, true);

function bitwise(a: Value, b: Value, of: (x: bigint, y: bigint) => bigint): Value {
  if (!a || !b || !isInteger(a) || !isInteger(b)) return undefined;
  const wider = integers[a.dataType].bits >= integers[b.dataType].bits ? a.dataType : b.dataType;
  const { bits, signed } = integers[wider];
  const result = of(BigInt(a.value), BigInt(b.value));
  return integer(wider, signed ? BigInt.asIntN(bits, result) : BigInt.asUintN(bits, result));
}

/** Patterns by the value that they come from: a literal is one value for all events, and is read once. */
const patterns = new WeakMap<PlainValue, (text: string) => boolean>();
function patternOf(value: PlainValue): ((text: string) => boolean) | undefined {
  const known = patterns.get(value);
  if (known) return known;
  const source = textOf(value);
  if (source === undefined) return undefined;
  const pattern = compileLike(source);
  patterns.set(value, pattern);
  return pattern;
}

const like = (a: Value, b: Value): Truth => {
  if (!a || !b) return undefined;
  const text = textOf(a);
  return text !== undefined && patternOf(b)?.(text) === true;
};

interface Context {
  readonly event: PlainEvent;
  readonly types: EventTypes;
}
/** An operand is only evaluated when it is asked for. */
type Operands = readonly (() => Value)[];
const truth = (value: Truth): Value => (value === undefined ? undefined : { dataType: "Boolean", value });
const two =
  (of: (a: Value, b: Value) => Truth) =>
  ([a, b]: Operands): Value =>
    truth(of(a!(), b!()));

const operators: Readonly<Record<Operator, (operands: Operands, context: Context) => Value>> = {
  Equals: two(equals),
  IsNull: ([a]) => truth(a!() === undefined),
  GreaterThan: two(comparison((order) => order > 0, true)),
  LessThan: two(comparison((order) => order < 0, true)),
  GreaterThanOrEqual: two(atLeast),
  LessThanOrEqual: two(atMost),
  Like: two(like),
  Not: ([a]) => truth(not(logical(a!()))),
  Between: ([a, low, high]) => {
    const value = a!();
    return truth(and(atLeast(value, low!()), atMost(value, high!())));
  },
  InList: ([a, ...list]) => {
    const value = a!();
    return truth(
      list.reduce<Truth>((found, item) => (found === true ? true : or(found, equals(value, item()))), false),
    );
  },
  And: two((a, b) => and(logical(a), logical(b))),
  Or: two((a, b) => or(logical(a), logical(b))),
  Cast: ([a, type]) => {
    const value = a!();
    const target = type!();
    return value && target?.dataType === "NodeId" ? cast(value, target.value) : undefined;
  },
  BitwiseAnd: ([a, b]) => bitwise(a!(), b!(), (x, y) => x & y),
  BitwiseOr: ([a, b]) => bitwise(a!(), b!(), (x, y) => x | y),
  OfType: ([a], { event, types }) => {
    const type = a!();
    return truth(type?.dataType === "NodeId" ? isOfType(types, event.type, type.value) : undefined);
  },
};

/**
 * Whether an event passes a where clause; an empty one lets everything pass, and NULL does not pass. Each element is
 * evaluated once at most, however often others refer to it: a filter of n elements costs n, never 2^n.
 */
export function matches(plan: WherePlan, event: PlainEvent, types: EventTypes): boolean {
  if (plan.length === 0) return true;
  const context = { event, types };
  const known = new Map<number, Value>();
  const element = (index: number): Value => {
    if (known.has(index)) return known.get(index);
    const { operator, operands } = plan[index]!;
    const value = operators[operator](
      operands.map((operand) => () => resolve(operand)),
      context,
    );
    known.set(index, value);
    return value;
  };
  const resolve = (operand: Operand): Value => {
    switch (operand.kind) {
      case "literal":
        return operand.value;
      case "field":
        return fieldOf(operand.field, event, types);
      case "element":
        return element(operand.index);
    }
  };
  return logical(element(0)) === true;
}
