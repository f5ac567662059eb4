import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { type EvidenceFile, timeOfPicture } from "../domain/evidence.ts";
import { openLedgerReader } from "./reader.ts";

/** A picture that is not as it was written. */
export interface PictureProblem {
  readonly station: string;
  /** The unit that it is of. */
  readonly sequence: number;
  readonly file: string;
  readonly problem: "missing" | "changed";
}

export interface EvidenceVerifyResult {
  /** Pictures that the ledger says are kept, those with marks among them. */
  readonly kept: number;
  readonly bytes: number;
  /** Pictures that the policy wanted and that were never kept; the ledger says why of each. */
  readonly dropped: number;
  readonly problems: readonly PictureProblem[];
  /** Files that no entry knows: left half written by a crash, or put there by somebody. */
  readonly strangers: readonly string[];
}

interface Kept extends EvidenceFile {
  readonly station: string;
  readonly sequence: number;
}
const pageSize = 1_000;

/**
 * Compares every picture that the ledger says is kept, and that has not expired, with its hash. The ledger itself is taken
 * at its word: `verifyLedger` checks it.
 * @param evidence folder of the pictures of all stations
 * @throws LedgerError when there is no ledger
 */
export async function verifyEvidence(
  ledger: string,
  evidence: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<EvidenceVerifyResult> {
  const { kept, dropped } = pictures(ledger);
  const problems: PictureProblem[] = [];
  let bytes = 0;
  let done = 0;
  for (const { station, sequence, file, sha256 } of kept.values()) {
    const found = await read(join(evidence, file));
    const problem = !found ? "missing" : hashOf(found) === sha256 ? undefined : "changed";
    if (problem) problems.push({ station, sequence, file, problem });
    bytes += found?.byteLength ?? 0;
    done += 1;
    if (done % 100 === 0) onProgress(done, kept.size);
  }
  onProgress(done, kept.size);
  const strangers = (await filesIn(evidence)).filter((file) => !kept.has(file));
  const facts = { kept: kept.size, bytes, dropped };
  if (problems.length + strangers.length === 0) return { ...facts, problems, strangers };
  // On a line that runs, pictures came and went meanwhile.
  const since = pictures(ledger).kept;
  return {
    ...facts,
    problems: problems.filter(({ file }) => since.has(file)),
    strangers: strangers.filter((file) => !since.has(file)),
  };
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What the ledger says of pictures: those that must be there now, by file. */
function pictures(folder: string): { readonly kept: ReadonlyMap<string, Kept>; readonly dropped: number } {
  using reader = openLedgerReader(folder);
  const kept = new Map<string, Kept>();
  let dropped = 0;
  for (let offset = 0; ; ) {
    const page = reader.read(offset, pageSize);
    for (const { entry } of page) {
      if (entry.kind !== "evidence") continue;
      const { station, body } = entry;
      if (body.event === "kept")
        for (const file of [body, ...(body.marked ? [body.marked] : [])])
          kept.set(file.file, { ...file, station, sequence: body.sequence });
      else if (body.event === "dropped") dropped += 1;
      else if (body.event === "expired")
        for (const [file, picture] of kept)
          if (picture.station === station && (timeOfPicture(file) ?? 0) < body.until) kept.delete(file);
    }
    const last = page.at(-1);
    if (!last || page.length < pageSize) return { kept, dropped };
    offset = last.entry.offset;
  }
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Every file below the folder, relative to it, with `/`. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll(sep, "/"),
      );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
