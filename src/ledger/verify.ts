import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { readAnchor } from "./anchor.ts";
import { noHash } from "./chain.ts";
import { checkEntry, type EntryProblem, type StoredRow, type Walk } from "./entry-checks.ts";
import type { Head } from "./ledger.ts";
import { LedgerError, type LedgerErrorCode, ledgerError } from "./ledger-error.ts";
import { endOfMonth, listSegments, type OpenSegment, openSegmentToRead, segmentName, startOfMonth } from "./segment.ts";
import { headOf } from "./tail.ts";

/** What was found first. Codes are public. */
export interface Problem {
  readonly code:
    | EntryProblem
    /** SQLite cannot read the file, or it is none. */
    | "unreadable"
    /** The file's tables or triggers were changed, or it was renamed. */
    | "segmentChanged"
    /** A segment does not continue the one before it. */
    | "segmentReplaced"
    | "segmentMissing"
    /** The ledger ends before a head that was noted. */
    | "tailCut"
    /** The ledger is whole in itself, but not the one that the anchor file noted: it was rewritten. */
    | "anchor"
    /** The same, for the head that the caller gave. */
    | "notedHead";
  /** The entry, or the one that is missing. */
  readonly offset: number;
  /** File name of the segment in which it is, or should be. */
  readonly segment: string;
  /** One sentence: where, and what is wrong. */
  readonly message: string;
}

export type VerifyResult = {
  /** Entries that were found good. */
  readonly entries: number;
  readonly durationMs: number;
} & (
  | {
      readonly ok: true;
      /** Where it ended when the walk began. */
      readonly head: Head;
      readonly segments: number;
      /** `missing` (or not whole) means that a cut at the end would only show against a head noted elsewhere. */
      readonly anchor: "matches" | "missing";
    }
  | { readonly ok: false; readonly problem: Problem }
);

export interface VerifyOptions {
  /** Called about every 1,000 entries and at the end. */
  readonly onProgress?: (done: number, total: number) => void;
  /** A head that somebody else keeps, e.g. a historian: hash is hex. */
  readonly head?: { readonly offset: number; readonly hash: string };
  readonly signal?: AbortSignal;
}

const pageSize = 1_000;

/**
 * Walks a whole ledger, entry by entry, and names the first thing that is not as it was written. Works on a copy and on a
 * ledger that is being written (then up to where it ended at the start); holds nothing up.
 * @throws LedgerError when there is nothing to verify, or the folder cannot be read; the signal's reason when aborted
 */
export async function verifyLedger(folder: string, options: VerifyOptions = {}): Promise<VerifyResult> {
  const started = performance.now();
  // Before the segments: on a ledger that is being written, they then hold at least what was noted.
  const notes = notesOf(folder, options);
  const anchor = notes.some(({ code }) => code === "anchor") ? "matches" : "missing";
  const names = listSegments(folder);
  const walk: Walk = {
    monthStart: 0,
    monthEnd: 0,
    offset: 0,
    hash: Buffer.from(noHash, "hex"),
    committedAt: 0,
    sequences: new Map(),
  };
  const result = (problem: Problem | undefined, head?: Head): VerifyResult => ({
    entries: walk.offset,
    durationMs: performance.now() - started,
    ...(problem || !head ? { ok: false, problem: problem! } : { ok: true, head, segments: names.length, anchor }),
  });

  if (names.length === 0 && !notes.some(({ offset }) => offset > 0))
    throw new LedgerError("LEDGER_MISSING", `there is no ledger in ${folder}; check the data folder's path`);
  const end = endOf(folder, names);
  const bounds = { limit: end ?? Number.MAX_SAFE_INTEGER, total: end ?? Math.max(0, ...notes.map((n) => n.offset)) };
  let ledgerId = notes.find((note) => note.ledgerId !== undefined)?.ledgerId;
  for (const name of names) {
    let segment: OpenSegment | undefined;
    try {
      segment = openSegmentToRead(folder, name);
      const broken = placeProblem(segment, walk, ledgerId);
      if (broken) return result(broken);
      ledgerId = segment.meta.ledgerId;
      walk.monthStart = startOfMonth(segment.meta.month);
      walk.monthEnd = endOfMonth(segment.meta.month);
      const problem = await walkSegment(segment, walk, bounds, notes, options);
      if (problem) return result(problem);
    } catch (error) {
      return result(fileProblem(error, join(folder, name), name, walk.offset + 1));
    } finally {
      segment?.db.close();
    }
  }
  options.onProgress?.(walk.offset, walk.offset);
  const cut = notes.find(({ offset }) => offset > walk.offset);
  if (cut)
    return result({
      code: "tailCut",
      offset: walk.offset + 1,
      segment: names.at(-1) ?? "",
      message: `${names.at(-1) ?? folder}: the ledger ends at entry ${walk.offset}, but ${cut.source} notes entry ${cut.offset}: the end was cut off or lost`,
    });
  return result(undefined, {
    ledgerId: ledgerId!,
    offset: walk.offset,
    hash: Buffer.from(walk.hash).toString("hex"),
  });
}

