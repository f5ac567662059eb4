import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError, errorText } from "./errors.ts";

/** The data folder cannot be used as it is. */
export class DataFolderError extends AppError {
  readonly code: string;
  constructor(code: "DATA_FOLDER_IN_USE" | "DATA_FOLDER_UNWRITABLE", message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * Takes the data folder (made if missing) for this process, until dispose or death: the lock is the kernel's lock on an
 * SQLite file, so nothing is left behind by a kill.
 *
 * @throws {DataFolderError} when another process has it, or when it cannot be written.
 */
export function lockFolder(path: string): Disposable {
  const folder = resolve(path);
  const note = join(folder, "owner.json");
  let database: DatabaseSync;
  try {
    makeFolder(folder);
    database = new DatabaseSync(join(folder, "lock.sqlite"));
  } catch (cause) {
    throw new DataFolderError(
      "DATA_FOLDER_UNWRITABLE",
      `the data folder ${folder} cannot be written: ${errorText(cause)}. Give this user write access, or set TALLYLINE_DATA to another folder`,
      cause,
    );
  }
  try {
    database.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    writeFileSync(note, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  } catch (cause) {
    database.close();
    if (/locked|busy/i.test(errorText(cause)))
      throw new DataFolderError(
        "DATA_FOLDER_IN_USE",
        `the data folder ${folder} is in use by ${ownerIn(note)}. Stop it first, or set TALLYLINE_DATA to another folder`,
        cause,
      );
    throw new DataFolderError(
      "DATA_FOLDER_UNWRITABLE",
      `the data folder ${folder} cannot be written: ${errorText(cause)}. Give this user write access and room, or set TALLYLINE_DATA to another folder`,
      cause,
    );
  }
  return { [Symbol.dispose]: () => database.close() };
}

/** One level at a time: Node's recursive form never returns where the system answers ENOENT for ever, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** For the message only: the lock itself is the kernel's. */
function ownerIn(note: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(note, "utf8")) as { pid: number; since: string };
    return `another Tallyline (process ${pid}, started ${since})`;
  } catch {
    return "another Tallyline";
  }
}
