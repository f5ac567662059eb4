import fc from "fast-check";
import type { Answer, Command } from "../../src/domain/command.ts";
import { type ContextFields, emptyFields } from "../../src/domain/context.ts";
import type { JobOrder } from "../../src/domain/job.ts";
import { type Recipe, recipeName, recipeRef } from "../../src/domain/recipe.ts";
import { aLine, aRecipe, fail, pass, type TestLine, testRecipes } from "../support/line.ts";

const own = aRecipe();
const nuts = aRecipe({ id: "NUTS", skus: ["NUT-1"] });
const bars = aRecipe({ id: "BARS", version: 3 });
const recipes = { own, all: [own, nuts, bars] };
const aRecipeLine = (from: Parameters<typeof aLine>[1] = {}, over: Parameters<typeof aLine>[0] = {}): TestLine =>
  aLine({ recipes, ...over }, from);

const base = {
  station: "LINE-01",
  by: "mes",
  source: "opcua",
  expectedRevision: 0,
  effective: { mode: "nextUnit" },
} as const;
const set = (fields: Partial<ContextFields>, over: object = {}): Command =>
  ({ ...base, kind: "setContext", fields: { ...emptyFields, ...fields }, ...over }) as Command;
const select = (recipeId: string, over: object = {}): Command =>
  ({ ...base, kind: "selectRecipe", recipeId, ...over }) as Command;
const rollback: Command = { ...base, kind: "rollbackRecipe" };
const atTrigger = (triggerId: number) => ({ effective: { mode: "atTrigger", triggerId } });

async function ask(t: TestLine, command: Command): Promise<Answer> {
  const answer = t.line.command(command);
  await t.settle();
  return answer;
}
/** Long enough for an alarm to come or go. */
async function watched(t: TestLine): Promise<void> {
  for (let n = 0; n < 12; n++) {
    t.clock.advance(1_000);
    t.line.tick();
    await t.settle();
  }
}
async function ready(t: TestLine, problem?: string): Promise<void> {
  t.recipes.answer(problem);
  await t.settle();
}
/** What each unit carries: lot, and the recipe that it was (to be) inspected by. */
const units = (t: TestLine) =>
  t.ledger
    .of("unit")
    .map(({ body: { context, recipe, verdict } }) => [
      context.lot,
      recipe ? recipeName(recipe) : "",
      verdict.kind === "notInspected" ? verdict.reason : verdict.kind,
    ]);
const recipeEntries = (t: TestLine) =>
  t.ledger
    .of("recipe")
    .map(({ body: { event, recipe, previous, fromSequence } }) => [
      event,
      recipeName(recipe),
      previous ? recipeName(previous) : "",
      fromSequence,
    ]);
const kinds = (t: TestLine, ...wanted: string[]) =>
  t.ledger.committed.map(({ entry: { kind } }) => kind).filter((kind) => wanted.includes(kind));

