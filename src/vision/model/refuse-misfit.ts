import type { StepSite } from "../step.ts";
import { absentClass, type ClassifierCard, type DetectorCard, goodClass } from "./card.ts";
import { ModelError } from "./model-error.ts";

/**
 * Compares a network with the recipe that wants to use it.
 * @throws ModelError for classes that it does not know or that are no defects, and for pictures with other channels.
 */
export function refuseMisfit(
  model: string,
  { classes, input }: ClassifierCard | DetectorCard,
  report: readonly string[],
  picture: StepSite["picture"],
): void {
  const defects = classes.filter((name) => name !== goodClass && name !== absentClass);
  const unknown = report.filter((name) => !defects.includes(name));
  if (unknown.length > 0)
    throw new ModelError(
      `Model package ${model} has no defect class ${unknown.join(", ")}; it has ${defects.join(", ")}. Correct the step's "report".`,
    );
  if (picture && picture.channels !== input.channels)
    throw new ModelError(
      `Model package ${model} takes pictures of ${input.channels} channel(s), the recipe's have ${picture.channels}. Correct the recipe's "picture", or use another model.`,
    );
}
