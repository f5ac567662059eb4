import type { LoadedModel } from "./taught.ts";
import type { Verdict } from "./verdict.ts";

/** Which recipe, exactly: the hash is of the file's bytes, so `sha256sum` checks it. */
export interface RecipeRef {
  /** RecipeId, e.g. `SNACK-BAG`; "" = the station's own model without a recipe. */
  readonly id: string;
  /** From 1; a changed recipe is another version. 0 without a recipe. */
  readonly version: number;
  /** SHA-256, hex. */
  readonly hash: string;
}

/** `[x, y, width, height]`, px of the recipe's reference picture, origin top-left. */
export type Zone = readonly [x: number, y: number, width: number, height: number];

/** How sure a finding of a class must be, 0..1, and what the MES calls the class. */
export interface ClassRule {
  /** From this confidence on the unit fails. */
  readonly reject: number;
  /** From this confidence on, and below `reject`, it passes and is marked for a person to look at. */
  readonly review?: number;
  /** The MES quality code. */
  readonly code?: string;
}

/** Which units leave the line besides failed ones, which always do. */
export interface RejectPolicy {
  readonly invalid: boolean;
  readonly notInspected: boolean;
}

/** Of which units pictures are kept. */
export interface EvidencePolicy {
  readonly fails: boolean;
  readonly invalids: boolean;
  readonly reviews: boolean;
  /** One in so many passes; 0 = none. */
  readonly passes: number;
  readonly format: "webp" | "jpeg";
  /** Draw what was found into the picture. */
  readonly overlay: boolean;
}

/** One step of a camera's inspection with its options, as its own schema left them. */
export interface StepSetup {
  readonly step: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What one camera's pictures go through. */
export interface CameraRecipe {
  /** Size of the reference picture that zones are drawn on, px; pictures of another size are `wrongSize`. */
  readonly picture?: { readonly width: number; readonly height: number; readonly channels: 1 | 3 };
  /** Scale on the unit's surface, mm per px, for a camera that looks straight down; absent = nothing can be measured. */
  readonly mmPerPx?: number;
  /** Model package whose taught pictures tell the frame guard what a usable picture is; the first of the steps when left out. */
  readonly baseline?: string;
  readonly zones: Readonly<Record<string, Zone>>;
  readonly steps: readonly StepSetup[];
}

/** A whole recipe: everything that decides what a verdict will be, besides the models that it names. */
export interface Recipe extends RecipeRef {
  /** For a person. */
  readonly title: string;
  /** SKUs that it is for; empty = any. */
  readonly skus: readonly string[];
  /** Trigger to verdict, ms; the station's own when left out. */
  readonly deadlineMs?: number;
  readonly cameras: Readonly<Record<string, CameraRecipe>>;
  /** Class → rule; classes that are not named have `defaultRule`. */
  readonly classes: Readonly<Record<string, ClassRule>>;
  readonly reject: RejectPolicy;
  readonly evidence: EvidencePolicy;
}

/** A recipe that runs, with the models that its steps loaded. */
export interface LoadedRecipe {
  readonly recipe: RecipeRef;
  readonly models: readonly LoadedModel[];
  /** SHA-256, hex, of every file that its steps read beside it, by name: the recipe's own hash does not cover them. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A class that no recipe speaks of fails from an even chance on. */
export const defaultRule: ClassRule = { reject: 0.5 };
export const defaultRejectPolicy: RejectPolicy = { invalid: true, notInspected: true };
export const defaultEvidencePolicy: EvidencePolicy = {
  fails: true,
  invalids: true,
  reviews: true,
  passes: 0,
  format: "webp",
  overlay: false,
};

/** How a person and a context name it: `SNACK-BAG@1`. */
export const recipeName = ({ id, version }: Pick<RecipeRef, "id" | "version">): string =>
  id === "" ? "" : `${id}@${version}`;

/** Whether the policy takes a unit with this verdict off the line. */
export const isRejected = (verdict: Verdict, policy: RejectPolicy): boolean =>
  verdict.kind === "fail" ||
  (verdict.kind === "invalid" && policy.invalid) ||
  (verdict.kind === "notInspected" && policy.notInspected);

/** For people: a station without a recipe has no name for what it runs. */
export const recipeText = (recipe: Pick<RecipeRef, "id" | "version">): string =>
  recipeName(recipe) || "the station's own model";

export const recipeRef = ({ id, version, hash }: RecipeRef): RecipeRef => ({ id, version, hash });

/** What a station can run. */
export interface RecipeChoice {
  /** What it runs when the context names none. */
  readonly own: Recipe;
  /** Everything that a context may choose. */
  readonly all: readonly Recipe[];
}

/** Why no recipe can be taken, and what to do. */
export interface RecipeProblem {
  readonly problem: string;
}

/**
 * The recipe that a context asks for: by its RecipeId (`ID` = the newest version, `ID@2` = that one), else by its SKU,
 * else the station's own. A recipe that is for other SKUs is refused.
 */
export function recipeFor<R extends Pick<Recipe, "id" | "version" | "skus">>(
  recipes: readonly R[],
  own: R,
  { recipeId, sku }: { readonly recipeId: string; readonly sku: string },
): R | RecipeProblem {
  const newest = (list: readonly R[]): R | undefined =>
    list.reduce<R | undefined>((best, r) => (best && best.version >= r.version ? best : r), undefined);
  const fits = (r: R): boolean => r.skus.length === 0 || r.skus.includes(sku);
  if (recipeId !== "") {
    const asked = newest(recipes.filter((r) => r.id === recipeId || recipeName(r) === recipeId));
    if (!asked)
      return {
        problem: `unknown recipe; known: ${recipes.map(recipeName).join(", ") || "none"}; "" keeps the configured one`,
      };
    if (sku !== "" && !fits(asked))
      return { problem: `${recipeName(asked)} is for SKU ${asked.skus.join(", ")}, not for ${sku}` };
    return asked;
  }
  const named = sku === "" ? undefined : newest(recipes.filter((r) => r.skus.includes(sku)));
  if (named) return named;
  if (sku !== "" && !fits(own))
    return {
      problem: `no recipe is for SKU ${sku}: the configured ${recipeName(own)} is for ${own.skus.join(", ")}; add a recipe, or name one`,
    };
  return own;
}
