import { DataType } from "node-opcua";
import type { Answer, Command } from "../../src/domain/command.ts";
import { noShadow } from "../../src/domain/shadow.ts";
import { aPkiFolder, aRig, type Rig, someVitals, until } from "./support/rig.ts";

const pki = aPkiFolder();
const asked: Command[] = [];
let answer: Answer = { outcome: "done" };
let rig: Rig;
beforeAll(async () => {
  const carryOut = async (command: Command): Promise<Answer> => {
    asked.push(command);
    return answer;
  };
  rig = await aRig(pki.path, {}, { carryOut });
}, 30_000);
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const read = async (name: string) => {
  const { statusCode, value } = await rig.read(`Recipes/Shadow/${name}`);
  return statusCode.isGood() ? value.value : statusCode.name;
};
const call = async (method: string, ...texts: string[]) => {
  const result = await rig.session.call({
    objectId: "ns=3;s=LINE-01/Recipes/Shadow",
    methodId: `ns=3;s=LINE-01/Recipes/Shadow/${method}`,
    inputArguments: texts.map((value) => ({ dataType: DataType.String, value })),
  });
  return { status: result.statusCode.name, wrong: result.inputArgumentResults?.map((code) => code.name) };
};

// Unknown is not zero: "0 differences" of a shadow that does not run would read as a clean bill.
test("without a shadow there is nothing to count; with one its figures stand in tags", async () => {
  expect(await read("Running")).toBe("BadWaitingForInitialData");
  rig.server.tell(someVitals({ shadow: noShadow }));
  await until(async () => (await read("Running")) === false);
  expect(await read("RecipeId")).toBe("");
  expect(await read("Status")).toBe("no recipe looks along");
  expect(await read("Differences")).toBe("BadNoData");
  rig.server.tell(
    someVitals({
      shadow: {
        recipe: "BARS@2",
        status: "BARS@2 looks along",
        figures: {
          units: 100,
          agreements: 96,
          differences: 4,
          pairs: { "pass→fail": 3, "invalid→pass": 1 },
          failures: 2,
          latencyP50Ms: 20,
          latencyP99Ms: 45.5,
        },
      },
    }),
  );
  await until(async () => (await read("Running")) === true);
  expect(await read("RecipeId")).toBe("BARS@2");
  expect([await read("Units"), await read("Differences")]).toEqual([100, 4]);
  expect([await read("PassToFail"), await read("FailToPass"), await read("Failures")]).toEqual([3, 0, 2]);
  expect([await read("LatencyP50Ms"), await read("LatencyP99Ms")]).toEqual([20, 45.5]);
}, 20_000);

test("the methods ask the station, and say why it cannot be", async () => {
  expect(await call("StartShadow", "BARS")).toMatchObject({ status: "Good" });
  expect(await call("StopShadow")).toMatchObject({ status: "Good" });
  expect(asked).toMatchObject([
    { kind: "startShadow", recipeId: "BARS", station: "LINE-01", source: "opcua" },
    { kind: "stopShadow" },
  ]);
  const problem = "unknown recipe";
  answer = {
    outcome: "refused",
    code: "invalidArgument",
    message: problem,
    problems: [{ argument: "recipeId", problem }],
  };
  expect(await call("StartShadow", "NONE")).toEqual({
    status: "BadInvalidArgument",
    wrong: ["BadInvalidArgument"],
  });
  answer = { outcome: "refused", code: "recipeRefused", message: "camera CAM-01 can be open once", problems: [] };
  expect(await call("StartShadow", "BARS")).toMatchObject({ status: "BadInvalidState" });
}, 20_000);
