import { type AlarmName, type AlarmRow, alarmTable } from "../../domain/alarm.ts";
import type { AlarmEvent, Condition } from "../../domain/condition.ts";

/** What an alarm's event and its nodes say in our own fields. */
export function alarmFacts(alarm: AlarmName, condition: Condition, change: AlarmEvent | "") {
  const { unit, operatorAction }: AlarmRow = alarmTable[alarm];
  return {
    Change: change,
    Reason: condition.reason,
    Value: condition.value,
    Limit: condition.limit,
    Unit: unit ?? "",
    OperatorAction: operatorAction,
  };
}

type Sentence = (title: string, condition: Condition, by: string) => string;
const because = ({ reason }: Condition): string => (reason === "" ? "" : `: ${reason}`);

/** What the operator reads, by what happened. */
const sentences: Readonly<Record<AlarmEvent, Sentence>> = {
  active: (title, condition) => `${title}${because(condition)}`,
  inactive: (title, condition) => `Over: ${title}${because(condition)}`,
  acknowledged: (title, _, by) => `Acknowledged by ${by}: ${title}`,
  confirmed: (title, _, by) => `Confirmed by ${by}: ${title}`,
  commented: (title, { comment }) => `Comment on ${title}: ${comment?.text ?? ""}`,
  shelved: (title, _, by) => `Shelved by ${by}: ${title}`,
  unshelved: (title) => `No longer shelved: ${title}`,
  suppressed: (title, condition) => `Suppressed: ${title}${because(condition)}`,
  unsuppressed: (title) => `No longer suppressed: ${title}`,
  enabled: (title, _, by) => `Enabled by ${by}: ${title}`,
  disabled: (title, _, by) => `Disabled by ${by}: ${title}`,
};
export const alarmMessage = (alarm: AlarmName, change: AlarmEvent, condition: Condition, by: string): string =>
  sentences[change](alarmTable[alarm].title, condition, by);
