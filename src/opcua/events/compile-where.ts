import {
  type ContentFilter,
  type ContentFilterElement,
  ElementOperand,
  FilterOperator,
  LiteralOperand,
  SimpleAttributeOperand,
  type StatusCode,
  StatusCodes,
} from "node-opcua";
import { capabilities } from "../limits.ts";
import { compileField } from "./compile-select.ts";
import type { PlainValue } from "./plain-value.ts";
import type { EventTypeIndex } from "./read-event-types.ts";
import { plainOf } from "./variant.ts";
import type { Operand, Operator, WherePlan } from "./where.ts";

/** How many operands an operator takes (OPC 10000-4 §7.7.3). An InList without a list is FALSE, not malformed. */
const operandCounts: Readonly<Record<Operator, readonly [least: number, most: number]>> = {
  Equals: [2, 2],
  IsNull: [1, 1],
  GreaterThan: [2, 2],
  LessThan: [2, 2],
  GreaterThanOrEqual: [2, 2],
  LessThanOrEqual: [2, 2],
  Like: [2, 2],
  Not: [1, 1],
  Between: [3, 3],
  InList: [1, Number.POSITIVE_INFINITY],
  And: [2, 2],
  Or: [2, 2],
  Cast: [2, 2],
  BitwiseAnd: [2, 2],
  BitwiseOr: [2, 2],
  OfType: [1, 1],
};

/** What became of one element (OPC 10000-4 §7.7.2). */
export interface ElementResult {
  readonly status: StatusCode;
  /** One per operand; empty when none of them is wrong. */
  readonly operands: readonly StatusCode[];
}
export interface CompiledWhere {
  /** Absent when an element is refused: the filter has no meaning then. */
  readonly plan: WherePlan | undefined;
  /** Refused for its size alone; there are no results then. */
  readonly isTooLarge?: true;
  readonly results: readonly ElementResult[];
}

/** Characters or bytes of a literal at most: no field of ours has more, and every event is held against it. */
export const maximumLiteral = 1_000;

/** Length of what can be of any length. */
function sizeOf(value: PlainValue | undefined): number {
  switch (value?.dataType) {
    case "LocalizedText":
      return value.value.text.length + value.value.locale.length;
    case "QualifiedName":
      return value.value.name.length;
    case "String":
    case "NodeId":
    case "ByteString":
      return value.value.length;
    default:
      return 0;
  }
}

type CompiledOperand = { readonly operand?: Operand; readonly status: StatusCode };

function compileOperand(operand: unknown, count: number, operator: Operator, index: EventTypeIndex): CompiledOperand {
  if (operand instanceof LiteralOperand) {
    const value = plainOf(operand.value);
    if (sizeOf(value) > maximumLiteral) return { status: StatusCodes.BadFilterLiteralInvalid };
    if (operator === "OfType") {
      if (value?.dataType !== "NodeId") return { status: StatusCodes.BadFilterLiteralInvalid };
      if (!(value.value in index.types.supertypes)) return { status: StatusCodes.BadNodeIdUnknown };
    }
    return { status: StatusCodes.Good, operand: { kind: "literal", value } };
  }
  if (operand instanceof ElementOperand)
    return operand.index < count
      ? { status: StatusCodes.Good, operand: { kind: "element", index: operand.index } }
      : { status: StatusCodes.BadFilterElementInvalid };
  if (operand instanceof SimpleAttributeOperand) {
    const { status, field } = compileField(operand, index);
    return field ? { status, operand: { kind: "field", field } } : { status };
  }
  // AttributeOperand is for Query only (§7.22.3); anything else is no operand.
  return { status: StatusCodes.BadFilterOperandInvalid };
}

/** Elements on a circle of references, or leading into one: "the evaluation shall not introduce loops" (§7.7.1). */
function onCircles(references: readonly (readonly number[])[]): ReadonlySet<number> {
  // Peeled from the leaves: an element is settled when everything that it refers to is.
  const open = references.map((targets) => targets.length);
  const referrers = references.map((): number[] => []);
  references.forEach((targets, i) => {
    for (const target of targets) referrers[target]!.push(i);
  });
  const settled = new Set([...references.keys()].filter((i) => open[i] === 0));
  for (const target of settled)
    for (const i of referrers[target]!) {
      open[i]! -= 1;
      if (open[i] === 0) settled.add(i);
    }
  return new Set([...references.keys()].filter((i) => !settled.has(i)));
}

/** Elements, or operands of all of them: MaxWhereClauseParameters counts what makes the work (OPC 10000-5 §6.3.2). */
function hasTooMany(elements: readonly (ContentFilterElement | null)[]): boolean {
  const operands = elements.reduce((n, element) => n + (element?.filterOperands?.length ?? 0), 0);
  return Math.max(elements.length, operands) > capabilities.maxWhereClauseParameters;
}

/**
 * Compiles a where clause against the event types. Every element gets its result, also after the first wrong one. One of
 * more than MaxWhereClauseParameters is refused unread.
 */
export function compileWhere(filter: ContentFilter | null | undefined, index: EventTypeIndex): CompiledWhere {
  const elements = (filter?.elements ?? []) as (ContentFilterElement | null)[];
  if (hasTooMany(elements)) return { plan: undefined, isTooLarge: true, results: [] };
  const compiled = elements.map((element) => {
    const name = element ? FilterOperator[element.filterOperator] : undefined;
    if (!element || name === undefined || name === "Invalid")
      return { result: { status: StatusCodes.BadFilterOperatorInvalid, operands: [] } };
    if (!(name in operandCounts)) return { result: { status: StatusCodes.BadFilterOperatorUnsupported, operands: [] } };
    const operator = name as Operator;
    const sent = element.filterOperands ?? [];
    const [least, most] = operandCounts[operator];
    if (sent.length < least || sent.length > most)
      return { result: { status: StatusCodes.BadFilterOperandCountMismatch, operands: [] } };
    const operands = sent.map((operand) => compileOperand(operand, elements.length, operator, index));
    const isWrong = operands.some(({ operand }) => !operand);
    return {
      result: {
        status: isWrong ? StatusCodes.BadFilterOperandInvalid : StatusCodes.Good,
        operands: isWrong ? operands.map(({ status }) => status) : [],
      },
      ...(!isWrong && { element: { operator, operands: operands.map(({ operand }) => operand!) } }),
    };
  });
  const circles = onCircles(
    compiled.map(({ element }) => element?.operands.flatMap((o) => (o.kind === "element" ? [o.index] : [])) ?? []),
  );
  const results = compiled.map(
    ({ result }, i): ElementResult =>
      circles.has(i) && result.status.isGood() ? { status: StatusCodes.BadFilterElementInvalid, operands: [] } : result,
  );
  const isValid = results.every(({ status }) => status.isGood());
  return { plan: isValid ? compiled.map(({ element }) => element!) : undefined, results };
}
