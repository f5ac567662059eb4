import { isRejected, recipeFor } from "../../src/domain/recipe.ts";

const own = { id: "PLAIN", version: 1, skus: [] };
const bag1 = { id: "BAG", version: 1, skus: ["A", "B"] };
const bag2 = { id: "BAG", version: 2, skus: ["A"] };
const all = [own, bag1, bag2];
const chosen = (recipeId: string, sku = "", mine: (typeof all)[number] = own) =>
  recipeFor(all, mine, { recipeId, sku });

test("a context chooses by RecipeId first, then by SKU, else the station's own runs", () => {
  expect(chosen("")).toBe(own);
  expect(chosen("BAG")).toBe(bag2);
  expect(chosen("BAG@1")).toBe(bag1);
  expect(chosen("", "A")).toBe(bag2);
  expect(chosen("", "B")).toBe(bag1);
  expect(chosen("", "C")).toBe(own);
});

test("a recipe for other SKUs is refused, whether it was named or is the station's own", () => {
  expect(chosen("BAG", "B")).toEqual({ problem: "BAG@2 is for SKU A, not for B" });
  expect(chosen("", "C", bag2)).toMatchObject({ problem: expect.stringContaining("no recipe is for SKU C") });
  expect(chosen("NONE")).toMatchObject({ problem: expect.stringContaining("known: PLAIN@1, BAG@1, BAG@2") });
});

test("failed units always leave the line, the others as the recipe says", () => {
  const fail = { kind: "fail", confidence: 1, defects: [{ class: "X", confidence: 1 }] } as const;
  const invalid = { kind: "invalid", reason: "blurred" } as const;
  expect(isRejected(fail, { invalid: false, notInspected: false })).toBe(true);
  expect([true, false].map((yes) => isRejected(invalid, { invalid: yes, notInspected: true }))).toEqual([true, false]);
});
