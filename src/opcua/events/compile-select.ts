import {
  AttributeIds,
  NodeClass,
  type NumericRange,
  type SimpleAttributeOperand,
  type StatusCode,
  StatusCodes,
} from "node-opcua";
import { capabilities } from "../limits.ts";
import { baseEventType, isOfType } from "./event-types.ts";
import { type EventTypeIndex, pathElement } from "./read-event-types.ts";
import type { FieldPlan, SelectPlan } from "./select.ts";

/** A field that a filter names, or why there is none. */
export type CompiledField =
  | { readonly status: typeof StatusCodes.Good; readonly field: FieldPlan }
  | { readonly status: StatusCode; readonly field?: undefined };

const refused = (status: StatusCode): CompiledField => ({ status });

/** `NumericRange` keeps what it parsed; one dimension is all that fields have. */
function rangeOf(range: NumericRange | null): readonly [number, number] | "all" | "wrong" {
  const text = range?.toEncodeableString() ?? "";
  if (!text) return "all";
  const [, low, high] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(text) ?? [];
  if (low === undefined || (high !== undefined && Number(high) <= Number(low))) return "wrong";
  return [Number(low), Number(high ?? low)];
}

/** The type that a clause names: no type at all means BaseEventType, as other servers take it. */
const typeOf = ({ typeDefinitionId }: SimpleAttributeOperand): string =>
  typeDefinitionId.isEmpty() ? baseEventType : typeDefinitionId.toString();

/**
 * Compiles one operand against the event types. Status codes are those of Table "EventFilterResult structure"
 * (OPC 10000-4 §7.22.3). A path may be declared by the type, its supertypes, or (as BaseEventType and others name fields
 * of types that they are the root of) any of its subtypes.
 */
export function compileField(operand: SimpleAttributeOperand, { types, declarations }: EventTypeIndex): CompiledField {
  const type = typeOf(operand);
  if (!(type in types.supertypes)) return refused(StatusCodes.BadTypeDefinitionInvalid);
  const names = operand.browsePath ?? [];
  if (names.some((name) => !name?.name)) return refused(StatusCodes.BadBrowseNameInvalid);
  const path = names.map(({ namespaceIndex, name }) => pathElement(namespaceIndex, name!)).join("/");

  const declaration = declarations.get(path);
  const { attributeId } = operand;
  if (path !== "") {
    const isDeclared = (at: string): boolean => isOfType(types, type, at) || isOfType(types, at, type);
    if (!declaration || ![...declaration.types].some(isDeclared)) return refused(StatusCodes.BadNodeIdUnknown);
  }
  const isVariable = declaration?.nodeClass === NodeClass.Variable;
  if (attributeId !== (isVariable ? AttributeIds.Value : AttributeIds.NodeId))
    return refused(StatusCodes.BadAttributeIdInvalid);

  const range = rangeOf(operand.indexRange);
  if (range === "wrong") return refused(StatusCodes.BadIndexRangeInvalid);
  return {
    status: StatusCodes.Good,
    field: {
      path: isVariable ? path : `${path}@NodeId`,
      ...(type !== baseEventType && { of: type }),
      ...(range !== "all" && { range }),
    },
  };
}

/**
 * Compiles a select list; a clause that is refused stays a place that is always null (OPC 10000-4 §7.22.3). A list of more
 * than MaxSelectClauseParameters is refused unread: it has no place at all.
 */
export function compileSelect(
  clauses: readonly SimpleAttributeOperand[],
  index: EventTypeIndex,
): { readonly plan: SelectPlan; readonly results: readonly StatusCode[] } {
  if (clauses.length > capabilities.maxSelectClauseParameters) return { plan: [], results: [] };
  const compiled = clauses.map((clause) => compileField(clause, index));
  return { plan: compiled.map(({ field }) => field ?? null), results: compiled.map(({ status }) => status) };
}