describe("a context chooses the recipe", () => {
  test("of the recipe in use: as ever, and nothing is loaded", async () => {
    const t = aRecipeLine();
    expect(await ask(t, set({ lot: "L1", recipeId: "SNACK-BAG@1" }))).toMatchObject({ state: "effective" });
    expect(t.recipes.calls).toEqual([]);
    expect(recipeEntries(t)).toEqual([["activated", "SNACK-BAG@1", "", 1]]);
  });

  // The line goes on under the old context meanwhile: what is still on the belt is the old product.
  test("of another: it waits until it is loaded, and then both take effect between the same two units", async () => {
    const t = aRecipeLine();
    t.unit(pass);
    expect(await ask(t, set({ lot: "L2", sku: "NUT-1" }))).toMatchObject({ state: "pending", fromSequence: 0 });
    expect(t.line.state.pending).toMatchObject({ recipe: { id: "NUTS", version: 1, hash: nuts.hash } });
    expect(t.line.recipeStatus).toEqual({ loading: "NUTS@1", trouble: "" });
    const open = t.unit();
    await ready(t);
    t.unit(pass);
    t.judge(open);
    await t.settle();
    expect(t.recipes.calls).toEqual(["look 1", "prepare NUTS@1", "look 2", "activate NUTS@1", "look 3"]);
    expect(units(t)).toEqual([
      ["", "SNACK-BAG@1", "pass"],
      ["", "SNACK-BAG@1", "pass"],
      ["L2", "NUTS@1", "pass"],
    ]);
    expect(kinds(t, "unit", "context", "lot", "recipe", "pending")).toEqual([
      ...["recipe", "unit", "pending", "unit", "context", "lot", "recipe", "unit"],
    ]);
    expect(t.ledger.of("recipe")[1]?.body).toEqual({
      event: "activated",
      recipe: { id: "NUTS", version: 1, hash: nuts.hash },
      previous: { id: "SNACK-BAG", version: 1, hash: own.hash },
      models: [{ id: "model-of-nuts@1", hash: "ef" }],
      files: { "nuts.png": "fe" },
      fromSequence: 3,
      reason: "",
    });
    expect(t.line.state.recipes).toMatchObject({ active: { id: "NUTS" }, previous: { id: "SNACK-BAG" } });
    expect(t.line.recipe).toBe(nuts);
  });

  test("of none that is there, or of one for another SKU: refused at the argument that says so", async () => {
    const t = aRecipeLine();
    expect(await ask(t, select("PEAS"))).toMatchObject({
      code: "invalidArgument",
      problems: [{ argument: "recipeId", problem: expect.stringContaining("known: SNACK-BAG@1, NUTS@1, BARS@3") }],
    });
    expect(await ask(t, set({ lot: "L", sku: "PEA-1", recipeId: "NUTS" }))).toMatchObject({
      problems: [{ argument: "recipeId", problem: expect.stringContaining("NUTS@1 is for SKU NUT-1, not for PEA-1") }],
    });
    const strict = aRecipe({ skus: ["SNK"] });
    const s = aRecipeLine({}, { recipes: { own: strict, all: [strict] } });
    expect(await ask(s, set({ lot: "L", sku: "PEA-1" }))).toMatchObject({ problems: [{ argument: "sku" }] });
  });

  test("SelectRecipe changes nothing else, also when the lot changes while it loads", async () => {
    const t = aRecipeLine();
    await ask(t, set({ lot: "L1", orderId: "O1" }));
    await ask(t, select("BARS", { expectedRevision: 1 }));
    expect(await ask(t, { ...base, kind: "startLot", lot: "L2" })).toMatchObject({ state: "effective" });
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(t.line.state.context).toMatchObject({ lot: "L2", orderId: "O1", recipeId: "BARS", revision: 3 });
    expect(units(t)).toEqual([["L2", "BARS@3", "pass"]]);
    expect(await ask(t, select("BARS", { expectedRevision: 1 }))).toMatchObject({ code: "revisionMismatch" });
  });

  test("refused by its loading: the old one goes on, and entries and answer say why", async () => {
    const t = aRecipeLine();
    await ask(t, set({ lot: "L1" }));
    const answer = t.line.command(select("BARS"));
    await ready(t, "bars@3: weights.onnx is not there");
    expect(await answer).toMatchObject({
      code: "recipeRefused",
      message: expect.stringContaining("weights.onnx is not there"),
    });
    t.unit(pass);
    await t.settle();
    expect(t.ledger.of("pending").map((e) => e.body.event)).toEqual(["set", "refused"]);
    expect(recipeEntries(t).at(-1)).toEqual(["refused", "BARS@3", "SNACK-BAG@1", 1]);
    expect(units(t)).toEqual([["L1", "SNACK-BAG@1", "pass"]]);
    expect(t.line.state.recipes.failure).toMatchObject({ recipe: { id: "BARS" } });
    await watched(t);
    expect(t.ledger.of("alarm").find((e) => e.body.alarm === "ContextMissing")?.body).toMatchObject({
      condition: { reason: expect.stringContaining("weights.onnx") },
    });
  });

  test("the newest whole context wins over one that is loading; a lot of it cannot be changed before it is there", async () => {
    const t = aRecipeLine();
    await ask(t, set({ lot: "L1", recipeId: "NUTS" }));
    expect(await ask(t, set({ lot: "L1", recipeId: "NUTS" }))).toMatchObject({ state: "pending" });
    expect(await ask(t, { ...base, kind: "startLot", lot: "L9" })).toMatchObject({ code: "alreadyPending" });
    await ask(t, set({ lot: "L2", recipeId: "BARS" }));
    await ready(t);
    expect(t.line.state.context).toMatchObject({ lot: "L2", recipeId: "BARS" });
    await ask(t, set({ lot: "L3", recipeId: "NUTS" }));
    expect(await ask(t, set({ lot: "L4", recipeId: "BARS" }))).toMatchObject({ state: "effective" });
    await ready(t); // too late
    expect(t.line.state.context).toMatchObject({ lot: "L4", recipeId: "BARS" });
    expect(t.line.state.pending).toBeUndefined();
    expect(t.recipes.calls.filter((call) => call.startsWith("activate"))).toEqual(["activate BARS@3"]);
  });
});