/** A head that was noted outside the segments. */
interface Note {
  readonly code: "anchor" | "notedHead";
  readonly source: string;
  readonly ledgerId?: string;
  readonly offset: number;
  readonly hash: string;
}

function notesOf(folder: string, { head }: VerifyOptions): Note[] {
  const notes: Note[] = [];
  try {
    const anchor = readAnchor(folder);
    if (anchor) notes.push({ code: "anchor", source: "anchor.json", ...anchor });
  } catch (error) {
    throw ledgerError(error, join(folder, "anchor.json"));
  }
  if (head) notes.push({ code: "notedHead", source: "the head that was given", ...head });
  return notes;
}

/** Last offset at the start; `undefined` when the newest segment cannot be read (the walk will say so). */
function endOf(folder: string, names: readonly string[]): number | undefined {
  const newest = names.at(-1);
  if (newest === undefined) return undefined;
  let segment: OpenSegment | undefined;
  try {
    segment = openSegmentToRead(folder, newest);
    return headOf(segment).offset;
  } catch {
    return undefined;
  } finally {
    segment?.db.close();
  }
}

/** What is wrong with where a segment stands. */
function placeProblem({ name, meta }: OpenSegment, walk: Walk, ledgerId: string | undefined): Problem | undefined {
  const problem = (code: Problem["code"], text: string): Problem => ({
    code,
    offset: walk.offset + 1,
    segment: name,
    message: `${name}: ${text}`,
  });
  if (segmentName(meta.month) !== name) return problem("segmentChanged", `it holds the month ${meta.month}`);
  if (ledgerId !== undefined && meta.ledgerId !== ledgerId)
    return problem("segmentReplaced", `it belongs to the ledger ${meta.ledgerId}, not to ${ledgerId}`);
  if (meta.firstOffset > walk.offset + 1)
    return problem(
      "segmentMissing",
      `it starts at entry ${meta.firstOffset}, but entries ${walk.offset + 1} to ${meta.firstOffset - 1} are not there: a segment is missing, or the one before was cut`,
    );
  if (meta.firstOffset !== walk.offset + 1 || meta.previousHash !== Buffer.from(walk.hash).toString("hex"))
    return problem("segmentReplaced", `it does not continue entry ${walk.offset} of the segment before it`);
  return undefined;
}

async function walkSegment(
  { name, db }: OpenSegment,
  walk: Walk,
  { limit, total }: { readonly limit: number; readonly total: number },
  notes: readonly Note[],
  { onProgress, signal }: VerifyOptions,
): Promise<Problem | undefined> {
  const page = db.prepare(
    "SELECT offset, station, kind, time, sequence, lot, text, hash FROM entry WHERE offset > ? AND offset <= ? ORDER BY offset LIMIT ?",
  );
  page.setReturnArrays(true);
  const problemAt = (code: Problem["code"], offset: number, text: string): Problem => ({
    code,
    offset,
    segment: name,
    message: `${name}, entry ${offset}: ${text}`,
  });
  for (;;) {
    const rows = page.all(walk.offset, limit, pageSize) as unknown as StoredRow[];
    for (const row of rows) {
      const problem = checkEntry(row, walk);
      if (problem) return problemAt(problem.code, walk.offset + 1, problem.text);
      for (const { code, source, offset, hash } of notes)
        if (offset === walk.offset && hash.toLowerCase() !== Buffer.from(walk.hash).toString("hex"))
          return problemAt(code, offset, `${source} notes another hash for it: the ledger was rewritten up to here`);
    }
    onProgress?.(walk.offset, total);
    if (rows.length < pageSize) break;
    await setImmediate();
    signal?.throwIfAborted();
  }
  const complaint = db.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
  if (complaint === "ok") return undefined;
  return {
    code: "unreadable",
    offset: walk.offset,
    segment: name,
    message: `${name}: its entries are whole, but SQLite finds the file damaged (${complaint}): searches may miss entries`,
  };
}

/** Which problem an error that was met while reading a segment stands for. */
const problemByError: Partial<Record<LedgerErrorCode, Problem["code"]>> = {
  LEDGER_CORRUPT: "segmentChanged",
  LEDGER_IO: "unreadable",
  LEDGER_NEWER: "newer",
};

function fileProblem(error: unknown, file: string, segment: string, offset: number): Problem {
  const known = ledgerError(error, file);
  const code = problemByError[known.code];
  if (!code) throw error;
  const isSqlite = known.cause !== undefined;
  return { code: isSqlite ? "unreadable" : code, offset, segment, message: known.message };
}
