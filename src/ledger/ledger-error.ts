import { AppError } from "../platform/errors.ts";

/** Code → whether the same call may simply be made again. Codes are public and never change. */
const retryableByCode = {
  /** The folder cannot be made, listed or written. */
  LEDGER_FOLDER: false,
  /** There is no ledger in the folder. */
  LEDGER_MISSING: false,
  /** Written by a newer program. */
  LEDGER_NEWER: false,
  /** What is on disk is not what was written. */
  LEDGER_CORRUPT: false,
  /** A segment between two others, or before the first, is gone. */
  LEDGER_SEGMENT_MISSING: false,
  /** Entries at the end that were once committed are gone. */
  LEDGER_TAIL_CUT: false,
  /** Somebody else writes into the same ledger. */
  LEDGER_CONFLICT: false,
  /** The call was given something that cannot be stored. */
  LEDGER_ENTRY: false,
  /** The writer was closed. */
  LEDGER_CLOSED: false,
  /** The thread that owns the file ended or failed in a way nobody foresaw. */
  LEDGER_THREAD: false,
  LEDGER_FULL: true,
  LEDGER_IO: true,
  LEDGER_READONLY: true,
  LEDGER_BUSY: true,
  /** More is waiting for the disk than the queue holds. */
  LEDGER_OVERLOAD: true,
} as const;
export type LedgerErrorCode = keyof typeof retryableByCode;

/** Anything the ledger refuses or cannot do. The message names the file, what is wrong with it, and how to mend it. */
export class LedgerError extends AppError {
  readonly code: LedgerErrorCode;
  override readonly retryable: boolean;
  constructor(code: LedgerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.retryable = retryableByCode[code];
  }
}

/** What to do about a file whose content is wrong: the same advice everywhere. */
export const mendAdvice =
  '"tallyline ledger verify" names the first bad entry; restore the data folder from a backup, and keep the damaged files as evidence';

/** SQLite's primary result codes (https://sqlite.org/rescode.html) → ours, with the sentence that follows the file's name. */
const byResultCode: Readonly<Record<number, readonly [LedgerErrorCode, string]>> = {
  3: ["LEDGER_READONLY", "may not be accessed; give the user that runs Tallyline read and write access"],
  5: ["LEDGER_BUSY", "is locked by another program; close it (a database browser, a backup tool)"],
  6: ["LEDGER_BUSY", "is locked by another program; close it (a database browser, a backup tool)"],
  8: ["LEDGER_READONLY", "cannot be written; give the user that runs Tallyline write access to file, folder and disk"],
  10: ["LEDGER_IO", "could not be read or written; check the disk and its cable, and the system's log for I/O errors"],
  11: ["LEDGER_CORRUPT", `is damaged; ${mendAdvice}`],
  13: ["LEDGER_FULL", "could not be extended because the disk is full; free some space or enlarge the disk"],
  14: ["LEDGER_IO", "could not be opened; check that folder and disk are there and that their access rights are right"],
  19: [
    "LEDGER_CONFLICT",
    "refused an entry that is not the next one: another program writes into the same ledger; run only one per data folder",
  ],
  26: ["LEDGER_CORRUPT", `is not a ledger segment; ${mendAdvice}`],
};

/** Node's file system codes → ours. */
const byErrno: Readonly<Record<string, readonly [LedgerErrorCode, string]>> = {
  ENOSPC: byResultCode[13]!,
  EDQUOT: byResultCode[13]!,
  EFBIG: byResultCode[13]!,
  EACCES: byResultCode[8]!,
  EPERM: byResultCode[8]!,
  EROFS: byResultCode[8]!,
  EIO: byResultCode[10]!,
  ENOTDIR: ["LEDGER_FOLDER", "is not a folder; name another data folder, or move the file that has its name"],
  EEXIST: ["LEDGER_FOLDER", "is not a folder; name another data folder, or move the file that has its name"],
  ENOENT: ["LEDGER_FOLDER", "does not exist; check the data folder's path"],
};

/** Turns what SQLite or the file system threw about `file` into a `LedgerError`; one that already is one stays as it is. */
export function ledgerError(error: unknown, file: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  const known =
    code === "ERR_SQLITE_ERROR" && typeof errcode === "number" ? byResultCode[errcode & 0xff] : byErrno[String(code)];
  const [ours, sentence] = known ?? [
    "LEDGER_THREAD" as const,
    "met an error nobody foresaw; please report it with the log",
  ];
  return new LedgerError(ours, `${file} ${sentence}`, error);
}
