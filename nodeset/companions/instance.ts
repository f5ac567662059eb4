import { readFileSync } from "node:fs";
import { from, type Id, type NodeRow, standard } from "../node-row.ts";
import type { Place } from "../nodes.ts";
import type { DeclaredNode, DeclaredType, DeclaredTypes } from "./declared-node.ts";
import type { CompanionType } from "./types.ts";

let loaded: DeclaredTypes | undefined;
const declaredTypes = (): DeclaredTypes => {
  loaded ??= JSON.parse(readFileSync(new URL("./types.json", import.meta.url), "utf8")) as DeclaredTypes;
  return loaded;
};

/** A standard's type with everything that its document declares. */
export const companionType = (name: CompanionType): DeclaredType => declaredTypes()[name]!;
/** NodeId of a standard's type. */
export const companionTypeId = (name: CompanionType): Id => companionType(name).id;

/** What an instance takes over from its type beside the mandatory members. */
export interface InstanceOptions {
  /**
   * Optional members to have, by browse path below the instance without namespaces, e.g. `ConfirmedState`,
   * `ShelvingState/UnshelveTime`. A nested one needs its parents: mandatory, or named too.
   */
  readonly optional?: readonly string[];
  /** Methods to leave out although the type has them mandatory: only where the standard lets a server do so. */
  readonly without?: readonly string[];
  /** Replaces the standard's text; members without a text of their own need one here, by browse path. */
  readonly descriptions?: Readonly<Record<string, string>>;
  /** EventNotifier of the member objects named here. */
  readonly notifiers?: readonly string[];
  /** What an instance says more exactly than its type: values that never change, a concrete data type; by browse path. */
  readonly refine?: Readonly<Record<string, Partial<Pick<NodeRow, "value" | "dataType" | "arrayLength">>>>;
}

const readable = 1;

/**
 * Rows of everything below an instance of a standard's type: mandatory members, and the optional ones that are asked for,
 * all the way down. The instance itself is the caller's row (`objectRow`). NodeIds are ours: the path of browse names.
 * Variables are readable; what they show is the matter of a binding.
 *
 * @throws RangeError for a name in the options that the type does not have.
 */
export function companionRows(
  place: Place,
  path: readonly string[],
  type: CompanionType,
  options: InstanceOptions = {},
): NodeRow[] {
  const unused = new Set([
    ...(options.optional ?? []),
    ...(options.without ?? []),
    ...(options.notifiers ?? []),
    ...Object.keys(options.refine ?? {}),
  ]);
  const rows: NodeRow[] = [];
  const take = (members: readonly DeclaredNode[], parent: readonly string[]): void => {
    for (const member of members) {
      const here = [...parent, member.browseName.id];
      const below = here.slice(path.length).join("/");
      const isAsked = options.optional?.includes(below);
      if (!(member.rule === "Mandatory" || (member.rule === "Optional" && isAsked))) continue;
      unused.delete(below);
      if (options.without?.includes(below)) continue;
      if (options.notifiers?.includes(below)) unused.delete(below);
      rows.push(rowOf(place, parent, member, options, below));
      take(member.children ?? [], here);
    }
  };
  take(declaredTypes()[type]!.members, path);
  if (unused.size > 0) throw new RangeError(`${type} has no member ${[...unused].join(", ")} that could be taken`);
  return rows;
}

function rowOf(
  place: Place,
  parent: readonly string[],
  member: DeclaredNode,
  { descriptions, notifiers, refine }: InstanceOptions,
  below: string,
): NodeRow {
  const { browseName, nodeClass, reference, definition, declaration, dataType, valueRank, value } = member;
  const parentId = place.idOf(parent);
  return {
    nodeClass,
    id: place.idOf([...parent, browseName.id]),
    browseName: { ns: browseName.ns, name: browseName.id },
    description: descriptions?.[below] ?? member.description ?? `${browseName.id} of ${parent.at(-1)}.`,
    parent: parentId,
    references: [
      from(reference, parentId),
      ...(definition ? [{ type: standard.hasTypeDefinition, target: definition, forward: true }] : []),
      ...(place.rules ? [{ type: standard.hasModellingRule, target: standard.mandatory, forward: true }] : []),
    ],
    ...(nodeClass === "Variable" && { accessLevel: readable }),
    ...(dataType && { dataType }),
    ...(value?.kind === "arguments" || value?.kind === "localizedTexts"
      ? { arrayLength: value.kind === "arguments" ? value.arguments.length : value.texts.length }
      : valueRank !== undefined && { valueRank }),
    ...(value && { value }),
    ...(declaration && { declaration }),
    ...(notifiers?.includes(below) && { eventNotifier: true as const }),
    ...refine?.[below],
  };
}
