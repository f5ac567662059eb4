import { z } from "zod";
import { idPattern, idRule } from "../../domain/names.ts";
import { calibrationSchema, classCalibrationSchema } from "./calibration.ts";
import { imageInputSchema } from "./image-input.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal");
const size = z.int().min(16).max(16_384);
const areDifferent = (names: readonly string[]): boolean => new Set(names).size === names.length;

/** How pictures of good units (and of the empty place) are as pictures: what the frame guard compares with. */
const baseline = z.strictObject({
  /** `mean`: of the good units alone; absent in cards of older programs. */
  brightness: z.strictObject({ min: z.number(), max: z.number(), mean: z.number().optional() }),
  contrast: z.strictObject({ min: z.number() }),
  saturated: z.strictObject({ max: z.number() }),
  sharpness: z.strictObject({ min: z.number(), mean: z.number().optional() }),
  /** Absent in packages taught before it was measured: torn frames are not looked for. */
  rowStep: z.strictObject({ max: z.number() }).optional(),
});
export type Baseline = z.output<typeof baseline>;

/** What the card of every kind says. */
const common = {
  /** Version of this format. */
  v: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "use a-z, 0-9 and '-', at most 32 characters"),
  version: z.int().min(1),
  /** UTC, ISO 8601. */
  created: z.iso.datetime(),
  /** The program that wrote it. */
  program: z.string(),
  /** SHA-256 of every file beside the card. */
  files: z.record(z.string().regex(/^(model\.onnx|golden\/[a-z0-9-]+\.png)$/, "is not a file of a package"), sha256),
} as const;
/** The name of a package without its version. */
export const packageName = common.name;

/** A model that was taught from good units by this program. */
const anomalyCard = z.strictObject({
  ...common,
  kind: z.literal("anomaly"),
  /** Frames it takes. `anySize`: whatever comes is squashed (for loose photographs, not for a fixed camera). */
  input: z.strictObject({
    width: size,
    height: size,
    channels: z.union([z.literal(1), z.literal(3)]),
    anySize: z.boolean(),
  }),
  /** Shape of the anomaly map. */
  grid: z.strictObject({ rows: z.int().positive(), columns: z.int().positive() }),
  /** Raw scores at or above which a unit fails. */
  threshold: z.strictObject({ reject: z.number().positive(), review: z.number().positive().optional() }),
  /** Confidence of "fail" = 1 / (1 + exp(−slope · (score − reject))). A monotonic reading of the score, not a probability. */
  confidence: z.strictObject({ slope: z.number().positive(), isProbability: z.literal(false) }),
  /** Present when it was fitted on labelled pictures: turns the score into a probability. */
  calibration: calibrationSchema.optional(),
  /** Present when empty images were taught: below it nothing is there. */
  presence: z.strictObject({ absentBelow: z.number().positive() }).optional(),
  baseline,
  /** Present when several scales are fused: the square that each sees, and how it enters the score (see `fusedAnomalyGraph`). */
  scales: z
    .array(
      z.strictObject({
        width: size,
        height: size,
        components: z.int().positive(),
        weight: z.number().positive().max(1),
        levelCap: z.number().positive(),
      }),
    )
    .min(2)
    .optional(),
  training: z.strictObject({
    /** SHA-256 over the sorted SHA-256 of all images, one per line. */
    id: sha256,
    images: z.int().positive(),
    emptyImages: z.int().min(0),
    /** Scores of good images by models that had not seen them. */
    heldOut: z.strictObject({
      folds: z.int(),
      mean: z.number(),
      deviation: z.number(),
      max: z.number(),
      outliers: z.int(),
    }),
    /** Which rule made the threshold out of them. */
    rule: z.string(),
  }),
  /** Images that must give these scores on the machine that loads the package. */
  golden: z
    .array(
      z.strictObject({ file: z.string(), score: z.number(), presence: z.number(), tolerance: z.number().positive() }),
    )
    .min(1),
  backbone: z.strictObject({ sha256, licence: z.string() }),
});

