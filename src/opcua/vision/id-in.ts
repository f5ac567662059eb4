/** The id in a structure that names something (RecipeId, PartId …), or "" where a client sent none. */
export const idIn = (structure: unknown): string =>
  String((structure as { readonly id?: string | null } | null)?.id ?? "");