// Never judged by the wrong recipe: not inspected says so, a pass by another product's limits would not.
describe("a context whose moment comes before its recipe is ready", () => {
  test("its units are not inspected until it is; loaded in time they are", async () => {
    const t = aRecipeLine();
    await ask(t, set({ lot: "L2", recipeId: "NUTS", sku: "NUT-1" }, atTrigger(2)));
    expect(t.recipes.calls).toEqual(["prepare NUTS@1"]);
    t.unit(pass);
    t.unit();
    t.line.tick();
    await t.settle();
    expect(t.line.state.status).toEqual({ state: "faulted", reason: "recipe NUTS@1 is still loading" });
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(units(t)).toEqual([
      ["", "SNACK-BAG@1", "pass"],
      ["L2", "NUTS@1", "noModel"],
      ["L2", "NUTS@1", "pass"],
    ]);
    expect(t.ledger.of("unit")[1]?.body.verdict).toMatchObject({ detail: "recipe NUTS@1 is still loading" });
    expect(recipeEntries(t).at(-1)).toEqual(["activated", "NUTS@1", "SNACK-BAG@1", 3]);

    await ask(t, set({ lot: "L3", recipeId: "BARS" }, atTrigger(5)));
    await ready(t);
    t.unit(pass);
    t.unit(pass);
    await t.settle();
    expect(units(t).slice(3)).toEqual([
      ["L2", "NUTS@1", "pass"],
      ["L3", "BARS@3", "pass"],
    ]);
  });

  test("refused before it: the promise is dropped; after it: nothing is inspected until somebody chooses", async () => {
    const t = aRecipeLine();
    await ask(t, set({ lot: "L2", recipeId: "NUTS" }, atTrigger(2)));
    await ready(t, "no memory");
    expect(t.line.state.pending).toBeUndefined();
    await ask(t, set({ lot: "L2", recipeId: "NUTS" }, atTrigger(2)));
    t.unit(pass);
    t.unit();
    await ready(t, "no memory");
    t.unit();
    await watched(t);
    expect(units(t).map(([lot, , outcome]) => [lot, outcome])).toEqual([
      ["", "pass"],
      ["L2", "noModel"],
      ["L2", "noModel"],
    ]);
    expect(t.ledger.of("alarm").map((e) => [e.body.alarm, e.body.condition.reason])).toContainEqual([
      "ModelFault",
      "recipe NUTS@1 cannot be used: no memory",
    ]);
    // The same again tries again.
    expect(await ask(t, set({ lot: "L2", recipeId: "NUTS" }))).toMatchObject({ state: "unchanged" });
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(units(t).at(-1)).toEqual(["L2", "NUTS@1", "pass"]);
  });

  test("a judgement by another recipe than the unit's is none", async () => {
    const t = aRecipeLine();
    const id = t.unit();
    t.judge(id, pass, "CAM-01", { recipe: recipeRef(nuts) });
    await t.settle();
    expect(t.ledger.of("unit")[0]?.body).toMatchObject({
      verdict: { reason: "noModel", detail: "seen by recipe NUTS@1, to be inspected by SNACK-BAG@1" },
      rejectRequested: true,
    });
  });
});

