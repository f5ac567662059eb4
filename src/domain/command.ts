import type { AlarmName } from "./alarm.ts";
import type { Recognition } from "./challenge.ts";
import type { Disposition } from "./cluster.ts";
import type { ArgumentProblem, ContextFields } from "./context.ts";
import type { JobAction, JobOrder } from "./job.ts";
import type { SequenceRange } from "./sequence-ranges.ts";

/** When a change of context takes effect. */
export type Effective =
  | { readonly mode: "nextUnit" }
  /** At the unit with this trigger id, 1..65535. */
  | { readonly mode: "atTrigger"; readonly triggerId: number }
  /** When the PLC says that the next unit is the first of another lot. */
  | { readonly mode: "atLotMarker" }
  /** At the first unit that comes after no unit came for so long, 1..3600 s. */
  | { readonly mode: "afterGap"; readonly seconds: number };
/** In the order of the wire's `EffectiveMode`. */
export const effectiveModes = [
  "nextUnit",
  "atTrigger",
  "atLotMarker",
  "afterGap",
] as const satisfies readonly Effective["mode"][];

/** The interface that a command came through, and a context was set by. */
export const commandSources = ["opcua", "tags", "jobs", "plc", "local"] as const;
export type CommandSource = (typeof commandSources)[number];

/** Whose station, and who wants it through which interface. */
interface CommandBase {
  readonly station: string;
  readonly by: string;
  readonly source: CommandSource;
}
/** Intent about the production context. */
export type ContextCommand = CommandBase &
  (
    | (ContextCommandBase & { readonly kind: "setContext"; readonly fields: ContextFields })
    | (ContextCommandBase & { readonly kind: "startLot"; readonly lot: string })
    | (ContextCommandBase & { readonly kind: "endLot" })
    | (ContextCommandBase & { readonly kind: "clearContext" })
    /** Another recipe, the rest as it is; "" = what the station chooses by itself. */
    | (ContextCommandBase & { readonly kind: "selectRecipe"; readonly recipeId: string })
    /** Back to the recipe that ran before, the rest as it is. */
    | (ContextCommandBase & { readonly kind: "rollbackRecipe" })
  );
interface ContextCommandBase {
  readonly effective: Effective;
  /** Refused when the context in force has another revision; 0 = any. */
  readonly expectedRevision: number;
  /**
   * What the interface could not say in these words, e.g. a code without a meaning: the command is refused with it and
   * with everything else that is wrong, so that one answer is enough to mend the call.
   */
  readonly unreadable?: readonly ArgumentProblem[];
}

/** A consumer has taken over the results of these units. Again, and out of order, is fine. */
export interface AcknowledgeResults extends CommandBase {
  readonly kind: "acknowledgeResults";
  readonly consumer: string;
  readonly ranges: readonly SequenceRange[];
}
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
export type AlarmCommand = CommandBase & { readonly alarm: AlarmName } & (
    | AboutEvent<"acknowledgeAlarm">
    | AboutEvent<"confirmAlarm">
    | AboutEvent<"commentAlarm">
    | { readonly kind: "shelveAlarm"; readonly how: { readonly forMs: number } | "oneShot" }
    | { readonly kind: "unshelveAlarm" }
    | { readonly kind: "enableAlarm" }
    | { readonly kind: "disableAlarm" }
  );

/** What is to become of a cluster's units. */
export type ClusterCommand = CommandBase & {
  readonly kind: "setDisposition";
  readonly clusterId: string;
  readonly disposition: Disposition;
  readonly comment: string;
  /** As in a command about the context: what the interface could not say in these words. */
  readonly unreadable?: readonly ArgumentProblem[];
};

/** What is to become of a job order. */
export type JobCommand = CommandBase & {
  /** "" = none. */
  readonly comment: string;
} & (
    | { readonly kind: "storeJob"; readonly order: JobOrder; readonly start: boolean }
    | { readonly kind: "updateJob"; readonly order: JobOrder }
    | { readonly kind: "controlJob"; readonly jobOrderId: string; readonly action: JobAction }
  );

