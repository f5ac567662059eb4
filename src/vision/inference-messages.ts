import type { ModelRef } from "../domain/unit-record.ts";
import type { ModelCard } from "./model/card.ts";
import type { Picture } from "./picture.ts";
import type { Inspection } from "./steps/judge.ts";

/** What an inference thread is started with. */
export interface InferenceSetup {
  readonly modelFolder: string;
  readonly threshold?: number;
  readonly defectClass: string;
}

export type ToInference =
  /** The picture's memory is transferred. */
  | { readonly type: "inspect"; readonly job: number; readonly picture: Picture }
  /** Sent only while no job runs. */
  | { readonly type: "stop" };

export type FromInference =
  | { readonly type: "ready"; readonly card: ModelCard; readonly ref: ModelRef }
  | { readonly type: "refused"; readonly code: string; readonly reason: string }
  | { readonly type: "inspected"; readonly job: number; readonly inspection: Inspection }
  | { readonly type: "failed"; readonly job: number; readonly reason: string };
