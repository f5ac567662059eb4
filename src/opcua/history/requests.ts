import type { ScalarName } from "../../../nodeset/model.ts";
import type { UnitRecord } from "../../domain/unit-record.ts";
import type { AtTimePlace } from "./at-time.ts";
import type { EventsPage, EventsRequest } from "./events.ts";
import type { PicturesRequest, UnitPictures } from "./pictures.ts";
import type { ProcessedDomain, ProcessedPlace } from "./processed.ts";
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
  readonly rows: readonly (Pick<Row, "time" | "serverTime" | "value" | "status"> & {
    /** Where it is not the variable's own. */
    readonly dataType?: ScalarName;
  })[];
  readonly next?: T;
}

export interface RawRequest extends Subject {
  readonly type: "raw";
  readonly domain: RawDomain;
  /** Values per page. */
  readonly limit: number;
  readonly resume?: RawResume;
}
export interface AtTimeRequest extends Subject, AtTimePlace {
  readonly type: "atTime";
  /** Values per page. */
  readonly limit: number;
}

/** Units of a station from a sequence on, in order. */
export interface UnitsRequest {
  readonly type: "units";
  readonly station: string;
  readonly from: number;
  /** Units per page. */
  readonly limit: number;
}
/** A unit as the ledger keeps it. */
export interface KeptUnit {
  readonly unit: UnitRecord;
  /** Of its entry, hex. */
  readonly hash: string;
}

export interface ProcessedRequest extends Subject, ProcessedPlace {
  readonly type: "processed";
  readonly domain: ProcessedDomain;
  /** Values per page. */
  readonly limit: number;
}

/** Requests that are answered with values. */
export type ValueRequest = RawRequest | AtTimeRequest | ProcessedRequest;
/** Everything that can be asked of the thread that reads history: plain data, answered from the ledger alone. */
export type HistoryRequest = ValueRequest | EventsRequest | UnitsRequest | PicturesRequest;
export type AnswerTo<R extends HistoryRequest> = R extends ValueRequest
  ? ValuePage<R>
  : R extends UnitsRequest
    ? readonly KeptUnit[]
    : R extends PicturesRequest
      ? UnitPictures
      : EventsPage;

/** What can be asked. */
export interface HistoryReader {
  /**
   * Rejects with a HistoryUnavailable when there is no answer to be had at present, with a HistoryRequestError when there
   * will never be one.
   *
   * @param asker the session that asks: each has its own place in the line; none = the server itself
   */
  ask<R extends HistoryRequest>(request: R, asker?: object): Promise<AnswerTo<R>>;
}
/** Whoever answers requests: the history thread, or a test in its place. */
export interface HistoryPort extends HistoryReader, AsyncDisposable {}

/** Everything that is asked through it is asked by this session. */
export const askedBy = (history: HistoryReader, asker: object | null | undefined): HistoryReader => ({
  ask: (request) => history.ask(request, asker ?? undefined),
});
