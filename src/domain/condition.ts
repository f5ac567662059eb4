/** How an operator has put an alarm aside (OPC 10000-9 §5.8.17): for a time, or until it has ended once. */
export type Shelving = "unshelved" | "timed" | "oneShot";

/** The parts of a condition that are in one of two states, or in one of three. */
export type ConditionPart = "enabled" | "active" | "acked" | "confirmed" | "suppressed" | "shelving";

/** A comment as a client gave it. */
export interface ConditionComment {
  readonly text: string;
  /** RFC 3066; "" when the client named none. */
  readonly locale: string;
  readonly by: string;
  /** Station time, UTC ms. */
  readonly at: number;
}

/**
 * The whole state of one alarm (OPC 10000-9 §5.8.2), copied into every entry about it, so that an entry is readable alone
 * and the event of an entry is the same live and from history.
 */
export interface Condition {
  readonly enabled: boolean;
  readonly active: boolean;
  readonly acked: boolean;
  readonly confirmed: boolean;
  readonly suppressed: boolean;
  readonly shelving: Shelving;
  /** Station time (UTC ms) at which the shelving ends by itself, also a one-shot one (OPC 10000-9 §5.8.2, MaxTimeShelved). */
  readonly shelvedUntil?: number;
  /** Why it is as it is; what the operator reads. */
  readonly reason: string;
  /** What was measured, and the limit it was held against, in the alarm's unit. */
  readonly value?: number;
  readonly limit?: number;
  readonly severity: number;
  /** Of the event before (OPC 10000-9 §5.5.2). */
  readonly lastSeverity: number;
  readonly comment?: ConditionComment;
  /** Station time (UTC ms) at which each part last changed; a part that never did is left out. */
  readonly since: Readonly<Partial<Record<ConditionPart, number>>>;
}

/** Nothing is wrong, and nobody has to say anything about it. */
export const quietCondition = (severity: number): Condition => ({
  enabled: true,
  active: false,
  acked: true,
  confirmed: true,
  suppressed: false,
  shelving: "unshelved",
  reason: "",
  severity,
  lastSeverity: severity,
  since: {},
});

/** Whether a client should keep showing it (OPC 10000-9 §5.5.2, Retain). */
export const isRetained = ({ enabled, active, acked, confirmed }: Condition): boolean =>
  enabled && (active || !acked || !confirmed);

/** Whether it calls for an operator: suppressed and shelved alarms are kept, but do not call. */
export const isAnnounced = (c: Condition): boolean =>
  c.enabled && c.active && !c.acked && !c.suppressed && c.shelving === "unshelved";

export const alarmEvents = [
  "active",
  "inactive",
  "acknowledged",
  "confirmed",
  "commented",
  "shelved",
  "unshelved",
  "suppressed",
  "unsuppressed",
  "enabled",
  "disabled",
] as const;
export type AlarmEvent = (typeof alarmEvents)[number];

/** What was measured and why, at an alarm's begin. */
export interface Finding {
  readonly reason: string;
  readonly value?: number;
  readonly limit?: number;
  readonly severity: number;
}

/** The condition with some parts set; times of parts that really changed are `at` (station time, UTC ms). */
function moved(c: Condition, parts: Partial<Condition>, at: number): Condition {
  const changed = (["enabled", "active", "acked", "confirmed", "suppressed", "shelving"] as const).filter(
    (part) => parts[part] !== undefined && parts[part] !== c[part],
  );
  const since = { ...c.since, ...Object.fromEntries(changed.map((part) => [part, at])) };
  return { ...c, lastSeverity: c.severity, ...parts, since };
}
const withoutShelf = ({ shelvedUntil: _, ...c }: Condition): Condition => c;

/** It has begun: nobody has seen it yet, and there is nothing to confirm before somebody has (OPC 10000-9 §B.1.4). */
export function begun(c: Condition, { reason, value, limit, severity }: Finding, at: number): Condition {
  const { value: _value, limit: _limit, comment: _comment, ...rest } = c;
  const measured = { ...(value !== undefined && { value }), ...(limit !== undefined && { limit }) };
  return { ...moved(rest, { active: true, acked: false, confirmed: true, severity }, at), reason, ...measured };
}

/** It is over. A one-shot shelving ends with the alarm that it was for. */
export function ended(c: Condition, reason: string, at: number): Condition {
  const over = moved(c, { active: false }, at);
  const shelf = c.shelving === "oneShot" ? withoutShelf(moved(over, { shelving: "unshelved" }, at)) : over;
  return { ...shelf, lastSeverity: c.severity, reason };
}

/** Somebody has seen it; what was done about it is still to be confirmed. */
export const acknowledged = (c: Condition, at: number): Condition => moved(c, { acked: true, confirmed: false }, at);
export const confirmed = (c: Condition, at: number): Condition => moved(c, { confirmed: true }, at);
export const suppressed = (c: Condition, is: boolean, reason: string, at: number): Condition => ({
  ...moved(c, { suppressed: is }, at),
  reason,
});
export const shelved = (c: Condition, how: "timed" | "oneShot", until: number, at: number): Condition => ({
  ...moved(c, { shelving: how }, at),
  shelvedUntil: until,
});
export const unshelved = (c: Condition, at: number): Condition => withoutShelf(moved(c, { shelving: "unshelved" }, at));
/** A disabled condition is not watched: what it was is not known any more, so it begins anew when it is enabled. */
export const disabled = (c: Condition, at: number): Condition =>
  moved(c, { enabled: false, active: false, acked: true, confirmed: true, suppressed: false }, at);
export const enabled = (c: Condition, at: number): Condition => moved(c, { enabled: true }, at);

/**
 * The condition with a client's comment. Without text and locale the old one stays; a locale without a text takes it away
 * (OPC 10000-9 §5.5.6).
 */
export function commented(c: Condition, comment: ConditionComment): Condition {
  if (comment.text === "" && comment.locale === "") return c;
  return { ...c, lastSeverity: c.severity, comment };
}
