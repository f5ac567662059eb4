import { type ClientSession, DataType } from "node-opcua";
import { recipeName } from "../../src/domain/recipe.ts";
import { aRecipe, pass } from "../support/line.ts";
import { aLineRig, type LineRig } from "./support/line-rig.ts";
import { aPkiFolder, monitorEvents, someVitals, until } from "./support/rig.ts";

const own = aRecipe();
const nuts = aRecipe({ id: "NUTS", skus: ["NUT-1"] });
const older = aRecipe({ id: "BARS", version: 2 });
const bars = aRecipe({ id: "BARS", version: 10 });
const all = [own, nuts, older, bars];
const recipeFiles = all.map((recipe) => ({
  name: recipeName(recipe),
  hash: recipe.hash,
  // Longer than what a tag may hold: only a method can give it.
  text: `recipe: ${recipe.id}\n# ${"ä".repeat(400)}\n`,
}));
const pki = aPkiFolder();
let it_: LineRig;
let session: ClientSession;
beforeAll(async () => {
  it_ = await aLineRig(pki.path, undefined, { line: { recipes: { own, all } }, station: { recipeFiles } });
  session = it_.rig.session;
}, 30_000);
afterAll(async () => {
  await it_[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const text = (value: string) => ({ dataType: DataType.String, value });
const uint = (value: number) => ({ dataType: DataType.UInt32, value });
async function call(method: "SelectRecipe" | "RollbackRecipe" | "GetRecipe", ...inputArguments: object[]) {
  const result = await session.call({
    objectId: "ns=3;s=LINE-01/Recipes",
    methodId: `ns=3;s=LINE-01/Recipes/${method}`,
    inputArguments: inputArguments as never,
  });
  await it_.shown();
  return {
    status: result.statusCode.name,
    outputs: (result.outputArguments ?? []).map(({ value }) => value as unknown),
    wrong: result.inputArgumentResults?.map((code) => code.name),
  };
}
async function ready(problem?: string): Promise<void> {
  it_.t.recipes.answer(problem);
  await it_.shown();
}
async function unit(): Promise<void> {
  it_.t.unit(pass);
  await it_.shown();
}
/** What the core would tell of itself now. */
async function told(): Promise<void> {
  const { loading: recipeLoading, trouble: recipeTrouble } = it_.t.line.recipeStatus;
  const vitals = someVitals({ recipeLoading, recipeTrouble, stationTime: it_.t.line.time.now() });
  it_.rig.server.tell(vitals);
}
const read = async (path: string) => {
  const { statusCode, value } = await it_.rig.read(path);
  return statusCode.isGood() ? value.value : statusCode.name;
};

describe("the recipes of a station", () => {
  test("what inspects and what else can be selected stands in tags", async () => {
    await unit();
    await told();
    expect(await read("Recipes/ActiveRecipeId")).toBe("SNACK-BAG");
    expect(await read("Recipes/ActiveRecipeVersion")).toBe(1);
    expect(await read("Recipes/ActiveRecipeHash")).toBe(own.hash);
    expect(await read("Recipes/AvailableRecipes")).toBe("SNACK-BAG@1,NUTS@1,BARS@2,BARS@10");
    expect(await read("Recipes/PreviousRecipe")).toBe("");
    expect(await read("Recipes/Status")).toBe("SNACK-BAG@1 inspects");
  });

  test("SelectRecipe loads it first; tags, event and units change together", async () => {
    const subscription = await it_.rig.subscribe();
    const fields = ["Change", "RecipeId", "RecipeVersion", "RecipeHash", "PreviousRecipeId", "FromSequence"];
    const { got } = await monitorEvents(
      subscription,
      fields.map((name) => `2:${name}`),
      0,
    );
    expect(await call("SelectRecipe", text("BARS"), uint(0))).toMatchObject({ status: "Good", outputs: [0, 0, 1] });
    expect(await read("Context/Pending")).toBe("lot  when recipe BARS@10 is loaded");
    await told();
    await until(async () => (await read("Recipes/LoadingRecipe")) === "BARS@10");
    expect(await read("Recipes/Status")).toBe("recipe BARS@10 is loading; SNACK-BAG@1 inspects until then");
    await unit();
    await ready();
    await unit();
    expect(await read("Recipes/ActiveRecipeId")).toBe("BARS");
    expect(await read("Recipes/ActiveRecipeVersion")).toBe(10);
    expect(await read("Recipes/PreviousRecipe")).toBe("SNACK-BAG@1");
    expect(await read("Context/RecipeId")).toBe("BARS");
    const changes = () => got.map((values) => values.map(({ value }) => value)).filter(([change]) => change !== null);
    await until(() => changes().length > 0);
    expect(changes()).toEqual([["activated", "BARS", "10", bars.hash, "SNACK-BAG", 3]]);
    await subscription.terminate();
    expect(await call("SelectRecipe", text("BARS@10"), uint(7))).toMatchObject({
      status: "BadInvalidArgument",
      wrong: ["Good", "BadInvalidState"],
    });
  });

  test("what cannot be selected is refused at its argument, and changes nothing", async () => {
    const revision = await read("Context/Revision");
    expect(await call("SelectRecipe", text("PEAS"), uint(0))).toMatchObject({
      status: "BadInvalidArgument",
      wrong: ["BadInvalidArgument", "Good"],
    });
    expect(await read("Context/Revision")).toBe(revision);
  });

  test("one that cannot be loaded is refused in an event, and the old one goes on", async () => {
    expect(await call("SelectRecipe", text("NUTS"), uint(0))).toMatchObject({ status: "Good" });
    await ready("nut@1: weights.onnx is not there");
    await told();
    await until(async () => /refused|not there/.test(String(await read("Recipes/Status"))));
    expect(await read("Recipes/Status")).toBe("BARS@10 inspects; NUTS@1: nut@1: weights.onnx is not there");
    expect(await read("Recipes/ActiveRecipeId")).toBe("BARS");
  });

  test("RollbackRecipe leads back, once", async () => {
    expect(await call("RollbackRecipe", uint(0))).toMatchObject({ status: "Good" });
    await ready();
    await unit();
    expect(await read("Recipes/ActiveRecipeId")).toBe("SNACK-BAG");
    expect(await read("Recipes/PreviousRecipe")).toBe("");
    expect(await call("RollbackRecipe", uint(0))).toMatchObject({ status: "BadInvalidState" });
  });

  test("GetRecipe gives the file: the newest of an id, that very version, or the active one", async () => {
    const given = async (id: string) => (await call("GetRecipe", text(id))).outputs;
    expect(await given("BARS")).toEqual([recipeFiles[3]!.text, bars.hash]);
    expect(await given("BARS@2")).toEqual([recipeFiles[2]!.text, older.hash]);
    expect(await given("")).toEqual([recipeFiles[0]!.text, own.hash]);
    expect(await call("GetRecipe", text("PEAS"))).toMatchObject({ status: "BadNotFound" });
  });
});
