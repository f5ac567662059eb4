import { ModelError } from "./model-error.ts";

/** @throws ModelError when a recipe wants classes of a model that it does not know. */
export function refuseUnknownClasses(model: string, wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new ModelError(
      `Model package ${model} has no class ${unknown.join(", ")}; it has ${known.join(", ")}. Correct the step's "report".`,
    );
}
