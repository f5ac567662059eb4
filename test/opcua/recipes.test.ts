import {
  type ClientSession,
  constructEventFilter,
  DataType,
  HistoryReadRequest,
  ReadEventDetails,
  ReadRawModifiedDetails,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
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
/** Of the events that were raised, in their order. */
const fields = [
  ...["EventId", "Time", "Severity", "Message"],
  ...[
    "Change",
    "RecipeId",
    "RecipeVersion",
    "RecipeHash",
    "PreviousRecipeId",
    "FromSequence",
    "Reason",
    "ChangedBy",
  ].map((name) => `2:${name}`),
];
/** Alarms change too, and units have recipes; only a recipe's change is both. */
const marks = ["2:Change", "2:RecipeHash"].map((name) => fields.indexOf(name));
type Values = readonly unknown[];
const plain = (values: readonly Variant[]): Values => values.map(({ value }) => value);
const ofRecipes = (events: readonly Values[]) =>
  events.filter((values) => marks.every((mark) => values[mark] !== null));
let got: readonly Variant[][];
const changes = () => ofRecipes(got.map(plain));
beforeAll(async () => {
  it_ = await aLineRig(pki.path, undefined, { line: { recipes: { own, all } }, station: { recipeFiles } });
  session = it_.rig.session;
  got = (await monitorEvents(await it_.rig.subscribe(), fields, 0)).got;
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
    await until(() => changes().length > 0);
    expect(changes().map((values) => values.slice(4))).toEqual([
      ["activated", "BARS", "10", bars.hash, "SNACK-BAG", 3, "", expect.stringMatching(/^anonymous@/)],
    ]);
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

  // OPC 10000-4 §5.12.2 and §7.33: operation level, LocalizedText 0x40.
  test.each([
    ["SelectRecipe", [text("PEAS"), uint(0)], /recipeId unknown recipe; known: SNACK-BAG@1, NUTS@1/],
    ["SelectRecipe", [text("NUTS"), uint(999)], /the context has revision \d+, not 999: somebody changed it/],
    ["RollbackRecipe", [uint(0)], /no recipe that the station still has ran before this one; select one by its id/],
    ["GetRecipe", [text("PEAS")], /there is no recipe PEAS; there are: SNACK-BAG@1, NUTS@1/],
  ])("%s says in words why not, and what to do", async (method, inputArguments, words) => {
    const objectId = "ns=3;s=LINE-01/Recipes";
    const calls = [{ objectId, methodId: `${objectId}/${method}`, inputArguments }];
    const { diagnosticStrings } = await session.callWithDiagnostics(calls, 0x40);
    expect(diagnosticStrings[0]?.localizedText).toMatch(words);
  });

  // A client that was away reads the same that it would have been told.
  test("events and the active recipe are in history as they were live", async () => {
    const whole = { startTime: new Date(Date.UTC(2000, 0)), endTime: new Date(Date.UTC(2100, 0)) };
    const historyOf = async (nodeId: string, historyReadDetails: ReadEventDetails | ReadRawModifiedDetails) => {
      const timestampsToReturn = TimestampsToReturn.Both;
      const request = new HistoryReadRequest({ historyReadDetails, timestampsToReturn, nodesToRead: [{ nodeId }] });
      return (await session.historyRead(request)).results![0]!.historyData as unknown;
    };
    const filter = constructEventFilter(fields);
    const events = (await historyOf(
      "ns=3;s=LINE-01",
      new ReadEventDetails({ ...whole, numValuesPerNode: 1_000, filter }),
    )) as { events: { eventFields: Variant[] }[] };
    const before = ofRecipes(events.events.map(({ eventFields }) => plain(eventFields)));
    await until(() => changes().length === 3);
    // The first was in use before the server was there to raise it.
    expect(before.slice(-3)).toEqual(changes());
    expect(before.map((values) => values[4])).toEqual(["activated", "activated", "refused", "rolledBack"]);
    const values = (await historyOf("ns=3;s=LINE-01/Recipes/ActiveRecipeId", new ReadRawModifiedDetails(whole))) as {
      dataValues: { value: Variant }[];
    };
    expect(values.dataValues.map(({ value }) => value.value)).toEqual(["SNACK-BAG", "BARS", "SNACK-BAG"]);
  });

  test("GetRecipe gives the file: the newest of an id, that very version, or the active one", async () => {
    const given = async (id: string) => (await call("GetRecipe", text(id))).outputs;
    expect(await given("BARS")).toEqual([recipeFiles[3]!.text, bars.hash]);
    expect(await given("BARS@2")).toEqual([recipeFiles[2]!.text, older.hash]);
    expect(await given("")).toEqual([recipeFiles[0]!.text, own.hash]);
    expect(await call("GetRecipe", text("PEAS"))).toMatchObject({ status: "BadNotFound" });
  });
});