// It looked for another product: neither what it missed nor what it read is of this unit.
test("a judgement by another recipe says neither that nothing was there, nor a code, nor a model", async () => {
  const t = aRecipeLine();
  const recipe = recipeRef(nuts);
  const model = { id: "nuts@1", hash: "cd" };
  t.judge(t.unit(), pass, "CAM-01", { recipe, model, unitKind: "absent" });
  t.judge(t.unit(), pass, "CAM-01", { recipe, model, unitId: "4711", texts: { code: "4711" } });
  await t.settle();
  for (const { body } of t.ledger.of("unit")) {
    expect(body).toMatchObject({ unitKind: "production", verdict: { reason: "noModel" }, rejectRequested: true });
    expect(body).not.toHaveProperty("model");
    expect(body).not.toHaveProperty("unitId");
  }
});

// Also where the station's own model runs without a recipe: it is not the one that the context asks for.
test("a judgement by the bare model is none where a recipe is asked for, and the other way round", async () => {
  const bare = aRecipe({ id: "", version: 0 });
  const t = aRecipeLine({}, { recipes: { own: bare, all: [nuts] } });
  t.judge(t.unit(), pass, "CAM-01", { recipe: recipeRef(nuts) });
  t.unit(pass);
  await ask(t, select("NUTS"));
  await ready(t);
  t.judge(t.unit(), pass, "CAM-01", { recipe: recipeRef(bare) });
  await t.settle();
  expect(units(t).map(([, recipe, outcome]) => [recipe, outcome])).toEqual([
    ["", "noModel"],
    ["", "pass"],
    ["NUTS@1", "noModel"],
  ]);
});

describe("back to the recipe before", () => {
  const switched = async (): Promise<TestLine> => {
    const t = aRecipeLine();
    await ask(t, set({ lot: "L1" }));
    await ask(t, select("BARS"));
    await ready(t);
    t.unit(pass);
    return t;
  };

  test("by RollbackRecipe, once: the next one has nothing to go back to", async () => {
    const t = await switched();
    expect(await ask(t, rollback)).toMatchObject({ state: "pending" });
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(units(t).map(([, recipe]) => recipe)).toEqual(["BARS@3", "SNACK-BAG@1"]);
    expect(recipeEntries(t).at(-1)).toEqual(["rolledBack", "SNACK-BAG@1", "BARS@3", 2]);
    expect(t.line.state.context).toMatchObject({ recipeId: "SNACK-BAG@1", revision: 3, lot: "L1" });
    expect(await ask(t, rollback)).toMatchObject({
      code: "wrongState",
      message: expect.stringContaining("select one"),
    });
  });

  test("by itself, when it does not prove itself: an entry and the alarm say what failed", async () => {
    const t = await switched();
    t.line.recipeFailed("BARS@3 failed: 6 % of its units ended in a fault");
    t.unit(); // in between nobody inspects
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(units(t).map(([, recipe, outcome]) => [recipe, outcome])).toEqual([
      ["BARS@3", "pass"],
      ["SNACK-BAG@1", "noModel"],
      ["SNACK-BAG@1", "pass"],
    ]);
    expect(t.ledger.of("recipe").at(-1)?.body).toMatchObject({
      event: "rolledBack",
      recipe: { id: "SNACK-BAG" },
      previous: { id: "BARS" },
      reason: "BARS@3 failed: 6 % of its units ended in a fault",
    });
    expect(t.line.state.context).toMatchObject({ recipeId: "SNACK-BAG@1", changedBy: "line" });
    await watched(t);
    const modelFault = () => t.ledger.of("alarm").findLast((e) => e.body.alarm === "ModelFault")?.body.condition;
    expect(modelFault()).toMatchObject({
      active: true,
      reason: "BARS@3 failed: 6 % of its units ended in a fault; SNACK-BAG@1 inspects again",
    });
    await ask(t, set({ lot: "L2" }));
    await watched(t);
    expect(modelFault()).toMatchObject({ active: false });
  });

  // A product must not be judged by the recipe of another, not even when its own has failed.
  test("not to one that the context does not allow: nothing is inspected then", async () => {
    const only = aRecipe({ skus: ["SNK"] });
    const t = aRecipeLine({}, { recipes: { own: only, all: [only, nuts] } });
    await ask(t, set({ lot: "L1", sku: "NUT-1" }));
    await ready(t);
    t.line.recipeFailed("NUTS@1 failed: it crashed");
    t.unit();
    await t.settle();
    expect(units(t)).toEqual([["L1", "NUTS@1", "noModel"]]);
    expect(t.line.state.status.reason).toMatch(/NUTS@1 failed: it crashed; there is no recipe before it/);
    // Asked for again it is loaded again: what was in use is gone.
    await ask(t, set({ lot: "L1", sku: "NUT-1" }));
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(units(t).at(-1)).toEqual(["L1", "NUTS@1", "pass"]);
    expect(t.recipes.calls.slice(-3)).toEqual(["prepare NUTS@1", "activate NUTS@1", "look 2"]);
  });
});

