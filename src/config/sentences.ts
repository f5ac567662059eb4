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
        ? issue.errors.flatMap((alternative) => alternative.flatMap((inner) => sentences(inner, path, raw)))
        : [`${where}: unknown; \`tallyline check --schema\` lists what there is`];
    case "invalid_type":
    case "invalid_value":
      return [`${where}: ${valueAt(raw, path) === undefined ? "is missing" : issue.message}`];
    default:
      return [`${where}: ${issue.message}`];
  }
}

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], raw);
