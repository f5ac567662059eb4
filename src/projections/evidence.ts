import { type EvidenceBody, timeOfPicture } from "../domain/evidence.ts";
import type { UnitRecord } from "../domain/unit-record.ts";

/** A picture that a unit's record names and of which nobody has said yet what became of it. */
export interface OpenPicture {
  readonly sequence: number;
  readonly cameraId: string;
  readonly file: string;
}

/** The evidence pictures of one station, as far as the ledger tells. */
export interface EvidenceState {
  /** Pictures kept and dropped since the beginning of the ledger. */
  readonly kept: number;
  readonly dropped: number;
  /** On disk now, with those that carry marks. */
  readonly files: number;
  readonly bytes: number;
  /** Time of the oldest picture that may still be there, UTC ms; absent when none is. */
  readonly oldest?: number;
  readonly open: readonly OpenPicture[];
  /** Why no picture is kept at present; "" when the policy decides. */
  readonly stopped: string;
}
export const noEvidence: EvidenceState = { kept: 0, dropped: 0, files: 0, bytes: 0, open: [], stopped: "" };

/** Far more than a vision process has under way: what is older will not be heard of any more. */
const maximumOpen = 256;

/** The pictures after one more unit. */
export function foldPictures(state: EvidenceState, { sequence, cameras }: UnitRecord): EvidenceState {
  const named = cameras.flatMap(({ cameraId, imageRef }) =>
    imageRef === undefined ? [] : [{ sequence, cameraId, file: imageRef }],
  );
  return named.length === 0 ? state : { ...state, open: [...state.open, ...named].slice(-maximumOpen) };
}

/** The pictures after one more `evidence` entry of that time (UTC ms). */
export function foldEvidence(state: EvidenceState, body: EvidenceBody, time: number): EvidenceState {
  switch (body.event) {
    case "kept":
      return {
        ...state,
        kept: state.kept + 1,
        files: state.files + (body.marked ? 2 : 1),
        bytes: state.bytes + body.bytes + (body.marked?.bytes ?? 0),
        oldest: Math.min(state.oldest ?? Number.POSITIVE_INFINITY, timeOfPicture(body.file) ?? time),
        open: state.open.filter(({ file }) => file !== body.file),
      };
    case "dropped":
      return { ...state, dropped: state.dropped + 1, open: state.open.filter(({ file }) => file !== body.file) };
    case "expired": {
      const { oldest: _, ...rest } = state;
      return { ...rest, ...body.left, ...(body.left.files > 0 && { oldest: body.until }) };
    }
    case "stopped":
      return { ...state, stopped: body.reason };
    case "resumed":
      return { ...state, stopped: "" };
  }
}