// Only what was newly chosen is watched by the one before it; from a way back there is none.
describe("the way back that a change leaves", () => {
  const changed = async (): Promise<TestLine> => {
    const t = aRecipeLine();
    await ask(t, select("BARS"));
    await ready(t);
    return t;
  };

  test("is there for a recipe newly chosen, not for one that was gone back to", async () => {
    const t = await changed();
    await ask(t, rollback);
    await ready(t);
    expect(t.recipes.waysBack).toEqual([true, false]);
  });

  test("is not there when the context does not allow the one before", async () => {
    const only = aRecipe({ skus: ["SNK"] });
    const t = aRecipeLine({}, { recipes: { own: only, all: [only, nuts] } });
    await ask(t, set({ lot: "L1", sku: "NUT-1" }));
    await ready(t);
    expect(t.recipes.waysBack).toEqual([false]);
  });

  test("is not there from what failed", async () => {
    const only = aRecipe({ skus: ["SNK"] });
    const t = aRecipeLine({}, { recipes: { own: only, all: [only, nuts, bars] } });
    await ask(t, set({ lot: "L1", sku: "NUT-1" }));
    await ready(t);
    t.line.recipeFailed("NUTS@1 failed: it crashed"); // and its context allows no other
    await ask(t, select("BARS"));
    await ready(t);
    expect(t.recipes.waysBack).toEqual([false, false]);
  });
});

describe("a recipe that nothing waits for any more", () => {
  test("is given up when its context is cleared or has waited too long", async () => {
    const t = aRecipeLine();
    await ask(t, set({ lot: "L2", recipeId: "NUTS" }));
    await ask(t, { ...base, kind: "clearContext" });
    expect(t.recipes.calls).toEqual(["prepare NUTS@1", "give up"]);
    expect(t.line.recipeStatus.loading).toBe("");
    await ask(t, set({ lot: "L3", recipeId: "BARS" }, atTrigger(9)));
    await ready(t);
    t.clock.advance(61_000);
    t.line.tick();
    await t.settle();
    expect(t.recipes.calls.slice(2)).toEqual(["prepare BARS@3", "give up"]);
  });

  test("is kept when what takes the place of its context chooses it as well", async () => {
    const t = aRecipeLine();
    await ask(t, set({ lot: "L2", recipeId: "NUTS" }));
    await ask(t, set({ lot: "L3", recipeId: "NUTS" }));
    await ready(t);
    expect(t.recipes.calls).toEqual(["prepare NUTS@1", "activate NUTS@1"]);
    expect(t.line.state.context.lot).toBe("L3");
  });
});

// The one before took its place back meanwhile: what the line last took into use inspects no more.
test("a recipe that fails while the next one loads has to be made ready again", async () => {
  const t = aRecipeLine();
  await ask(t, select("NUTS"));
  await ready(t);
  await ask(t, set({ lot: "L2", recipeId: "BARS" }, atTrigger(1)));
  t.unit();
  t.line.recipeFailed("NUTS@1 failed: it crashed");
  await ready(t, "no memory");
  expect(await ask(t, set({ lot: "L2", recipeId: "NUTS" }))).toMatchObject({ state: "pending" });
  await ready(t);
  t.unit(pass);
  await t.settle();
  expect(t.recipes.calls).toEqual([
    ...["prepare NUTS@1", "activate NUTS@1", "prepare BARS@3", "prepare NUTS@1", "activate NUTS@1", "look 2"],
  ]);
  expect(t.recipes.waysBack).toEqual([true, false]);
  expect(units(t).at(-1)).toEqual(["L2", "NUTS@1", "pass"]);
});

