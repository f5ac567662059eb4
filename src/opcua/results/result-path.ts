import {
  AttributeIds,
  type QualifiedName,
  type RelativePath,
  resolveNodeId,
  SimpleAttributeOperand,
  type StatusCode,
  StatusCodes,
} from "node-opcua";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import { type CompiledField, compileField } from "../events/compile-select.ts";
import type { EventTypeIndex } from "../events/read-event-types.ts";

const namespaceIndex = namespaceIndexes.machineryResult;
const resultReady = `ns=${namespaceIndex};i=1002`;
/** The way to a result's metadata in its event. */
const way = ["Result", "ResultMetaData"];

const isNamed = (path: QualifiedName | null | undefined, name: string): boolean =>
  path?.namespaceIndex === namespaceIndex && path.name === name;

/**
 * A path of a filter on results, as a path of the event that carries the result. OPC 40001-101 §7.1.3 allows fields of
 * ResultReadyEventType, of the VariableType ResultType and of the structure ResultDataType; the latter two begin further
 * down.
 */
export function eventOperand(operand: SimpleAttributeOperand, { types, declarations }: EventTypeIndex) {
  const names = operand.browsePath ?? [];
  const type = operand.typeDefinitionId;
  const isEvent = type.isEmpty() || type.toString() in types.supertypes;
  if (isEvent && !isNamed(names[0], "ResultMetaData")) return operand;
  const path = names.map((name) => `${name?.namespaceIndex}:${name?.name}`).join("/");
  // Where the path goes on from: the deepest place from which it leads somewhere.
  const start = [0, 1, 2].findLast((depth) => {
    const before = way.slice(0, depth).map((name) => `${namespaceIndex}:${name}/`);
    return declarations.has(`${before.join("")}${path}`);
  });
  if (start === undefined) return operand;
  return new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId(resultReady),
    browsePath: [...way.slice(0, start).map((name) => ({ namespaceIndex, name })), ...names],
    attributeId: operand.attributeId,
    indexRange: operand.indexRange,
  });
}

/** The field that a criterion of an order names (OPC 10000-4 §7.30), from the event type or from the result down. */
export function compileOrder(path: RelativePath | null, index: EventTypeIndex): CompiledField {
  const elements = path?.elements ?? [];
  const wrong = (status: StatusCode): CompiledField => ({ status });
  if (elements.length === 0) return wrong(StatusCodes.BadNothingToDo);
  if (elements.some((element) => !element?.targetName?.name)) return wrong(StatusCodes.BadBrowseNameInvalid);
  if (elements.some((element) => element.isInverse)) return wrong(StatusCodes.BadNoMatch);
  const named = (typeDefinitionId: string): SimpleAttributeOperand =>
    new SimpleAttributeOperand({
      typeDefinitionId: resolveNodeId(typeDefinitionId),
      browsePath: elements.map(({ targetName }) => targetName),
      attributeId: AttributeIds.Value,
    });
  const { field } = compileField(eventOperand(named("i=24"), index), index);
  return field ? { status: StatusCodes.Good, field } : compiledOr(compileField(named(resultReady), index));
}

/** A path that leads nowhere (OPC 10000-4 §5.9.4.4). */
const compiledOr = (compiled: CompiledField): CompiledField =>
  compiled.field ? compiled : { status: StatusCodes.BadNoMatch };
