import type { LotBody } from "../domain/ledger-entry.ts";
import type { Head } from "./ledger.ts";
import type { LedgerErrorCode } from "./ledger-error.ts";
import type { Row } from "./store.ts";

/** What the thread is started with. */
export interface ThreadData {
  readonly folder: string;
  /** UTC ms. */
  readonly now: number;
}

/** Request → its fields and its answer. Answered one after the other, in order. */
export interface Requests {
  readonly commit: { ask: { rows: readonly Row[]; committedAt: number }; answer: readonly string[] };
  readonly findEndedLot: { ask: { station: string; lot: string }; answer: LotBody | undefined };
  readonly saveSnapshot: { ask: { name: string; offset: number; state: string }; answer: undefined };
  readonly close: { ask: Record<never, never>; answer: undefined };
}
export type RequestType = keyof Requests;

export type ToThread = {
  [T in RequestType]: { readonly type: T; readonly id: number } & Requests[T]["ask"];
}[RequestType];

/** An error as it crosses between threads, where classes do not. */
export interface Failure {
  readonly code: LedgerErrorCode;
  readonly message: string;
  readonly cause: unknown;
}
export type FromThread =
  | { readonly type: "ready"; readonly head: Head; readonly committedAt: number }
  | { readonly type: "refused"; readonly failure: Failure }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "failed"; readonly id: number; readonly failure: Failure }
  | { readonly type: "notice"; readonly message: string; readonly fields: Readonly<Record<string, unknown>> };
