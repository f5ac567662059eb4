import type { ArgumentProblem, ContextFields } from "./context.ts";

/** When a change of context takes effect. Codes are the wire's `EffectiveMode`; 2 and 3 have their number but no meaning yet. */
export type Effective = { readonly mode: "nextUnit" } | { readonly mode: "atTrigger"; readonly triggerId: number };
export const effectiveModes = ["nextUnit", "atTrigger", "atLotMarker", "afterGap"] as const;

/** Intent, on its way to the line. Everything that changes what the line does is one of these. */
export type Command = { readonly station: string; readonly by: string; readonly source: string } & (
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

/** Why a command was refused, for programs. */
export type RefusalCode =
  | "invalidArgument"
  | "revisionMismatch"
  | "alreadyPending"
  | "wrongState"
  | "notSupported"
  | "storage";

/** What became of a command. An accepted one is already in the ledger, or pending with everything it needs. */
export type Answer =
  | {
      readonly outcome: "accepted";
      readonly revision: number;
      /** First unit that carries it; 0 while that is not known (pending at a trigger id). */
      readonly fromSequence: number;
      readonly state: "effective" | "pending" | "unchanged";
    }
  | {
      readonly outcome: "refused";
      readonly code: RefusalCode;
      /** What happened and what to do. */
      readonly message: string;
      readonly problems: readonly ArgumentProblem[];
    };
