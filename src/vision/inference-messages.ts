import type { Expectation } from "../domain/expectation.ts";
import type { TaughtFigures } from "../domain/taught.ts";
import type { ModelRef } from "../domain/unit-record.ts";
import type { GuardSetup } from "./guard/frame-guard.ts";
import type { InspectionSetup } from "./messages.ts";
import type { GoldenFigure } from "./model/golden.ts";
import type { Picture } from "./picture.ts";
import type { Inspected } from "./pipeline.ts";

/** What an inference thread is started with. */
export interface InferenceSetup {
  readonly inspection: InspectionSetup;
  /** The cameras whose pictures it gets. */
  readonly cameras: readonly string[];
}

/** What an inference thread says of a camera when it has opened its steps. */
export interface ReadyCamera {
  /** In the order of the steps. */
  readonly models: readonly ModelRef[];
  /** SHA-256, hex, of every file that the steps read beside the recipe, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly guard: GuardSetup;
  readonly taught: TaughtFigures;
  /** Golden samples of all its models. */
  readonly samples: number;
}

/** A golden sample with what this machine gives. */
export interface CheckedSample {
  readonly model: string;
  readonly file: string;
  readonly figures: readonly GoldenFigure[];
}

export type ToInference =
  /** The picture's memory is transferred. */
  | {
      readonly type: "inspect";
      readonly job: number;
      readonly cameraId: string;
      readonly picture: Picture;
      readonly expected: Expectation;
    }
  /** `sample`: which of the camera's golden samples, from 0. */
  | { readonly type: "check"; readonly job: number; readonly cameraId: string; readonly sample: number }
  /** Sent only while no job runs. */
  | { readonly type: "stop" };

export type FromInference =
  | { readonly type: "ready"; readonly cameras: Readonly<Record<string, ReadyCamera>> }
  | { readonly type: "refused"; readonly code: string; readonly reason: string }
  /** The picture's memory comes back. */
  | { readonly type: "inspected"; readonly job: number; readonly inspected: Inspected; readonly picture: Picture }
  | { readonly type: "failed"; readonly job: number; readonly reason: string; readonly picture: Picture }
  | { readonly type: "checked"; readonly job: number; readonly checked: CheckedSample }
  | { readonly type: "uncheckable"; readonly job: number; readonly reason: string };
