import type { LedgerQuery } from "../../ledger/query.ts";
import { breathe } from "../follow.ts";
import { readAtTime } from "./at-time.ts";
import { type HistoryContext, readEvents } from "./events.ts";
import { readPictures } from "./pictures.ts";
import { readProcessed } from "./processed.ts";
import { type Rows, readRaw } from "./raw.ts";
import type {
  AnswerTo,
  AtTimeRequest,
  HistoryRequest,
  KeptUnit,
  ProcessedRequest,
  RawRequest,
  Subject,
  UnitsRequest,
  ValuePage,
} from "./requests.ts";
import { sourceOf } from "./sources.ts";

const always = Number.MAX_SAFE_INTEGER;

const rowsOf = (query: LedgerQuery, { station, path }: Subject): Rows => {
  const source = sourceOf(path);
  if (!source) throw new RangeError(`${path} has no history in the ledger: a row is missing in history/sources.ts`);
  return (span) => source(query, station, span);
};

/** The newest instant that the ledger speaks of at a station, UTC ms. */
function endOfData(query: LedgerQuery, station: string): number {
  const streams = (["unit", "minute"] as const).map((kind) => ({ station, kind }));
  return query.page({ streams, backwards: true }, undefined, 1)[0]?.entry.time ?? -always;
}

function raw(query: LedgerQuery, request: RawRequest): ValuePage<RawRequest> {
  const { rows, resume } = readRaw(rowsOf(query, request), request.domain, request.limit, request.resume);
  return { rows, ...(resume && { next: { ...request, resume } }) };
}

async function atTime(query: LedgerQuery, request: AtTimeRequest): Promise<ValuePage<AtTimeRequest>> {
  const { known: _known, search: _search, ...same } = request;
  const found = await readAtTime(rowsOf(query, request), request, endOfData(query, request.station), breathe);
  const { done, ...unfinished } = found.next ?? { done: request.times.length };
  const times = request.times.slice(done);
  return { rows: found.rows, ...(times.length > 0 && { next: { ...same, ...unfinished, times } }) };
}

async function processed(query: LedgerQuery, request: ProcessedRequest): Promise<ValuePage<ProcessedRequest>> {
  const { type, station, path, domain, limit } = request;
  const rows = rowsOf(query, request);
  const { rows: found, next } = await readProcessed(rows, domain, request, endOfData(query, request.station), breathe);
  // Nothing of it was committed: it was computed now, of what the time of the interval has.
  const values = found.map((row) => ({ ...row, serverTime: row.time }));
  return { rows: values, ...(next && { next: { type, station, path, domain, limit, ...next } }) };
}

const noEnd = Number.MAX_SAFE_INTEGER;

function units(query: LedgerQuery, { station, from, limit }: UnitsRequest): readonly KeptUnit[] {
  const stream = { station, kind: "unit", sequences: [from, noEnd] } as const;
  return query
    .page({ streams: [stream] }, undefined, limit)
    .flatMap(({ entry, hash }) => (entry.kind === "unit" ? [{ unit: entry.body, hash }] : []));
}

type Answers = {
  readonly [T in HistoryRequest["type"]]: (
    query: LedgerQuery,
    request: Extract<HistoryRequest, { type: T }>,
    context: HistoryContext,
  ) => AnswerTo<Extract<HistoryRequest, { type: T }>> | Promise<AnswerTo<Extract<HistoryRequest, { type: T }>>>;
};
const answers: Answers = {
  raw,
  atTime,
  processed,
  events: (query, request, context) => readEvents(query, context, request),
  units,
  pictures: readPictures,
};

/** Answers one request from the ledger: one page, and nothing is held afterwards. Long ones let others go on between. */
export const answer = async <R extends HistoryRequest>(
  query: LedgerQuery,
  context: HistoryContext,
  request: R,
): Promise<AnswerTo<R>> => (await answers[request.type](query, request as never, context)) as AnswerTo<R>;
