import { type EventTypeName, eventTypes } from "../../../nodeset/events.ts";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import type { EntryKind } from "../../domain/ledger-entry.ts";
import type { Stream } from "../../ledger/query.ts";
import { type EventTypes, isOfType } from "../events/event-types.ts";
import type { PlainValue } from "../events/plain-value.ts";
import type { Operand, Operator, WherePlan } from "../events/where.ts";

/** What every event that passes a where clause has in common, as far as the ledger has an index for it. */
export interface Narrowing {
  readonly station?: string;
  readonly lot?: string;
  readonly sequences?: readonly [first: number, last: number];
  /** UTC ms, both included. */
  readonly from?: number;
  readonly to?: number;
}

/** Values between two ends, both included. */
interface Range {
  readonly low: number;
  readonly high: number;
}
const all: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const both = (a: Range, b: Range): Range => ({ low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) });

/** One condition on one field, its literals in order. */
interface Condition {
  readonly path: string;
  readonly operator: Operator;
  readonly literals: readonly PlainValue[];
}

/** The same condition read from the other side: 5 < Sequence is Sequence > 5. */
const mirrored: Partial<Record<Operator, Operator>> = {
  Equals: "Equals",
  GreaterThan: "LessThan",
  LessThan: "GreaterThan",
  GreaterThanOrEqual: "LessThanOrEqual",
  LessThanOrEqual: "GreaterThanOrEqual",
};

/** Conditions that all have to hold: the root, or what And joins below it; each element once, however often it is referred to. */
function* conjuncts(plan: WherePlan, index = 0, seen = new Set<number>()): Generator<Condition> {
  const element = plan[index];
  if (!element || seen.has(index)) return;
  seen.add(index);
  const { operator, operands } = element;
  if (operator === "And") {
    for (const operand of operands) if (operand.kind === "element") yield* conjuncts(plan, operand.index, seen);
    return;
  }
  const [first, second] = operands;
  const isTurned = first?.kind === "literal" && second?.kind === "field";
  const [field, ...rest] = isTurned ? [second, first] : operands;
  const read = isTurned ? mirrored[operator] : operator;
  const literals = rest.flatMap((o: Operand) => (o.kind === "literal" && o.value ? [o.value] : []));
  if (read && field?.kind === "field" && !field.field.range && literals.length === rest.length)
    yield { path: field.field.path, operator: read, literals };
}

/** Ends of what a comparison with numbers or instants lets pass; a superset where ends are excluded. */
const ranges: Partial<Record<Operator, (values: readonly number[]) => Range>> = {
  Equals: ([a]) => ({ low: a!, high: a! }),
  GreaterThan: ([a]) => ({ ...all, low: a! }),
  GreaterThanOrEqual: ([a]) => ({ ...all, low: a! }),
  LessThan: ([a]) => ({ ...all, high: a! }),
  LessThanOrEqual: ([a]) => ({ ...all, high: a! }),
  Between: ([a, b]) => ({ low: a!, high: b! }),
};

const own = (name: string): string => `${namespaceIndexes.tallyline}:${name}`;
const ownName = new RegExp(`^${namespaceIndexes.tallyline}:([^/]+)$`);
const text = ({ operator, literals: [literal] }: Condition): string | undefined =>
  operator === "Equals" && literal?.dataType === "String" ? literal.value : undefined;
const range = ({ operator, literals }: Condition, isOf: (value: PlainValue) => boolean): Range =>
  literals.every(isOf) ? (ranges[operator]?.(literals.map(({ value }) => Number(value))) ?? all) : all;
const isNumber = ({ value }: PlainValue): boolean => typeof value === "bigint" || Number.isFinite(value);
const isInstant = ({ dataType }: PlainValue): boolean => dataType === "DateTime";

/** What can be looked up rather than evaluated. Whatever it leaves out could not have passed. */
export function narrowing(plan: WherePlan): Narrowing {
  let station: string | undefined;
  let lot: string | undefined;
  let sequences = all;
  let times = all;
  for (const condition of conjuncts(plan)) {
    const { path } = condition;
    if (path === own("StationId")) station ??= text(condition);
    else if (path === own("Lot")) lot ??= text(condition);
    else if (path === own("Sequence")) sequences = both(sequences, range(condition, isNumber));
    else if (path === "Time") times = both(times, range(condition, isInstant));
  }
  return {
    ...(station !== undefined && { station }),
    // Units without a lot have no place in its index.
    ...(lot && { lot }),
    ...((sequences.low > all.low || sequences.high < all.high) && {
      sequences: [Math.max(0, Math.ceil(sequences.low)), Math.min(0xffff_ffff, Math.floor(sequences.high))] as const,
    }),
    ...(times.low !== all.low && { from: times.low }),
    ...(times.high !== all.high && { to: times.high }),
  };
}

/**
 * Types of the events of those kinds of entries that there are many of. The others are few, and may mean events of several
 * types: they are always searched, and a row that was forgotten here can hide nothing.
 */
const typesOfKind: Partial<Record<EntryKind, readonly EventTypeName[]>> = {
  unit: ["UnitInspectedEventType"],
  minute: ["MinuteClosedEventType"],
  lot: ["LotStartedEventType", "LotEndedEventType"],
  context: ["ContextChangedEventType"],
};
const lotColumn: ReadonlySet<EntryKind> = new Set(["unit", "lot"]);

/** Operators that are TRUE of a value only: NULL does not pass them. */
const needsValue = new Set<Operator>([
  "Equals",
  "GreaterThan",
  "LessThan",
  "GreaterThanOrEqual",
  "LessThanOrEqual",
  "Between",
  "Like",
  "InList",
]);

/** Whether an event of a type can pass a where clause, whatever its fields hold. Each element is looked at once. */
function mayPass(plan: WherePlan, name: EventTypeName, types: EventTypes): boolean {
  const type = types.ids[name]!;
  const known = new Map<number, boolean>();
  const may = (operand: Operand): boolean => operand.kind !== "element" || element(operand.index);
  const hasValue = (operand: Operand): boolean => {
    if (operand.kind !== "field") return true;
    const { path, of } = operand.field;
    const field = ownName.exec(path)?.[1];
    return (of === undefined || isOfType(types, type, of)) && (field === undefined || field in eventTypes[name].fields);
  };
  const look = ({ operator, operands }: WherePlan[number]): boolean => {
    if (operator === "And") return operands.every(may);
    if (operator === "Or") return operands.some(may);
    if (operator === "OfType") {
      const [literal] = operands;
      const wanted = literal?.kind === "literal" ? literal.value : undefined;
      return wanted?.dataType !== "NodeId" || isOfType(types, type, wanted.value);
    }
    return !needsValue.has(operator) || operands.every(hasValue);
  };
  const element = (index: number): boolean => {
    const found = known.get(index) ?? look(plan[index]!);
    known.set(index, found);
    return found;
  };
  return plan.length === 0 || element(0);
}

/** The streams of the ledger that can hold events that pass a where clause. */
export function streamsOf(
  stations: readonly string[],
  kinds: readonly EntryKind[],
  where: WherePlan,
  types: EventTypes,
): Stream[] {
  const { station, lot, sequences } = narrowing(where);
  return stations
    .filter((id) => station === undefined || station === id)
    .flatMap((id) =>
      kinds
        .filter((kind) => typesOfKind[kind]?.some((name) => mayPass(where, name, types)) ?? true)
        .map((kind) => ({
          station: id,
          kind,
          ...(lot !== undefined && lotColumn.has(kind) && { lot }),
          ...(sequences && kind === "unit" && { sequences }),
        })),
    );
}
