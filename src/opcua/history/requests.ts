import type { RawDomain, RawResume } from "./raw.ts";
import type { Row } from "./rows.ts";

/** A variable of a station whose history is asked for. */
export interface Subject {
  readonly station: string;
  /** The part of its NodeId behind the station, e.g. `Statistics/Total/UnitCount`. */
  readonly path: string;
}

/** One page of values; `next` is the request for the page behind it. */
export interface ValuePage<T> {
  readonly rows: readonly Pick<Row, "time" | "serverTime" | "value" | "status">[];
  readonly next?: T;
}

export interface RawRequest extends Subject {
  readonly type: "raw";
  readonly domain: RawDomain;
  /** Values per page. */
  readonly limit: number;
  readonly resume?: RawResume;
}
export interface AtTimeRequest extends Subject {
  readonly type: "atTime";
  /** UTC ms, in the order in which the answers come. */
  readonly times: readonly number[];
  readonly simpleBounds: boolean;
  readonly limit: number;
}

/** Everything that can be asked of the thread that reads history: plain data, answered from the ledger alone. */
export type HistoryRequest = RawRequest | AtTimeRequest;
export type AnswerTo<R extends HistoryRequest> = R extends { readonly type: "raw" | "atTime" } ? ValuePage<R> : never;

/** Whoever answers requests: the history thread, or a test in its place. */
export interface HistoryPort extends AsyncDisposable {
  /** Rejects with a HistoryUnavailable when there is no answer to be had at present. */
  ask<R extends HistoryRequest>(request: R): Promise<AnswerTo<R>>;
}