test("a recipe in force that is asked for again and refused again has one entry each time", async () => {
  const t = aRecipeLine();
  await ask(t, set({ lot: "L2", recipeId: "BARS" }, atTrigger(1)));
  t.unit();
  await ready(t, "no memory");
  const answer = t.line.command(set({ lot: "L3", recipeId: "BARS" }));
  await ready(t, "no memory");
  expect(await answer).toMatchObject({ code: "recipeRefused" });
  expect(recipeEntries(t).filter(([event]) => event === "refused")).toHaveLength(2);
  expect(t.ledger.of("pending").at(-1)?.body).toMatchObject({ event: "refused" });
});

describe("a restart", () => {
  test("begins with the recipe of the context in force, without another entry", async () => {
    const before = aRecipeLine({ recipes: testRecipes(true) });
    await ask(before, set({ lot: "L1", recipeId: "BARS" }));
    const after = aRecipeLine(before);
    expect(after.line.recipe).toBe(bars);
    after.unit(pass);
    await after.settle();
    expect(units(after)).toEqual([["L1", "BARS@3", "pass"]]);
    expect(recipeEntries(after)).toHaveLength(2);
    expect(await ask(after, rollback)).toMatchObject({ state: "pending" });
  });

  test("with a context that waits for its recipe has it loaded again", async () => {
    const before = aRecipeLine();
    await ask(before, set({ lot: "L1", recipeId: "BARS" }));
    const after = aRecipeLine({ clock: before.clock, ledger: before.ledger });
    expect(after.recipes.calls).toEqual(["prepare BARS@3"]);
    await ready(after);
    expect(after.line.state.context).toMatchObject({ lot: "L1", recipeId: "BARS" });
  });

  // A station that cannot start is worse than one that waits: somebody can still choose another recipe.
  test("with a context whose recipe was refused starts with the one before, and inspects nothing until it is loaded", async () => {
    const before = aRecipeLine();
    await ask(before, set({ lot: "L1", recipeId: "BARS" }, atTrigger(1)));
    before.unit();
    await ready(before, "no memory");
    const t = aRecipeLine({ clock: before.clock, ledger: before.ledger });
    t.unit();
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(t.recipes.calls).toEqual(["prepare BARS@3", "activate BARS@3", "look 3"]);
    expect(units(t).slice(1)).toEqual([
      ["L1", "BARS@3", "noModel"],
      ["L1", "BARS@3", "pass"],
    ]);
  });

  // It has never run here: refused at the start, it must not keep the program from starting, each time again.
  test("with a recipe that was still loading when its moment came starts with the one before", async () => {
    const before = aRecipeLine();
    await ask(before, set({ lot: "L1", recipeId: "BARS" }, atTrigger(1)));
    before.unit();
    await before.settle();
    const t = aRecipeLine({ clock: before.clock, ledger: before.ledger });
    expect(t.line.recipe).toBe(own);
    t.unit();
    await ready(t, "no memory");
    expect(recipeEntries(t).at(-1)?.slice(0, 3)).toEqual(["refused", "BARS@3", "SNACK-BAG@1"]);
    expect(units(t).at(-1)).toEqual(["L1", "BARS@3", "noModel"]);
  });

  const restarted = async (all: readonly Recipe[]): Promise<TestLine> => {
    const before = aRecipeLine({ recipes: testRecipes(true) });
    await ask(before, set({ lot: "L1", recipeId: "BARS" }));
    const t = aRecipeLine({ clock: before.clock, ledger: before.ledger }, { recipes: { own, all } });
    t.unit(pass);
    await t.settle();
    return t;
  };
  test.each([
    ["gone", [own], /unknown recipe/],
    ["changed under its name", [own, { ...bars, hash: "another" }], /was changed under its name/],
  ])("whose recipe is %s inspects by the station's own and says so, once", async (_, all, reason) => {
    const t = await restarted(all);
    expect(units(t)).toEqual([["L1", "SNACK-BAG@1", "pass"]]);
    expect(
      t.ledger
        .of("recipe")
        .slice(-2)
        .map((e) => [e.body.event, recipeName(e.body.recipe)]),
    ).toEqual([
      ["activated", "SNACK-BAG@1"],
      ["refused", "BARS@3"],
    ]);
    expect(t.line.state.recipes.failure?.reason).toMatch(reason);
    const again = aRecipeLine({ clock: t.clock, ledger: t.ledger }, { recipes: { own, all } });
    await again.settle();
    expect(again.line.recipe).toBe(own);
    expect(recipeEntries(again)).toHaveLength(recipeEntries(t).length);
    expect(await ask(again, { ...base, kind: "endLot" })).toMatchObject({ state: "effective" });
  });

  // The context already says so, but what inspects is something else: the answer must not be that nothing is to be done.
  test("whose recipe was changed under its name takes the new one when somebody selects it", async () => {
    const changed = { ...bars, hash: "another" };
    const t = await restarted([own, changed]);
    expect(units(t).at(-1)).toEqual(["L1", "SNACK-BAG@1", "pass"]);
    expect(await ask(t, select("BARS"))).toMatchObject({ state: "pending" });
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(units(t).at(-1)).toEqual(["L1", "BARS@3", "pass"]);
    expect(t.line.recipe).toBe(changed);
    expect(await ask(t, select("BARS"))).toMatchObject({ state: "unchanged" });
  });
});

