import { type AddressSpace, type BaseNode, BrowseDirection, NodeClass } from "node-opcua";
import { eventTypes as ownTypes } from "../../../nodeset/events.ts";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import { AppError } from "../../platform/errors.ts";
import { baseEventType, type EventTypes } from "./event-types.ts";

/** A type that the events need is not in the address space: a defect of the program, or of a nodeset. */
export class EventTypeError extends AppError {
  readonly code = "OPCUA_EVENT_TYPE";
}

/** A field's place: browse path below an event type, and whether it is a variable or an object. */
type Declarations = ReadonlyMap<string, { readonly types: ReadonlySet<string>; readonly nodeClass: NodeClass }>;

/** What compiling a filter needs: plain data for the evaluation, and where each path is declared. */
export interface EventTypeIndex {
  readonly types: EventTypes;
  readonly declarations: Declarations;
}

/** `Message`, `2:Sequence`: a browse name as part of a path. */
export const pathElement = (namespaceIndex: number, name: string): string =>
  namespaceIndex === 0 ? name : `${namespaceIndex}:${name}`;

/** Deepest path of a standard event type is four (`ShelvingState/LastTransition/TransitionTime`); nothing goes on for ever. */
const deepest = 6;

/**
 * Reads every event type of the address space, once, before clients can come.
 *
 * @throws EventTypeError when a type of ours is missing.
 */
export function readEventTypes(addressSpace: AddressSpace): EventTypeIndex {
  const supertypes: Record<string, readonly string[]> = {};
  const declarations = new Map<string, { types: Set<string>; nodeClass: NodeClass }>();

  const declare = (type: string, parent: BaseNode, prefix: string, depth: number): void => {
    for (const child of parent.findReferencesExAsObject("Aggregates", BrowseDirection.Forward)) {
      if (child.nodeClass !== NodeClass.Variable && child.nodeClass !== NodeClass.Object) continue;
      const path = prefix + pathElement(child.browseName.namespaceIndex, child.browseName.name ?? "");
      const known = declarations.get(path);
      if (known) known.types.add(type);
      else declarations.set(path, { types: new Set([type]), nodeClass: child.nodeClass });
      if (depth < deepest) declare(type, child, `${path}/`, depth + 1);
    }
  };
  const visit = (type: BaseNode, above: readonly string[]): void => {
    const id = type.nodeId.toString();
    if (id in supertypes) return;
    supertypes[id] = [id, ...above];
    declare(id, type, "", 1);
    for (const subtype of type.findReferencesExAsObject("HasSubtype", BrowseDirection.Forward))
      visit(subtype, supertypes[id]);
  };
  const base = addressSpace.findNode(baseEventType);
  if (!base) throw new EventTypeError("BaseEventType is not in the address space");
  visit(base, []);

  const ids: Record<string, string> = {};
  for (const name of Object.keys(ownTypes)) {
    const id = addressSpace.findEventType(name, namespaceIndexes.tallyline)?.nodeId.toString();
    if (!id || !(id in supertypes)) throw new EventTypeError(`event type ${name} is not in the address space`);
    ids[name] = id;
  }
  return { types: { ids, supertypes }, declarations };
}
