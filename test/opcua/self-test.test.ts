import type { LoadedRecipe } from "../../src/domain/recipe.ts";
import { aLoadedRecipe, pass } from "../support/line.ts";
import { aLineRig, type LineRig } from "./support/line-rig.ts";
import { aPkiFolder } from "./support/rig.ts";

let pki: ReturnType<typeof aPkiFolder>;
let it_: LineRig;
beforeAll(async () => {
  pki = aPkiFolder();
  it_ = await aLineRig(pki.path);
}, 60_000);
afterAll(async () => {
  await it_[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const value = async (path: string) => {
  const { value: variant, statusCode } = await it_.rig.read(path);
  return statusCode.isGood() ? variant.value : statusCode.name;
};
const run = async () => {
  const objectId = "ns=3;s=LINE-01/SelfTest";
  const result = await it_.rig.session.call({ objectId, methodId: `${objectId}/RunSelfTest`, inputArguments: [] });
  await it_.shown();
  return [result.statusCode.name, ...(result.outputArguments ?? []).map((v) => v.value)];
};

test("RunSelfTest answers what the nodes then show, and a refusal leaves them as they were", async () => {
  expect([await value("SelfTest/LastPassed"), await value("SelfTest/LastDetails")]).toEqual(["BadNoData", "BadNoData"]);
  expect(await run()).toEqual(["Good", true, "3 samples"]);
  expect([await value("SelfTest/LastPassed"), await value("SelfTest/LastDetails")]).toEqual([true, "3 samples"]);
  const at = await value("SelfTest/LastTime");
  expect(at).toBeInstanceOf(Date);

  // What does not fit a String node is cut visibly; the ledger has all of it.
  const details = `snack-bag@2: ${"golden sample is off; ".repeat(20)}`;
  it_.t.clock.advance(60_000);
  it_.t.selfTests.answer = { passed: false, models: [], samples: 3, details };
  const [status, passed, told] = await run();
  expect([status, passed, told.length, told.at(-1)]).toEqual(["Good", false, 254, "…"]);
  expect(await value("SelfTest/LastPassed")).toBe(false);

  it_.t.selfTests.answer = { notRun: "inference had no moment to spare" };
  expect((await run())[0]).toBe("BadInvalidState");
  expect(await value("SelfTest/LastPassed")).toBe(false);
});

test("Statistics/Drift waits for units, then says how pictures stand to the taught ones", async () => {
  const { t } = it_;
  const taught = { "CAM-01": { score: 1, brightness: 100, sharpness: 0.5 } };
  const loaded: LoadedRecipe = { ...aLoadedRecipe, models: [{ ...aLoadedRecipe.models[0]!, taught }] };
  t.line.vision({ up: true, loaded, simulated: true });
  const units = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const measures = { brightness: 80, sharpness: 0.55 };
      t.judge(t.unit(), pass, "CAM-01", { score: 1.1, measures });
      t.clock.advance(150);
    }
    t.line.tick();
    await it_.shown();
  };
  const drift = async () =>
    Promise.all(["Score", "Brightness", "Sharpness"].map((name) => value(`Statistics/Drift/${name}`)));
  await units(19);
  expect(await drift()).toEqual(Array(3).fill("BadWaitingForInitialData"));
  await units(6);
  expect(await drift()).toEqual([1.1, 0.8, 1.1].map((v) => expect.closeTo(v, 6)));
});
