import type { AlarmName } from "./alarm.ts";
import type { Disposition } from "./cluster.ts";
import type { ArgumentProblem, ContextFields } from "./context.ts";

/** When a change of context takes effect. Codes are the wire's `EffectiveMode`; 2 and 3 have their number but no meaning yet. */
export type Effective = { readonly mode: "nextUnit" } | { readonly mode: "atTrigger"; readonly triggerId: number };
export const effectiveModes = ["nextUnit", "atTrigger", "atLotMarker", "afterGap"] as const;

/** Whom a command comes from, and for which station. */
export interface CommandOrigin {
  readonly station: string;
  readonly by: string;
  readonly source: string;
}

/** What is being made. */
export type ContextCommand = CommandOrigin &
  (
    | (ContextCommandBase & { readonly kind: "setContext"; readonly fields: ContextFields })
    | (ContextCommandBase & { readonly kind: "startLot"; readonly lot: string })
    | (ContextCommandBase & { readonly kind: "endLot" })
    | (ContextCommandBase & { readonly kind: "clearContext" })
  );

/** A comment as a client gave it; without text and locale there is none. */
export interface CommentText {
  readonly text: string;
  readonly locale: string;
}
/** Said about something that the operator saw. */
interface AboutEvent<K extends string> {
  readonly kind: K;
  /** Offset of the ledger entry that the operator saw; 0 when it is none of this alarm's. */
  readonly seen: number;
  readonly comment: CommentText;
}
/** What an operator does about an alarm. */
export type AlarmCommand = CommandOrigin & { readonly alarm: AlarmName } & (
    | AboutEvent<"acknowledgeAlarm">
    | AboutEvent<"confirmAlarm">
    | AboutEvent<"commentAlarm">
    | { readonly kind: "shelveAlarm"; readonly how: { readonly forMs: number } | "oneShot" }
    | { readonly kind: "unshelveAlarm" }
    | { readonly kind: "enableAlarm" }
    | { readonly kind: "disableAlarm" }
  );

/** What is to become of a cluster's units. */
export type ClusterCommand = CommandOrigin & {
  readonly kind: "setDisposition";
  readonly clusterId: string;
  readonly disposition: Disposition;
  readonly comment: string;
};

/** Intent, on its way to the line. Everything that changes what the line does is one of these. */
export type Command = ContextCommand | AlarmCommand | ClusterCommand;
interface ContextCommandBase {
  readonly effective: Effective;
  /** Refused when the context in force has another revision; 0 = any. */
  readonly expectedRevision: number;
}

/** Why a command was refused, for programs. */
export type RefusalCode =
  | "invalidArgument"
  | "revisionMismatch"
  | "alreadyPending"
  | "wrongState"
  | "notSupported"
  | "storage"
  | "unknownEvent"
  | "alreadyAcknowledged"
  | "alreadyConfirmed"
  | "alreadyShelved"
  | "notShelved"
  | "shelvingTime"
  | "alarmDisabled"
  | "alreadyEnabled"
  | "alreadyDisabled";

/** What became of a command. An accepted one is already in the ledger, or pending with everything it needs. */
export type Answer =
  | {
      readonly outcome: "accepted";
      readonly revision: number;
      /** First unit that carries it; 0 while that is not known (pending at a trigger id). */
      readonly fromSequence: number;
      readonly state: "effective" | "pending" | "unchanged";
    }
  /** Done, on disk, and nothing more to tell: alarms and clusters. */
  | { readonly outcome: "done" }
  | {
      readonly outcome: "refused";
      readonly code: RefusalCode;
      /** What happened and what to do. */
      readonly message: string;
      readonly problems: readonly ArgumentProblem[];
    };
export type Refused = Extract<Answer, { outcome: "refused" }>;

export const refuse = (code: RefusalCode, message: string, problems: readonly ArgumentProblem[] = []): Refused => ({
  outcome: "refused",
  code,
  message,
  problems,
});
