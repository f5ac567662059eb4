import type { AlarmName, AlarmSettings } from "../domain/alarm.ts";
import { type AlarmCommand, type Refused, refuse } from "../domain/command.ts";
import {
  type AlarmEvent,
  acknowledged,
  type Condition,
  commented,
  confirmed,
  disabled,
  enabled,
  shelved,
  unshelved,
} from "../domain/condition.ts";
import { textProblem } from "../domain/context.ts";
import type { AlarmsState } from "../projections/alarms.ts";

/** A change of one alarm's state, about to become an entry. */
export interface AlarmChange {
  readonly event: AlarmEvent;
  readonly condition: Condition;
}

/** What a command stands before. */
interface Situation {
  readonly condition: Condition;
  /** Offsets of the entries that may be acknowledged. */
  readonly cycle: readonly number[];
  /** Station time, UTC ms. */
  readonly now: number;
  readonly maximumShelvingMs: number;
}
type Rule<K extends AlarmCommand["kind"]> = (
  command: Extract<AlarmCommand, { kind: K }>,
  situation: Situation,
) => AlarmChange | Refused;

/** Longer than any language tag in use (RFC 5646 §4.4.1 asks for 35 to be taken). */
const longestLocale = 35;
function localeProblem(locale: string): string | undefined {
  const problem =
    locale.length > longestLocale
      ? `has ${locale.length} characters; at most ${longestLocale} are allowed`
      : textProblem(locale);
  return problem && `has a locale that ${problem}`;
}

/** Comments go into the record; what the client has seen must be of this alarm, since it last began. */
function unfit({ alarm, seen, comment }: Extract<AlarmCommand, { seen: number }>, { condition, cycle }: Situation) {
  if (!condition.enabled) return refuse("alarmDisabled", `${alarm} is disabled; enable it first`);
  // 0 is no event, and what entries have that are planned with this one but not on disk yet: nobody has seen those.
  if (seen === 0 || !cycle.includes(seen))
    return refuse(
      "unknownEvent",
      `this is no event of ${alarm} since it last began; refresh the alarm list (ConditionRefresh) and use the newest event`,
    );
  const problem = textProblem(comment.text) ?? localeProblem(comment.locale);
  return problem && refuse("invalidArgument", `the comment ${problem}`, [{ argument: "comment", problem }]);
}
const withComment = (condition: Condition, { comment, by }: Extract<AlarmCommand, { seen: number }>, at: number) =>
  commented(condition, { ...comment, by, at });

/** What an operator's command does, or why not (OPC 10000-9 §5.5.4 ff., §5.7.3 f., §5.8.17). One row per command. */
const rules: { readonly [K in AlarmCommand["kind"]]: Rule<K> } = {
  acknowledgeAlarm(command, s) {
    const wrong = unfit(command, s);
    if (wrong) return wrong;
    if (s.condition.acked)
      return refuse("alreadyAcknowledged", `${command.alarm} is acknowledged already; nothing is to be done`);
    return { event: "acknowledged", condition: withComment(acknowledged(s.condition, s.now), command, s.now) };
  },
  confirmAlarm(command, s) {
    const wrong = unfit(command, s);
    if (wrong) return wrong;
    if (s.condition.confirmed)
      return refuse(
        "alreadyConfirmed",
        `${command.alarm} has nothing to confirm${s.condition.acked ? "" : "; acknowledge it first"}`,
      );
    return { event: "confirmed", condition: withComment(confirmed(s.condition, s.now), command, s.now) };
  },
  commentAlarm(command, s) {
    const wrong = unfit(command, s);
    return wrong || { event: "commented", condition: withComment(s.condition, command, s.now) };
  },
  shelveAlarm({ alarm, how }, { condition, now, maximumShelvingMs }) {
    if (!condition.enabled) return refuse("alarmDisabled", `${alarm} is disabled; enable it first`);
    if (how === "oneShot")
      return condition.shelving === "oneShot"
        ? refuse("alreadyShelved", `${alarm} is shelved until it has ended; unshelve it first`)
        : { event: "shelved", condition: shelved(condition, "oneShot", now + maximumShelvingMs, now) };
    if (condition.shelving === "timed")
      return refuse("alreadyShelved", `${alarm} is shelved for a time already; unshelve it first`);
    if (!(how.forMs > 0 && how.forMs <= maximumShelvingMs))
      return refuse(
        "shelvingTime",
        `${alarm} can be shelved for at most ${maximumShelvingMs} ms, and for more than 0; choose a time between`,
      );
    return { event: "shelved", condition: shelved(condition, "timed", Math.round(now + how.forMs), now) };
  },
  unshelveAlarm: ({ alarm }, { condition, now }) =>
    condition.shelving === "unshelved"
      ? refuse("notShelved", `${alarm} is not shelved; nothing is to be done`)
      : { event: "unshelved", condition: unshelved(condition, now) },
  enableAlarm: ({ alarm }, { condition, now }) =>
    condition.enabled
      ? refuse("alreadyEnabled", `${alarm} is enabled; nothing is to be done`)
      : { event: "enabled", condition: enabled(condition, now) },
  disableAlarm: ({ alarm }, { condition, now }) =>
    condition.enabled
      ? { event: "disabled", condition: disabled(condition, now) }
      : refuse("alreadyDisabled", `${alarm} is disabled; nothing is to be done`),
};

/** The change that a command asks for, or why it is refused; changes nothing itself. */
export function changeOf(command: AlarmCommand, situation: Situation): AlarmChange | Refused {
  return (rules[command.kind] as Rule<AlarmCommand["kind"]>)(command as never, situation);
}

/** Whether one of the alarms that would only be repeated by this one is active. */
export const isSuppressed = (alarm: AlarmName, settings: AlarmSettings, { last }: AlarmsState): AlarmName | undefined =>
  settings[alarm].suppressedBy.find((by) => last[by]?.entry.body.condition.active);
