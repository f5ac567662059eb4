import type { EvidenceFile } from "../../domain/evidence.ts";
import type { EvidencePolicy } from "../../domain/recipe.ts";
import type { Picture } from "../picture.ts";
import type { Mark } from "../step.ts";

/** `[x, y, width, height]`, px. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** What a marked picture says in words. */
export interface Caption {
  /** `FAIL`, `PASS - REVIEW`, … */
  readonly verdict: string;
  readonly tone: "pass" | "fail" | "unsure";
  /** Whether what the steps found bad counts. */
  readonly isBad: boolean;
  /** Where the defects are, with what they are called. */
  readonly boxes: readonly { readonly box: Box; readonly label: string }[];
  /** What the picture is not (simulated, a trial); then what was found, worst first, or why nothing was decided. */
  readonly findings: readonly string[];
  /** Station, camera, trigger, unit, recipe: what makes the picture attributable. */
  readonly origin: readonly string[];
}

/** One picture to be written. Its memory is transferred. */
export interface EvidenceTask {
  readonly task: number;
  readonly picture: Picture;
  /** Where the untouched picture goes. */
  readonly file: string;
  readonly format: EvidencePolicy["format"];
  /** Drawn into a second picture beside it; absent when the recipe wants none. */
  readonly overlay?: { readonly marks: readonly Mark[]; readonly caption: Caption; readonly file: string };
}

export type ToEvidence = EvidenceTask | { readonly type: "stop" };

/** The thread's answer to each task, in order. */
export type FromEvidence = { readonly task: number } & (
  | { readonly kept: EvidenceFile; readonly marked?: EvidenceFile }
  | { readonly failed: string }
);
