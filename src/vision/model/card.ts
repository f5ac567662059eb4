import { z } from "zod";
import { calibrationSchema } from "./calibration.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal");
const size = z.int().min(16).max(16_384);

/** How pictures of good units (and of the empty place) are as pictures: what the frame guard compares with. */
const baseline = z.strictObject({
  /** `mean`: of the good units alone; absent in cards of older programs. */
  brightness: z.strictObject({ min: z.number(), max: z.number(), mean: z.number().optional() }),
  contrast: z.strictObject({ min: z.number() }),
  saturated: z.strictObject({ max: z.number() }),
  sharpness: z.strictObject({ min: z.number(), mean: z.number().optional() }),
});
export type Baseline = z.output<typeof baseline>;

/** `card.json`: what a model package is, what it was made from, and how it is used. Its SHA-256 identifies the package. */
export const cardSchema = z.strictObject({
  /** Version of this format. */
  v: z.literal(1),
  kind: z.literal("anomaly"),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "use a-z, 0-9 and '-', at most 32 characters"),
  version: z.int().min(1),
  /** UTC, ISO 8601. */
  created: z.iso.datetime(),
  /** The program that wrote it. */
  program: z.string(),
  /** SHA-256 of every file beside the card. */
  files: z.record(z.string().regex(/^(model\.onnx|golden\/[a-z0-9-]+\.png)$/, "is not a file of a package"), sha256),
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

/** What stands in `card.json`. */
export type ModelCard = z.output<typeof cardSchema>;
