/** Event types as plain data: what evaluating a filter needs to know of the address space. */
export interface EventTypes {
  /** Name of a type of ours → its NodeId. */
  readonly ids: Readonly<Record<string, string>>;
  /** NodeId of every event type → itself and its supertypes up to BaseEventType. */
  readonly supertypes: Readonly<Record<string, readonly string[]>>;
}

/** BaseEventType, root of all event types. */
export const baseEventType = "ns=0;i=2041";

export const isOfType = ({ supertypes }: EventTypes, type: string, ancestor: string): boolean =>
  supertypes[type]?.includes(ancestor) ?? false;
