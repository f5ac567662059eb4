import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type StatusCode, StatusCodes } from "node-opcua";
import { type EvidenceFile, timeOfPicture } from "../../domain/evidence.ts";
import type { HistoryReader } from "../history/requests.ts";
import type { Content } from "./open-files.ts";

/** Which picture. */
export interface Wanted {
  readonly station: string;
  readonly sequence: number;
  /** "" = the camera that decided. */
  readonly cameraId: string;
  readonly marked: boolean;
  /** Those of the station as it is now; a record may name others. */
  readonly cameras: readonly string[];
}
/** Why it cannot be had. */
export interface Missing {
  readonly status: StatusCode;
  readonly message: string;
  /** The input that is wrong, when it is one. */
  readonly argument?: "CameraId";
}
export interface Loaded extends EvidenceFile {
  readonly content: Content;
}

/** Larger files are none of ours. */
const maximumBytes = 64e6;
const mimeTypes: Readonly<Record<string, string>> = { webp: "image/webp", jpg: "image/jpeg" };
const missing = (status: StatusCode, message: string): Missing => ({ status, message });

/** What the ledger says of the picture: the file as it was written, or why there is none. Rejects with a HistoryUnavailable. */
async function recorded(
  history: HistoryReader,
  { station, sequence, ...wanted }: Wanted,
): Promise<EvidenceFile | Missing> {
  const found = await history.ask({ type: "pictures", station, sequence });
  if (!found) return missing(StatusCodes.BadNoData, `there is no unit ${sequence}, or it is no longer kept`);
  const { unit, outcomes } = found;
  const cameraId = wanted.cameraId === "" ? unit.cameraId : wanted.cameraId;
  const outcome = outcomes.find((o) => o.cameraId === cameraId);
  const seenBy = unit.cameras.map((c) => c.cameraId);
  if (!outcome && cameraId !== undefined && ![...wanted.cameras, ...seenBy].includes(cameraId)) {
    const known = wanted.cameras.join(", ");
    return { ...missing(StatusCodes.BadInvalidArgument, `no such camera; cameras: ${known}`), argument: "CameraId" };
  }
  if (!outcome) {
    const isNamed = unit.cameras.some((c) => c.cameraId === cameraId && c.imageRef !== undefined);
    return missing(
      StatusCodes.BadNoData,
      isNamed
        ? `the picture of unit ${sequence} is on its way to the disk; ask again in a moment`
        : `no picture of unit ${sequence} by camera ${cameraId ?? "(none decided)"} was wanted by the recipe`,
    );
  }
  if (outcome.event === "dropped")
    return missing(StatusCodes.BadNoData, `the picture of unit ${sequence} was dropped: ${outcome.reason}`);
  if (!wanted.marked) return outcome;
  return (
    outcome.marked ??
    missing(StatusCodes.BadNoData, `unit ${sequence} has no picture with marks: the recipe's evidence.overlay is off`)
  );
}

/** Finds a picture, reads it and compares it with its hash: what is not as it was written is not given out as evidence. */
export async function loadPicture(
  history: HistoryReader,
  folder: string,
  wanted: Wanted,
  expiredUntil: number,
): Promise<Loaded | Missing> {
  const file = await recorded(history, wanted);
  if ("status" in file) return file;
  const takenAt = timeOfPicture(file.file);
  if (takenAt === undefined || file.bytes > maximumBytes)
    return missing(StatusCodes.BadDataLost, `${file.file} is no picture that can be read here`);
  if (takenAt < expiredUntil)
    return missing(
      StatusCodes.BadNoData,
      `the picture of unit ${wanted.sequence} has expired; see the station's evidence.days`,
    );
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, file.file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return missing(
      StatusCodes.BadDataLost,
      `${file.file} cannot be read (${code}); run "tallyline ledger verify --evidence"`,
    );
  }
  if (createHash("sha256").update(bytes).digest("hex") !== file.sha256)
    return missing(
      StatusCodes.BadDataLost,
      `${file.file} is not as it was written: its hash differs from the ledger's; run "tallyline ledger verify --evidence"`,
    );
  const mimeType = mimeTypes[file.file.split(".").at(-1)!] ?? "application/octet-stream";
  return { ...file, content: { bytes, mimeType, takenAt } };
}
