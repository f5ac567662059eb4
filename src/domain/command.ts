import type { ArgumentProblem, ContextFields } from "./context.ts";
import type { SequenceRange } from "./sequence-ranges.ts";

/** When a change of context takes effect. Codes are the wire's `EffectiveMode`; 2 and 3 have their number but no meaning yet. */
export type Effective = { readonly mode: "nextUnit" } | { readonly mode: "atTrigger"; readonly triggerId: number };
export const effectiveModes = ["nextUnit", "atTrigger", "atLotMarker", "afterGap"] as const;

/** Whose station, and who wants it through which interface. */
interface CommandBase {
  readonly station: string;
  readonly by: string;
  readonly source: string;
}
/** Intent about the production context. */
export type ContextCommand = CommandBase &
  (
    | (ContextCommandBase & { readonly kind: "setContext"; readonly fields: ContextFields })
    | (ContextCommandBase & { readonly kind: "startLot"; readonly lot: string })
    | (ContextCommandBase & { readonly kind: "endLot" })
    | (ContextCommandBase & { readonly kind: "clearContext" })
  );
interface ContextCommandBase {
  readonly effective: Effective;
  /** Refused when the context in force has another revision; 0 = any. */
  readonly expectedRevision: number;
}

/** A consumer has taken over the results of these units. Again, and out of order, is fine. */
export interface AcknowledgeResults extends CommandBase {
  readonly kind: "acknowledgeResults";
  readonly consumer: string;
  readonly ranges: readonly SequenceRange[];
}
/** Intent, on its way to the line. Everything that changes what the line does or records is one of these. */
export type Command = ContextCommand | AcknowledgeResults;

/** Why a command was refused, for programs. */
export type RefusalCode =
  | "invalidArgument"
  | "revisionMismatch"
  | "alreadyPending"
  | "wrongState"
  | "notSupported"
  /** So much is acknowledged out of order that no more of it can be kept. */
  | "tooManyGaps"
  | "storage";

export interface ContextAccepted {
  readonly outcome: "accepted";
  readonly revision: number;
  /** First unit that carries it; 0 while that is not known (pending at a trigger id). */
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
/** What became of a command. An accepted one is already in the ledger, or pending with everything it needs. */
export type Answer = ContextAccepted | ResultsAcknowledged | Refused;
/** What a command of that kind can be answered. */
export type AnswerTo<C extends Command> =
  | Refused
  | (C extends AcknowledgeResults ? ResultsAcknowledged : never)
  | (C extends ContextCommand ? ContextAccepted : never);