test("deadline and reject policy are those of the recipe, as of the trigger", async () => {
  const patient = aRecipe({ id: "SLOW", deadlineMs: 900, reject: { invalid: false, notInspected: false } });
  const t = aRecipeLine({ recipes: testRecipes(true) }, { recipes: { own, all: [own, patient] } });
  await ask(t, select("SLOW"));
  t.unit();
  void t.line.command(select("SNACK-BAG"));
  await t.settle();
  t.clock.advance(300);
  t.unit();
  t.clock.advance(300);
  await t.settle();
  expect(t.ledger.of("unit")).toHaveLength(0); // the first still has time
  t.clock.advance(300);
  await t.settle();
  expect(t.ledger.of("unit").map((e) => [e.body.latencyMs, e.body.rejectRequested])).toEqual([
    [900, false],
    [250, true],
  ]);
});

describe("job orders", () => {
  const order: JobOrder = {
    ...{ jobOrderId: "J1", description: "", orderId: "", lot: "LJ", sku: "", recipeId: "BARS" },
    ...{ targetQuantity: 0, runType: "production", priority: 0 },
  };
  const job = { station: "LINE-01", by: "mes", source: "jobs", comment: "" } as const;
  const rules = { owner: "jobs", lotMarkers: false } as const;
  const store: Command = { ...job, kind: "storeJob", order, start: true };

  test("begin when their recipe is loaded", async () => {
    const t = aRecipeLine({}, { context: rules });
    await ask(t, store);
    t.unit(pass);
    await ready(t);
    t.unit(pass);
    await t.settle();
    expect(units(t)).toEqual([
      ["", "SNACK-BAG@1", "pass"],
      ["LJ", "BARS@3", "pass"],
    ]);
  });
  test("give up their recipe when they are taken off the list", async () => {
    const t = aRecipeLine({}, { context: rules });
    await ask(t, store);
    await ask(t, { ...job, kind: "controlJob", action: "cancel", jobOrderId: "J1" });
    expect(t.recipes.calls).toEqual(["prepare BARS@3", "give up"]);
    expect(t.line.recipeStatus.loading).toBe("");
  });
  test("are put back with the reason when it cannot be", async () => {
    const t = aRecipeLine({}, { context: rules });
    await ask(t, store);
    await ready(t, "no memory");
    expect(t.line.state.jobs[0]).toMatchObject({
      state: "notAllowedToStart",
      comment: "cannot begin: recipe BARS@3 cannot be used: no memory",
    });
  });
});

