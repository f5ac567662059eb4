import { RecipeError } from "../recipe-error.ts";
import type { StepSite } from "../step.ts";

/**
 * Compares what a step reports at least with the rules of the classes that it can report: what it keeps to itself
 * fails no unit, whatever the rule says.
 * @param from confidence below which nothing is reported, 0..1
 * @param where that is set, and how a person lowers it
 * @throws RecipeError naming the classes that would fail from less on
 */
export function refuseSilence(site: StepSite, from: number, where: string, classes: readonly string[]): void {
  const silenced = [...new Set(classes)].filter((name) => site.rejectFrom(name) < from);
  if (silenced.length === 0) return;
  const rules = silenced.map((name) => `${name} (reject ${site.rejectFrom(name)})`).join(", ");
  throw new RecipeError(
    `Camera ${site.cameraId}: nothing below ${from} is reported, so units would pass that the rules of ${rules} fail. Lower ${where}, or raise "reject" of these classes.`,
  );
}
