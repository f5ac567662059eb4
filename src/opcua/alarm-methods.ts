import type { LocalizedText } from "node-opcua";
import { type AlarmName, alarmNames } from "../domain/alarm.ts";
import { type Disposition, dispositionCodes } from "../domain/cluster.ts";
import type { AlarmCommand, ClusterCommand, CommentText } from "../domain/command.ts";
import type { ArgumentProblem } from "../domain/context.ts";
import type { AlarmsState } from "../projections/alarms.ts";
import { callerOf } from "./caller.ts";
import type { CommandPort, OutcomeOf } from "./commands.ts";
import { namedProblems, refusals, unanswered } from "./context-commands.ts";
import { eventId } from "./events/plain-event.ts";
import type { MethodCall, MethodOutcome, MethodRow } from "./method-table.ts";

/** What calls about alarms need to know of their station, now. */
export interface AlarmKnowledge {
  readonly ledgerId: string;
  alarms(): AlarmsState;
}

/** The entry whose event a client means; 0 when it is none since the alarm last began. */
function seenOf({ ledgerId, alarms }: AlarmKnowledge, alarm: AlarmName, id: unknown): number {
  if (!(id instanceof Uint8Array)) return 0;
  return (alarms().cycle[alarm] ?? []).find((offset) => Buffer.compare(eventId(ledgerId, offset), id) === 0) ?? 0;
}

const commentOf = (comment: unknown): CommentText => {
  const { text, locale } = (comment || {}) as Partial<LocalizedText>;
  return { text: text ?? "", locale: locale ?? "" };
};

type Intent = AlarmCommand extends infer C
  ? C extends AlarmCommand
    ? Omit<C, "station" | "by" | "source" | "alarm">
    : never
  : never;
type Read = (inputs: MethodCall["inputs"], seen: (id: unknown) => number) => Intent;
const about =
  (kind: "acknowledgeAlarm" | "confirmAlarm" | "commentAlarm"): Read =>
  ({ EventId, Comment }, seen) => ({ kind, seen: seen(EventId), comment: commentOf(Comment) });

/** Methods of a condition by their path below it (OPC 10000-9 §5.5.4 ff., §5.7.3, §5.7.4, §5.8.17) → what they ask for. */
const conditionMethods: Readonly<Record<string, Read>> = {
  Acknowledge: about("acknowledgeAlarm"),
  Confirm: about("confirmAlarm"),
  AddComment: about("commentAlarm"),
  Enable: () => ({ kind: "enableAlarm" }),
  Disable: () => ({ kind: "disableAlarm" }),
  "ShelvingState/TimedShelve": ({ ShelvingTime }) => ({ kind: "shelveAlarm", how: { forMs: Number(ShelvingTime) } }),
  "ShelvingState/OneShotShelve": () => ({ kind: "shelveAlarm", how: "oneShot" }),
  "ShelvingState/Unshelve": () => ({ kind: "unshelveAlarm" }),
};

function outcomeOf(outcome: OutcomeOf<AlarmCommand | ClusterCommand>): MethodOutcome {
  switch (outcome.outcome) {
    case "done":
      return { outputs: [] };
    case "unanswered":
      return { status: unanswered[outcome.code], message: outcome.message };
    case "refused":
      return { status: refusals[outcome.code], message: outcome.message, ...namedProblems(outcome.problems) };
  }
}

const conditionRow = (
  station: string,
  alarm: AlarmName,
  method: string,
  commands: CommandPort,
  known: AlarmKnowledge,
): MethodRow => {
  const path = `Alarms/${alarm}/${method}`;
  return {
    path: path.slice(0, path.lastIndexOf("/")),
    name: path.slice(path.lastIndexOf("/") + 1),
    permission: "command",
    async call({ inputs, context }) {
      const intent = conditionMethods[method]!(inputs, (id) => seenOf(known, alarm, id));
      const origin = { station, alarm, by: callerOf(context), source: "opcua" } as const;
      return outcomeOf(await commands.request({ ...intent, ...origin }));
    },
  };
};

const dispositionsByCode = new Map<number, Disposition>(
  Object.entries(dispositionCodes).map(([name, code]) => [code, name as Disposition]),
);

const setDisposition = (station: string, commands: CommandPort): MethodRow => ({
  path: "Alarms/Clusters",
  name: "SetDisposition",
  permission: "command",
  async call({ inputs, context }) {
    const disposition = dispositionsByCode.get(Number(inputs["Disposition"]));
    // The line says everything that is wrong at once: a code without a meaning is told beside the rest.
    const unreadable: ArgumentProblem[] = disposition
      ? []
      : [{ argument: "disposition", problem: "must be 1 hold, 2 release, 3 rework or 4 scrap" }];
    return outcomeOf(
      await commands.request({
        kind: "setDisposition",
        station,
        by: callerOf(context),
        source: "opcua",
        clusterId: String(inputs["ClusterId"]),
        disposition: disposition ?? "hold",
        comment: String(inputs["Comment"]),
        unreadable,
      }),
    );
  },
});

/** Methods below `Alarms`. */
export const alarmMethods = (station: string, commands: CommandPort, known: AlarmKnowledge): readonly MethodRow[] => [
  ...alarmNames.flatMap((alarm) =>
    Object.keys(conditionMethods).map((method) => conditionRow(station, alarm, method, commands, known)),
  ),
  setDisposition(station, commands),
];
