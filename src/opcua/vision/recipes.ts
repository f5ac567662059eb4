/** What a client asks for (OPC 40100-1 §7.5.2.4). */
export interface RecipeFilter {
  /** "" = any. */
  readonly externalId: string;
  /** "" = any. */
  readonly productId: string;
  /** `undefined` = do not care. */
  readonly isPrepared: boolean | undefined;
  /** 0 = no limit. */
  readonly maxResults: number;
  readonly startIndex: number;
}

/**
 * The recipes that fit, from `startIndex` on. Recipes have no products here: a filter on one fits none.
 *
 * @param arePrepared whether the model is ready: then every recipe can be named by the next context
 */
export function recipesFitting(
  recipes: readonly string[],
  arePrepared: boolean,
  { externalId, productId, isPrepared, maxResults, startIndex }: RecipeFilter,
): { readonly page: readonly string[]; readonly isComplete: boolean } {
  const fits = productId === "" && (isPrepared === undefined || isPrepared === arePrepared);
  const fitting = fits ? recipes.filter((recipe) => externalId === "" || recipe === externalId) : [];
  const end = maxResults === 0 ? fitting.length : startIndex + maxResults;
  return { page: fitting.slice(startIndex, end), isComplete: end >= fitting.length };
}
