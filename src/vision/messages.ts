import type { PictureReport } from "../domain/evidence.ts";
import type { CameraHealth, Judgement } from "../domain/judgement.ts";
import type { LoadedRecipe, Recipe } from "../domain/recipe.ts";
import type { SelfTestAnswer } from "../domain/self-test.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { LogFormat, LogLevel } from "../platform/log.ts";

/** What decides the verdicts. */
export interface InspectionSetup {
  readonly recipe: Recipe;
  /** Where the recipe's own files lie. */
  readonly recipeFolder: string;
  /** Model package → its folder, for every package that the recipe names. */
  readonly modelFolders: Readonly<Record<string, string>>;
}

/** Everything one vision process needs to know; plain data, sent once. */
export interface VisionSetup {
  readonly station: string;
  /** Each camera's type and options as in the configuration (validated again by its own schema). */
  readonly cameras: readonly { readonly id: string; readonly type: string; readonly options: unknown }[];
  readonly inspection: InspectionSetup;
  /** Trigger to verdict, ms; later the unit is closed without us. */
  readonly deadlineMs: number;
  /** Inference threads. */
  readonly threads: number;
  /** Folder of the evidence pictures; absent = none is kept, whatever the recipe says. */
  readonly evidenceFolder?: string;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
}

/** What a vision process says when it can inspect. */
export interface Readiness {
  readonly loaded: LoadedRecipe;
  /** True when any camera shows something that is not a real product. */
  readonly simulated: boolean;
  /** Cameras that only one process at a time can have open. */
  readonly exclusive: readonly string[];
}

export type ToVision =
  /** `standby`: load everything, but leave closed, until `open`, the cameras that only one process at a time can have. */
  | { readonly type: "setup"; readonly setup: VisionSetup; readonly standby?: boolean }
  /** Open the cameras that are closed; answered by `opened`, also when none is. */
  | { readonly type: "open" }
  /** Finish what runs and close the cameras that only one process at a time can have; answered by `released`. */
  | { readonly type: "release" }
  /** `ageMs`: how long ago it happened when it was sent (two processes share no monotonic clock). */
  | { readonly type: "trigger"; readonly trigger: Omit<Trigger, "at">; readonly ageMs: number }
  /** Whether evidence pictures are kept from here on; they are, until it says otherwise. */
  | { readonly type: "evidence"; readonly isEnabled: boolean }
  /** Run the golden samples of every model between pictures; answered by `selfTested`. */
  | { readonly type: "selfTest" }
  /** Finish what runs, close the cameras, exit 0. */
  | { readonly type: "stop" };

export type FromVision =
  | ({ readonly type: "ready" } & Readiness)
  | { readonly type: "opened" }
  | { readonly type: "released" }
  /** The setup cannot work; the process exits after it. The reason says what to do. */
  | { readonly type: "refused"; readonly reason: string; readonly code: string }
  | { readonly type: "judgement"; readonly judgement: Judgement }
  /** What became of an evidence picture; behind the judgement that names it. */
  | { readonly type: "evidence"; readonly report: PictureReport }
  | { readonly type: "selfTested"; readonly answer: SelfTestAnswer }
  /** Once a second, and at once when a camera's state changes. */
  | { readonly type: "cameras"; readonly cameras: readonly CameraHealth[] };