/** A test piece will come. */
export type ArmChallenge = CommandBase & {
  readonly kind: "armChallenge";
  readonly pieceId: string;
  /** "" = the class that is configured for the piece. */
  readonly expectedClass: string;
  readonly recognition: Recognition;
  /** How long it may take to come; 0 = the usual time. */
  readonly validSeconds: number;
  /** As in a command about the context: what the interface could not say in these words. */
  readonly unreadable?: readonly ArgumentProblem[];
};
/** A person has seen the result of a challenge. */
export type SignOffChallenge = CommandBase & {
  readonly kind: "signOffChallenge";
  readonly challengeId: string;
  /** "" = none. */
  readonly comment: string;
};
/** What somebody does about test pieces. */
export type ChallengeCommand = ArmChallenge | SignOffChallenge | (CommandBase & { readonly kind: "cancelChallenge" });

/** Do the models still compute what they were taught? */
export type RunSelfTest = CommandBase & {
  readonly kind: "runSelfTest";
  readonly trigger: "method" | "schedule";
};

/** A recipe is to look along, or none any more. It changes neither what the line does nor what it records. */
export type ShadowCommand = CommandBase &
  ({ readonly kind: "startShadow"; readonly recipeId: string } | { readonly kind: "stopShadow" });

/** Intent, on its way to the station. Everything that changes what the line does or records is one of these. */
export type Command =
  | ShadowCommand
  | ContextCommand
  | AcknowledgeResults
  | AlarmCommand
  | ClusterCommand
  | JobCommand
  | ChallengeCommand
  | RunSelfTest;

/** Why a command was refused, for programs. */
export type RefusalCode =
  | "invalidArgument"
  | "revisionMismatch"
  | "alreadyPending"
  | "wrongState"
  /** Somebody else owns the context, by configuration. */
  | "notOwner"
  | "notSupported"
  /** The recipe cannot be taken into use. */
  | "recipeRefused"
  | "unknownJob"
  /** The order is understood, but the station cannot take it. */
  | "jobNotAccepted"
  | "unknownEvent"
  | "alreadyAcknowledged"
  | "alreadyConfirmed"
  | "alreadyShelved"
  | "notShelved"
  | "shelvingTime"
  | "alarmDisabled"
  | "alreadyEnabled"
  | "alreadyDisabled"
  /** So much is acknowledged out of order that no more of it can be kept. */
  | "tooManyGaps"
  | "storage";

export interface ContextAccepted {
  readonly outcome: "accepted";
  readonly revision: number;
  /** First unit that carries it; 0 while that is not known (pending). */
  readonly fromSequence: number;
  readonly state: "effective" | "pending" | "unchanged";
}
export interface ResultsAcknowledged {
  readonly outcome: "acknowledged";
  /** Every unit up to it is acknowledged. */
  readonly cursor: number;
}
export interface Refused {
  readonly outcome: "refused";
  readonly code: RefusalCode;
  /** What happened and what to do. */
  readonly message: string;
  readonly problems: readonly ArgumentProblem[];
}
export const refuse = (code: RefusalCode, message: string, problems: readonly ArgumentProblem[] = []): Refused => ({
  outcome: "refused",
  code,
  message,
  problems,
});
/** While nothing can be recorded nothing is accepted. `fault` as the storage says it. */
export const refuseForStorage = (fault: string): Refused =>
  refuse(
    "storage",
    `nothing can be recorded at present (${fault}), so nothing was changed; make room on the disk and try again`,
  );
/** Done, on disk, and nothing more to tell: alarms, clusters and jobs. */
export interface Done {
  readonly outcome: "done";
}
export interface ChallengeArmed {
  readonly outcome: "armed";
  readonly challengeId: string;
}
export interface SelfTested {
  readonly outcome: "selfTested";
  readonly passed: boolean;
  readonly details: string;
}
/** What became of a command. An accepted one is already in the ledger, or pending with everything it needs. */
export type Answer = ContextAccepted | ResultsAcknowledged | ChallengeArmed | SelfTested | Done | Refused;
/** What a command of that kind can be answered. */
export type AnswerTo<C extends Command> =
  | Refused
  | (C extends AcknowledgeResults ? ResultsAcknowledged : never)
  | (C extends ContextCommand ? ContextAccepted : never)
  | (C extends ArmChallenge ? ChallengeArmed : never)
  | (C extends RunSelfTest ? SelfTested : never)
  | (C extends AlarmCommand | ClusterCommand | JobCommand | Exclude<ChallengeCommand, ArmChallenge> | ShadowCommand
      ? Done
      : never);
