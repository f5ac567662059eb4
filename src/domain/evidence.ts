import type { EvidencePolicy } from "./recipe.ts";
import type { UnitKind } from "./unit-record.ts";
import type { Verdict, VerdictKind } from "./verdict.ts";

/** A file of the evidence folder as it was written. */
export interface EvidenceFile {
  /** Relative to the evidence folder, with `/`. */
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
}

/** Why a picture that the policy wanted is not there. */
export type DropReason =
  /** More pictures than the queue holds came at once. */
  | "overload"
  /** It could not be written; the detail says why. */
  | "write"
  /** The vision process ended before it said that the picture is on disk. */
  | "visionDown"
  /** The program ended before the picture's entry was on disk. */
  | "restart";

/** What became of one picture. */
export type PictureOutcome =
  | ({
      readonly event: "kept";
      readonly cameraId: string;
      /** The same picture with what was found drawn into it. */
      readonly marked?: EvidenceFile;
    } & EvidenceFile)
  | {
      readonly event: "dropped";
      readonly cameraId: string;
      /** The name that the unit's record gives; absent when the record names none. */
      readonly file?: string;
      readonly reason: DropReason;
      readonly detail?: string;
    };

/** The same as the vision process says it, which knows units by their trigger only. */
export type PictureReport = PictureOutcome & { readonly triggerId: number };

/** What was done with the pictures of a station as a whole. */
export type ShelfChange =
  | {
      readonly event: "expired";
      /** Every picture whose name tells an earlier time is gone, UTC ms. */
      readonly until: number;
      /** What went. */
      readonly files: number;
      readonly bytes: number;
      /** What is left. */
      readonly left: { readonly files: number; readonly bytes: number };
      readonly reason: "age" | "budget";
    }
  /** From here on no picture is kept, whatever the policy says. */
  | { readonly event: "stopped"; readonly reason: string }
  | { readonly event: "resumed"; readonly reason: string };

/** Body of an `evidence` entry. */
export type EvidenceBody = (PictureOutcome & { readonly sequence: number }) | ShelfChange;

/** How much of the disk a station's pictures may take, and for how long. */
export interface EvidenceBudget {
  readonly maximumBytes: number;
  readonly maximumAgeMs: number;
}

/** Whether the policy wants the picture of this unit. `passes`: passes of this camera before it. */
export function isWanted(policy: EvidencePolicy, unitKind: UnitKind, verdict: Verdict, passes: number): boolean {
  switch (verdict.kind) {
    case "fail":
      return policy.fails;
    case "invalid":
      return policy.invalids;
    // There is a picture, but nobody decided on it: as worth a look as one that could not be decided.
    case "notInspected":
      return policy.invalids;
    case "pass":
      if (verdict.review && policy.reviews) return true;
      return unitKind !== "absent" && policy.passes > 0 && passes % policy.passes === 0;
  }
}

export interface PictureName {
  readonly station: string;
  /** UTC ms. */
  readonly at: number;
  readonly triggerId: number;
  readonly cameraId: string;
  readonly verdict: VerdictKind;
  readonly format: EvidencePolicy["format"];
}
const extensions = { webp: "webp", jpeg: "jpg" } as const satisfies Record<EvidencePolicy["format"], string>;

/**
 * Where a picture is kept, relative to the evidence folder:
 * `<station>/<UTC date>/<station>_<time>_t<triggerId>_<camera>_<verdict>.webp`. Names of a folder sort by time.
 */
export function pictureName({ station, at, triggerId, cameraId, verdict, format }: PictureName): string {
  const time = new Date(at).toISOString();
  const compact = time.replace(/[-:.]/g, "");
  return `${station}/${time.slice(0, 10)}/${station}_${compact}_t${triggerId}_${cameraId}_${verdict}.${extensions[format]}`;
}

/** The name of the picture with what was found drawn into it, beside the untouched one. */
export const markedName = (file: string): string => file.replace(/\.\w+$/, "_marked$&");

const timeInName = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z_t\d+_[A-Z0-9_-]+_[a-zA-Z]+(_marked)?\.\w+$/;
/** When the picture was taken, by its name, UTC ms; `undefined` for a name that is none of ours. */
export function timeOfPicture(file: string): number | undefined {
  const [, y, mo, d, h, mi, s, ms] = timeInName.exec(file) ?? [];
  return y === undefined ? undefined : Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}.${ms}Z`);
}
