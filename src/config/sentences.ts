import type { z } from "zod";

/** One sentence per problem, each with its path; an unknown key is a problem of its own. */
export function sentences(issue: z.core.$ZodIssue, base: readonly PropertyKey[], raw: unknown): string[] {
  const path = [...base, ...issue.path];
  const where = path.map(String).join(".") || "(top level)";
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => `${[...path, key].map(String).join(".")}: unknown option; check the spelling`);
    case "invalid_union":
      return issue.errors.length > 0
        ? closest(issue.errors).flatMap((inner) => sentences(inner, path, raw))
        : [
            `${where}: ${issue.message === vague ? "unknown; `tallyline check --schema` lists what there is" : issue.message}`,
          ];
    case "invalid_type":
    case "invalid_value":
      return [`${where}: ${valueAt(raw, path) === undefined ? "is missing" : issue.message}`];
    default:
      return [`${where}: ${issue.message}`];
  }
}

/** What zod says when it was not told what to say. */
const vague = "Invalid input";

/** Of several shapes the one that was most likely meant: the one with the least to mend. */
const closest = (alternatives: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] =>
  alternatives.reduce((best, other) => (weight(other) < weight(best) ? other : best));
const weight = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], raw);
