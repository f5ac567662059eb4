import { type RecipeChoice, recipeFor } from "./recipe.ts";

/** What kind of run the line makes. Codes are the wire's `RunType` enumeration. */
export const runTypes = ["production", "rework", "trial", "cleaning"] as const;
export type RunType = (typeof runTypes)[number];

/** What is being made, as the MES said it. Replaced whole or not at all; copied into every record, so that a record is readable alone. */
export interface ContextFields {
  readonly orderId: string;
  readonly lot: string;
  readonly sku: string;
  readonly recipeId: string;
  readonly shift: string;
  readonly operator: string;
  /** Units; 0 = no target. */
  readonly targetQuantity: number;
  readonly runType: RunType;
}

/** The context in force, with its place in history. */
export interface ProductionContext extends ContextFields {
  /** +1 per accepted change; 0 = never set. */
  readonly revision: number;
  /** Station time (UTC ms) at which it took effect. */
  readonly since: number;
  /** Which interface it came through, e.g. `opcua`, `tags`, `local`. */
  readonly source: string;
  /** Who set it, e.g. `anonymous@urn:host:UaExpert`. */
  readonly changedBy: string;
}

export const emptyFields: ContextFields = {
  orderId: "",
  lot: "",
  sku: "",
  recipeId: "",
  shift: "",
  operator: "",
  targetQuantity: 0,
  runType: "production",
};

/** Before anyone ever said what is being made. */
export const noContext: ProductionContext = { ...emptyFields, revision: 0, since: 0, source: "", changedBy: "" };

/** A unit that runs without a lot cannot be traced to one. */
export const isValidContext = ({ lot }: ContextFields): boolean => lot !== "";

export const sameFields = (a: ContextFields, b: ContextFields): boolean =>
  (Object.keys(emptyFields) as (keyof ContextFields)[]).every((key) => a[key] === b[key]);

/** Only the eight fields, without revision and origin. */
export const fieldsOf = ({
  orderId,
  lot,
  sku,
  recipeId,
  shift,
  operator,
  targetQuantity,
  runType,
}: ContextFields): ContextFields => ({ orderId, lot, sku, recipeId, shift, operator, targetQuantity, runType });

/** What is wrong with one argument, and what to do. */
export interface ArgumentProblem {
  readonly argument:
    | keyof ContextFields
    | "effectiveMode"
    | "effectiveTrigger"
    | "expectedRevision"
    | "clusterId"
    | "disposition"
    | "comment"
    | "jobOrderId"
    | "description"
    | "pieceId"
    | "expectedClass"
    | "recognition"
    | "validSeconds"
    | "challengeId";
  readonly problem: string;
}

const maximumLength = 254; // what every historian stores (DESIGN: String ≤ 254)
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;

/** What is wrong with a text that goes into the record; `undefined` when nothing is. */
export function textProblem(text: string): string | undefined {
  if (text.length > maximumLength) return `${text.length} characters; at most ${maximumLength} are allowed`;
  return control.test(text) ? "contains a control character or a broken surrogate; send plain text" : undefined;
}

/**
 * Everything that is wrong with a context somebody wants to set; empty when it is fine.
 * @param known `recipes`: absent where the command leaves the recipe as it is; `lotRequired`: false where "no lot" is what
 *   it means, or it says nothing of the lot
 */
export function contextProblems(
  fields: ContextFields,
  known: { readonly recipes?: RecipeChoice; readonly lotRequired: boolean },
): ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  for (const argument of ["orderId", "lot", "sku", "recipeId", "shift", "operator"] as const) {
    const text = fields[argument];
    const problem = textProblem(text);
    if (problem) problems.push({ argument, problem });
    else if (text !== text.trim()) problems.push({ argument, problem: "starts or ends with white space; remove it" });
  }
  if (known.lotRequired && fields.lot === "")
    problems.push({ argument: "lot", problem: "is empty; name the lot, or call ClearContext to run without one" });
  const chosen = known.recipes && recipeFor(known.recipes.all, known.recipes.own, fields);
  if (chosen && "problem" in chosen)
    problems.push({ argument: fields.recipeId === "" ? "sku" : "recipeId", problem: chosen.problem });
  if (!Number.isInteger(fields.targetQuantity) || fields.targetQuantity < 0 || fields.targetQuantity > 0xffffffff)
    problems.push({ argument: "targetQuantity", problem: "must be a whole number from 0 to 4294967295" });
  if (!runTypes.includes(fields.runType))
    problems.push({ argument: "runType", problem: `must be 0..${runTypes.length - 1}: ${runTypes.join(", ")}` });
  return problems;
}