// A step compares what it reads with what the unit should be: another unit's lot would fail good units, or pass bad ones.
test("what a unit is expected to be is what its record says, whatever is called and however slow the disk is", async () => {
  const fields = fc.record({
    lot: fc.constantFrom("A", "B"),
    sku: fc.constantFrom("", "NUT-1", "BAR"),
    recipeId: fc.constantFrom("", "NUTS", "BARS", "PEAS"),
  });
  const mode = fc.oneof(
    fc.constant({ mode: "nextUnit" as const }),
    fc.nat(4).map((n) => ({ mode: "atTrigger" as const, triggerId: n + 1 })),
    fc.constant({ mode: "atLotMarker" as const }),
    fc.constant({ mode: "afterGap" as const, seconds: 2 }),
  );
  const revision = fc.constantFrom(0, 0, 0, 1, 2, 3);
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("unit" as const), verdict: fc.constantFrom(pass, fail, undefined) }),
    },
    fc.record({ do: fc.constant("set" as const), fields, effective: mode, expectedRevision: revision }),
    fc.record({
      do: fc.constant("startLot" as const),
      lot: fc.constantFrom("A", "C"),
      effective: mode,
      expectedRevision: revision,
    }),
    fc.record({
      do: fc.constant("select" as const),
      recipeId: fc.constantFrom("", "NUTS", "BARS"),
      expectedRevision: revision,
    }),
    fc
      .constantFrom(
        ...([
          "endLot",
          "clearContext",
          "rollbackRecipe",
          "stall",
          "flow",
          "lotMarker",
          "advance",
          "ready",
          "unfit",
          "failed",
        ] as const),
      )
      .map((what) => ({ do: what })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const t = aRecipeLine({}, { pendingExpiryMs: 5_000 });
      for (const s of steps) {
        if (s.do === "unit") t.unit(s.verdict);
        else if (s.do === "set")
          void t.line.command(set(s.fields, { effective: s.effective, expectedRevision: s.expectedRevision }));
        else if (s.do === "startLot") void t.line.command({ ...base, kind: "startLot", ...s });
        else if (s.do === "select") void t.line.command(select(s.recipeId, s));
        else if (s.do === "stall") t.stall(true);
        else if (s.do === "flow") t.stall(false);
        else if (s.do === "lotMarker") t.line.lotMarker();
        else if (s.do === "advance") t.clock.advance(1_500);
        else if (s.do === "ready") await ready(t);
        else if (s.do === "unfit") await ready(t, "unfit");
        else if (s.do === "failed") t.line.recipeFailed("in its probation");
        else void t.line.command({ ...base, kind: s.do } as Command);
        if (s.do !== "unit") await Promise.resolve();
      }
      t.stall(false);
      t.clock.advance(1_000);
      await t.settle();
      const records = new Map(t.ledger.of("unit").map(({ body }) => [body.triggerId, body]));
      for (const { triggerId, expected } of t.looked) {
        const record = records.get(triggerId)!;
        expect(expected).toMatchObject({ lot: record.context.lot, sku: record.context.sku });
      }
      // And it was inspected by the recipe of its context, or not at all.
      for (const { context, recipe, verdict } of records.values()) {
        if (verdict.kind === "notInspected" && verdict.reason === "noModel") continue;
        const chosen = context.recipeId.split("@")[0] || (context.sku === "NUT-1" ? "NUTS" : "SNACK-BAG");
        expect(recipe?.id).toBe(chosen);
      }
      // The entries tell the same: the recipe of each unit is that of the last activation before it.
      let inUse = "";
      for (const { entry } of t.ledger.committed) {
        if (entry.kind === "recipe" && entry.body.event !== "refused") inUse = recipeName(entry.body.recipe);
        if (entry.kind === "unit" && entry.body.verdict.kind === "pass")
          expect(recipeName(entry.body.recipe!)).toBe(inUse);
      }
    }),
    { numRuns: 150 },
  );
});

test("the date of a unit is that of the site's clocks", async () => {
  const t = aLine({ timeZone: "Pacific/Auckland" });
  t.unit(pass);
  const local = new Intl.DateTimeFormat("en-CA", { timeZone: "Pacific/Auckland" }).format(t.clock.wall());
  expect(t.looked[0]?.expected).toEqual({ lot: "", sku: "", productionDate: local, clockSynchronized: true });
});