/** What the cards of models from elsewhere have in common: how a picture gets into the graph, and where it all comes from. */
const foreign = {
  ...common,
  licence: z.string().min(1),
  input: imageInputSchema,
  /** Present when it is known how usable pictures are as pictures; else the recipe may name another model's. */
  baseline: baseline.optional(),
  /** For a person: what it was made from and how. */
  training: z.strictObject({ source: z.string(), pictures: z.int().positive().optional() }),
} as const;

const goldenFile = z.string();
const classNames = z.array(z.string().regex(idPattern, idRule)).min(1).refine(areDifferent, "a class is there twice");

/** A network that says how sure it is of each of its classes. */
const classifierCard = z
  .strictObject({
    ...foreign,
    kind: z.literal("classifier"),
    /** `[1, classes]`. What is still to be done to it for a confidence of 0..1: `none` = the graph has done it. */
    output: z.strictObject({ name: z.string().min(1), activation: z.enum(["softmax", "sigmoid", "none"]) }),
    /** Class of each value of the output: a defect class, or `GOOD`, or `ABSENT` for nothing there. */
    classes: classNames,
    /** Present when it was fitted on labelled pictures: turns the output into probabilities. */
    calibration: classCalibrationSchema.optional(),
    /** What the output must be before activation, by class. */
    golden: z
      .array(
        z.strictObject({
          file: goldenFile,
          outputs: z.record(z.string(), z.number()),
          tolerance: z.number().positive(),
        }),
      )
      .min(1),
  })
  .superRefine(({ classes, golden }, context) => {
    // A sample that says nothing of a class lets any output of it through.
    golden.forEach(({ file, outputs }, n) => {
      const wanted = classes.filter((name) => !Object.hasOwn(outputs, name));
      if (wanted.length > 0)
        context.addIssue({
          code: "custom",
          path: ["golden", n, "outputs"],
          message: `${file} says nothing of ${wanted.join(", ")}: give the output of every class`,
        });
    });
  });

/** A network that puts boxes around what it finds, as those of the YOLO family do. */
const detectorCard = z.strictObject({
  ...foreign,
  kind: z.literal("detector"),
  /**
   * Middle, width and height of each box in px of the input, then how sure: `yolov8` is `[1, 4 + classes, n]`, `yolov5`
   * is `[1, n, 5 + classes]` with the sureness of there being anything before the classes.
   */
  output: z.strictObject({ name: z.string().min(1), layout: z.enum(["yolov8", "yolov5"]) }),
  /** Defect class of each class of the network. */
  classes: classNames,
  /** Below it a box is noise. */
  confidence: z.number().min(0.001).max(1),
  /** Boxes of one class that share more of their common area than this are one. */
  iou: z.number().positive().max(1),
  /** Everything that must be found, the surest first; boxes are px of the golden picture. */
  golden: z
    .array(
      z.strictObject({
        file: goldenFile,
        found: z.array(
          z.strictObject({
            class: z.string(),
            confidence: z.number(),
            box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
          }),
        ),
        tolerance: z.number().positive(),
        tolerancePx: z.number().positive(),
      }),
    )
    .min(1),
});

/** `card.json`: what a model package is, what it was made from, and how it is used. Its SHA-256 identifies the package. */
export const cardSchema = z.discriminatedUnion("kind", [anomalyCard, classifierCard, detectorCard]);

/** What stands in `card.json`. */
export type ModelCard = z.output<typeof cardSchema>;
export type AnomalyCard = z.output<typeof anomalyCard>;
export type ClassifierCard = z.output<typeof classifierCard>;
export type DetectorCard = z.output<typeof detectorCard>;

/** Classes of a classifier that are no defects. */
export const goodClass = "GOOD";
export const absentClass = "ABSENT";
