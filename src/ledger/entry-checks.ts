import { entryVersion, type LedgerEntry } from "../domain/ledger-entry.ts";
import { errorText } from "../platform/errors.ts";
import { isCanonical } from "./canonical-check.ts";
import { chainHash } from "./chain.ts";
import { columnsOf } from "./schema.ts";

/** A row as it lies in a segment, columns in the order of the table. */
export type StoredRow = readonly [
  offset: number,
  station: string,
  kind: string,
  time: number,
  sequence: number | null,
  lot: string | null,
  text: string,
  hash: Uint8Array,
];

/** What is known when a row's turn comes. */
export interface Walk {
  /** Of the segment's month: first UTC ms, and first UTC ms after it. */
  monthStart: number;
  monthEnd: number;
  /** Of the entry before. */
  offset: number;
  hash: Uint8Array;
  committedAt: number;
  /** Last unit sequence per station. */
  readonly sequences: Map<string, number>;
}

/** One row with everything derived from it. */
interface Subject {
  readonly row: StoredRow;
  readonly walk: Walk;
  readonly hash: Uint8Array;
  /** `undefined` when the text is no JSON object. */
  readonly entry: LedgerEntry | undefined;
}

/** What can be wrong with an entry, in the order in which it is asked; each says what it found, or nothing. */
const checks = {
  gap: ({ row: [offset], walk }) =>
    offset === walk.offset + 1
      ? undefined
      : `entry ${walk.offset + 1} is missing; the next one there is ${offset}: rows were removed`,
  hash: ({ row, hash }) =>
    Buffer.compare(row[7], hash) === 0
      ? undefined
      : "its text or its hash was changed: the two do not belong together after the entry before it",
  notCanonical: ({ row, entry }) =>
    entry && isCanonical(row[6], entry) ? undefined : "its text is not canonical JSON, so nobody else can recompute it",
  offset: ({ row: [offset], entry }) =>
    entry!.offset === offset
      ? undefined
      : `its text says that it is entry ${entry!.offset}: rows were swapped or inserted`,
  newer: ({ entry }) =>
    entry!.v <= entryVersion
      ? undefined
      : `it has version ${entry!.v}, this program knows versions up to ${entryVersion}; verify it with a newer Tallyline`,
  columns: ({ row, entry }) => {
    const wrong = wrongColumn(row, entry!);
    return wrong && `its column "${wrong}" does not say what its text says, so searches would miss it`;
  },
  committedAt: ({ entry, walk }) =>
    entry!.committedAt >= Math.max(walk.committedAt, walk.monthStart) && entry!.committedAt < walk.monthEnd
      ? undefined
      : `it was committed at ${isoOf(entry!.committedAt)}, which is before the entry before it or outside the segment's month`,
  sequence: ({ entry, walk }) => {
    if (entry!.kind !== "unit") return undefined;
    const { sequence, previousSequence } = entry!.body;
    const last = walk.sequences.get(entry!.station) ?? 0;
    return sequence === last + 1 && previousSequence === last
      ? undefined
      : `it is unit ${sequence} of ${entry!.station} after ${previousSequence}, but the unit before it is ${last}: sequences must have no gap`;
  },
} satisfies Record<string, (subject: Subject) => string | undefined>;
/** `shape` = none of the checks could even be asked. */
export type EntryProblem = keyof typeof checks | "shape";
const checkList = Object.entries(checks) as [EntryProblem, (subject: Subject) => string | undefined][];

/** Checks one row and moves the walk past it; on a problem the walk stays where it is. */
export function checkEntry(row: StoredRow, walk: Walk): { code: EntryProblem; text: string } | undefined {
  const hash = chainHash(walk.hash, row[6]);
  const entry = objectIn(row[6]);
  const subject: Subject = { row, walk, hash, entry };
  try {
    for (const [code, check] of checkList) {
      const text = check(subject);
      if (text !== undefined) return { code, text };
    }
  } catch (error) {
    return { code: "shape", text: `its text has not the shape of an entry (${errorText(error)})` };
  }
  walk.offset = row[0];
  walk.hash = hash;
  walk.committedAt = entry!.committedAt;
  if (entry!.kind === "unit") walk.sequences.set(entry!.station, entry!.body.sequence);
  return undefined;
}

function objectIn(text: string): LedgerEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as LedgerEntry) : undefined;
  } catch {
    return undefined; // the check "notCanonical" says so
  }
}

function wrongColumn([, station, kind, time, sequence, lot]: StoredRow, entry: LedgerEntry): string | undefined {
  const present = { station, kind, time, sequence, lot };
  const expected = columnsOf(entry);
  return (Object.keys(present) as (keyof typeof present)[]).find((name) => present[name] !== expected[name]);
}

const isoOf = (time: number): string => (Number.isFinite(time) ? new Date(time).toISOString() : String(time));
