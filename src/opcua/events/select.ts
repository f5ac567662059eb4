import { baseEventType, type EventTypes, isOfType } from "./event-types.ts";
import type { PlainEvent } from "./plain-event.ts";
import type { PlainValue } from "./plain-value.ts";

/** One field that a filter names, compiled. Plain data. */
export interface FieldPlan {
  /** Key of `PlainEvent.fields`. */
  readonly path: string;
  /** Only events of this type have it (OPC 10000-4 §7.7.4.5); absent = any, which is what BaseEventType means. */
  readonly of?: string;
  /** Index range, both ends included. */
  readonly range?: readonly [low: number, high: number];
}

/** A select list, compiled: one place per clause, `null` where a clause can never have a value. Plain data. */
export type SelectPlan = readonly (FieldPlan | null)[];

/** An index range of text, bytes or an array; nothing of anything else (OPC 10000-4 §7.27). */
function cut(plain: PlainValue, [low, high]: readonly [number, number]): PlainValue | undefined {
  switch (plain.dataType) {
    case "String":
    case "ByteString":
    case "Array": {
      const value = plain.value.slice(low, high + 1);
      return value.length > 0 ? ({ ...plain, value } as PlainValue) : undefined;
    }
    default:
      return undefined;
  }
}

/** The value of one field in an event; `undefined` is null. */
export function fieldOf({ path, of, range }: FieldPlan, event: PlainEvent, types: EventTypes): PlainValue | undefined {
  if (of !== undefined && of !== baseEventType && !isOfType(types, event.type, of)) return undefined;
  const value = event.fields.get(path);
  return value && range ? cut(value, range) : value;
}

/** What a client gets of an event: one value per select clause, in their order. */
export const selectFields = (
  plan: SelectPlan,
  event: PlainEvent,
  types: EventTypes,
): readonly (PlainValue | undefined)[] => plan.map((field) => (field ? fieldOf(field, event, types) : undefined));
