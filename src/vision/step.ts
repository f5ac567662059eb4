import type { z } from "zod";
import type { Defect } from "../domain/defect.ts";
import type { Expectation } from "../domain/expectation.ts";
import type { Zone } from "../domain/recipe.ts";
import type { ModelRef } from "../domain/unit-record.ts";
import type { InvalidReason } from "../domain/verdict.ts";
import type { GoldenSample } from "./model/golden.ts";
import type { Picture } from "./picture.ts";
import type { Placement, Point } from "./placement.ts";
import type { TaskContext } from "./task.ts";

/** One picture on its way through the steps, and what the steps before have found of it. */
export interface Scene {
  readonly picture: Picture;
  /** Where the unit lies: zones are px of the reference picture, this takes them to the picture at hand. */
  readonly place: Placement;
  readonly expected: Expectation;
}

/** Something to draw over the picture for a person. px of the picture. */
export type Mark =
  | { readonly kind: "quad"; readonly corners: readonly Point[]; readonly label: string; readonly isBad: boolean }
  /** Row by row, `rows × columns` cells that cover `area` (its corners, clockwise from its top left); what is `hot` and above is shown. */
  | {
      readonly kind: "heat";
      readonly map: Float32Array;
      readonly rows: number;
      readonly columns: number;
      readonly hot: number;
      readonly area: readonly [Point, Point, Point, Point];
    };

/** What a step has to say. Everything is optional: a step that found nothing remarkable says `{}`. */
export interface Finding {
  /** Where the unit lies, for the steps after it. */
  readonly place?: Placement;
  /** Nothing is there, how sure that is, 0..1. No step runs after it. */
  readonly absent?: { readonly confidence: number };
  /** It cannot be decided. `ends`: nothing that later steps could say would mean anything. */
  readonly invalid?: { readonly reason: InvalidReason; readonly detail: string; readonly ends?: boolean };
  /** What is wrong, however unsure: the recipe's rule of the class decides what counts. Boxes are px of the picture. */
  readonly defects?: readonly Defect[];
  /** Its defects only say that something is strange: where another step names what it is, they are that. */
  readonly namesNothing?: boolean;
  /** Quantities with their unit in the name, e.g. `label_offset_mm`; good units have them too. */
  readonly measures?: Readonly<Record<string, number>>;
  /** What was read, e.g. `date`, `code`. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The unit's own number, and what it was read from. */
  readonly unitId?: { readonly id: string; readonly source: string };
  /** Raw score of the step's model, in the model's own scale. */
  readonly score?: number;
  /** Time inside a model, ms. */
  readonly inferenceMs?: number;
  readonly marks?: readonly Mark[];
}

/** What a step is opened with besides its options: the recipe's facts about its camera. */
export interface StepSite {
  readonly cameraId: string;
  /** @throws AppError when the recipe names no such zone. */
  zone(name: string): Zone;
  /** Size of the reference picture, px; undefined where the recipe does not say. */
  readonly picture: { readonly width: number; readonly height: number; readonly channels: 1 | 3 } | undefined;
  /** mm per px of the reference picture; undefined where the recipe gives no scale. */
  readonly scale: number | undefined;
  /** The same for a step that cannot do without. @throws AppError when the recipe gives no scale. */
  mmPerPx(): number;
  /** Folder of a model package. @throws AppError when there is none of that name. */
  modelFolder(id: string): string;
  /** Confidence from which on a defect of the class fails the unit, 0..1. */
  rejectFrom(defectClass: string): number;
  /** Reads a file that lies beside the recipe (a reference picture, a template). @throws AppError naming file and remedy. */
  readFile(name: string): Promise<Uint8Array>;
}

/** A step at work. One per inference thread, one picture at a time. */
export interface OpenStep extends AsyncDisposable {
  /** Models that it loaded and whose golden samples gave what they must. */
  readonly models: readonly ModelRef[];
  /** The same samples, for a test of the models while the line runs. */
  readonly golden?: readonly GoldenSample[];
  /** Present when its findings have a score; `taught`: typical score of a good unit, where the teaching knows. */
  readonly scores?: { readonly taught?: number };
  /** @throws when it cannot say anything (a broken runtime, NaN out of a model): the unit is notInspected(inferenceFault). */
  run(scene: Scene, context: TaskContext): Promise<Finding> | Finding;
}

/**
 * What a file of `steps/` exports as default: its name in a recipe, the shape of its options, what it needs, and how it is
 * opened. A step knows nothing of OPC UA or networks. Heavy libraries are imported inside `open`, which runs in an
 * inference thread.
 */
export interface StepDefinition<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  readonly options: Options;
  /** True when its finding tells the steps after it where the unit lies; a model can be taught behind it. */
  readonly locates?: boolean;
  /** Model packages that these options name. */
  models?(options: z.output<Options>): readonly string[];
  /** Zones that these options name. */
  zones?(options: z.output<Options>): readonly string[];
  /** Defect classes that it can report with these options: each must be in the station's catalogue. */
  classes?(options: z.output<Options>): readonly string[];
  /** @throws AppError when it cannot work with this recipe; the recipe is refused with its message. */
  open(options: z.output<Options>, site: StepSite): Promise<OpenStep>;
}
/** Gives `open` its option types from the schema; returns its argument. */
export const defineStep = <O extends z.ZodType>(definition: StepDefinition<O>): StepDefinition<O> => definition;
