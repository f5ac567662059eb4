import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "../../scripts/soak/demo-run.ts";
import { isAlive } from "../../scripts/soak/processes.ts";
import { aRecipe, type FleetRun, startFleet } from "../support/fleet.ts";
import { type TemporaryFolder, teachSmallModel, temporaryFolder } from "../support/taught-model.ts";

let temporary: TemporaryFolder;
let model: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  model = (await teachSmallModel(temporary.folder)).folder;
}, 30_000);
afterAll(() => temporary[Symbol.asyncDispose]());

/** The same package in a folder of its own. */
const copyOf = (name: string): { folder: string; card: string } => {
  const folder = path.join(temporary.folder, name, "unit@1");
  cpSync(model, folder, { recursive: true });
  return { folder, card: path.join(folder, "card.json") };
};
const ready = (version: number) => (run: FleetRun) => run.until(() => run.events.includes(`ready ${version}`));
const verdictOf = (run: FleetRun, triggerId: number): string => {
  const { recipe, verdict } = run.judgements.find((j) => j.triggerId === triggerId)!;
  return `${recipe?.version} ${verdict.kind}`;
};
/** Triggers until a unit is inspected, by that version. */
async function inspectedBy(run: FleetRun, version: number): Promise<void> {
  let told = "";
  for (const end = Date.now() + 15_000; !told.endsWith("pass") && Date.now() < end; ) {
    const id = run.trigger();
    await run.until(() => run.judgements.some((j) => j.triggerId === id));
    told = verdictOf(run, id);
  }
  expect(told).toBe(`${version} pass`);
}
/** One viewer only; what it is asked for first never comes, so that it is let go of only at the deadline. */
const loneCamera = async () => ({ camera: { type: "lone", options: { port: await freePort(), silent: [1] } } });
/** Recipes with a deadline that a handover can be waited for. */
const hastyRecipes = () =>
  [1, 2].map((version) => aRecipe(model, version, { deadlineMs: 1_500 })) as [
    ReturnType<typeof aRecipe>,
    ReturnType<typeof aRecipe>,
  ];

// The cameras are on their way to a process that is not wanted any more when they are let go: they must come back.
describe("a camera that only one process can have finds back", () => {
  test("when the recipe that takes over dies at once", async () => {
    const [one, two] = hastyRecipes();
    await using run = startFleet([one, two], await loneCamera());
    await ready(1)(run);
    expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
    run.trigger(); // the old process has to finish it before it lets go
    process.kill(run.pid("/candidate")!, "SIGKILL");
    run.fleet.activate(two.recipe, { fallback: true });
    await run.until(() => run.events.some((e) => e.startsWith("unfit")));
    await inspectedBy(run, 1);
  }, 60_000);

  test("when the way back is asked for before the cameras have changed hands", async () => {
    const [one, two] = hastyRecipes();
    await using run = startFleet([one, two], await loneCamera());
    await ready(1)(run);
    expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
    run.trigger();
    run.fleet.activate(two.recipe, { fallback: true });
    await new Promise((resolve) => setImmediate(resolve)); // the release is on its way
    run.fleet.activate(one.recipe, { fallback: true });
    await inspectedBy(run, 1);
  }, 60_000);
});

// What was rolled back failed: it must not inspect again because the next process dies, which any may.
test("without a way back, a death restarts the recipe in force; what was open is still judged", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two]);
  await ready(1)(run);
  const old = run.pid()!;
  expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
  const open = run.trigger();
  run.fleet.activate(two.recipe, { fallback: false });
  expect(run.fleet.processes).toHaveLength(1);
  await run.until(() => !isAlive(old));
  expect(verdictOf(run, open)).toBe("1 pass");
  process.kill(run.pid()!, "SIGKILL");
  await run.until(() => run.events.filter((e) => e === "ready 2").length === 2);
  await inspectedBy(run, 2);
  expect(run.events).toEqual(["ready 1", "ready 2", "down killed by SIGKILL", "ready 2"]);
}, 30_000);

test("what nobody waits for any more is ended at once, loaded or not", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two], { probation: { units: 0, atLeastMs: 200, atMostMs: 200 } });
  await ready(1)(run);
  const loading = run.fleet.prepare(two.recipe);
  run.fleet.giveUp();
  expect(await loading).toMatch(/^given up/);
  expect(run.fleet.processes).toHaveLength(1);
  expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
  run.fleet.activate(two.recipe, { fallback: true });
  // Kept beyond the probation because somebody is about to go back to it.
  const warm = run.pid("/retired")!;
  expect(await run.fleet.prepare(one.recipe)).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(run.pid("/retired")).toBe(warm);
  run.fleet.giveUp();
  expect(run.fleet.processes).toHaveLength(1);
  await run.until(() => !isAlive(warm));
}, 30_000);

// "Down" is an alarm, and stood for units that a healthy process was judging.
test("a recipe that died before it took over is given up without inspection being down", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two]);
  await ready(1)(run);
  expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
  const dead = run.pid("/candidate")!;
  process.kill(dead, "SIGKILL");
  await run.until(() => run.pid("/candidate") !== dead);
  const open = run.trigger();
  run.fleet.activate(two.recipe, { fallback: true });
  await run.until(() => run.events.some((e) => e.startsWith("unfit")));
  await inspectedBy(run, 1);
  expect(verdictOf(run, open)).toBe("1 pass");
  expect(run.events).toEqual(["ready 1", "ready 1", expect.stringMatching(/^unfit UNIT@2 failed/)]);
}, 30_000);

// A package that changed under its name would make two records of one recipe mean different things, also after a crash.
describe("a model that changed on disk is not loaded again under its name", () => {
  test("by what inspects: it is down, with the file, until that is as before", async () => {
    const { folder, card } = copyOf("current");
    await using run = startFleet([aRecipe(folder, 1)]);
    await ready(1)(run);
    const text = readFileSync(card, "utf8");
    writeFileSync(card, `${text}\n`);
    process.kill(run.pid()!, "SIGKILL");
    await run.until(() => run.events.some((e) => e.startsWith(`down ${card} has changed`)));
    expect(run.events.filter((e) => e.startsWith("ready"))).toHaveLength(1);
    run.trigger();
    expect(run.judgements).toHaveLength(0);
    writeFileSync(card, text);
    await run.until(() => run.events.at(-1) === "ready 1");
    await inspectedBy(run, 1);
  }, 30_000);

  test("by what inspected before: it does not take its place back", async () => {
    const { folder, card } = copyOf("retired");
    const [one, two] = [aRecipe(folder, 1), aRecipe(model, 2)];
    await using run = startFleet([one, two]);
    await ready(1)(run);
    expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
    run.fleet.activate(two.recipe, { fallback: true });
    writeFileSync(card, `${readFileSync(card, "utf8")}\n`);
    const warm = run.pid("/retired")!;
    process.kill(warm, "SIGKILL");
    const reloaded = (): boolean => ![undefined, warm].includes(run.pid("/retired"));
    await run.until(reloaded);
    const second = run.pid("/retired")!;
    await run.until(() => !isAlive(second));
    process.kill(run.pid()!, "SIGKILL");
    await run.until(() => run.events.filter((e) => e === "ready 2").length === 2);
    await inspectedBy(run, 2);
    expect(run.events).toEqual(["ready 1", "ready 2", "down killed by SIGKILL", "ready 2"]);
  }, 30_000);

  test("by what looks along: it ends, and says why", async () => {
    const { folder, card } = copyOf("shadow");
    const [one, two] = [aRecipe(model, 1), aRecipe(folder, 2)];
    await using run = startFleet([one, two]);
    await ready(1)(run);
    expect(await run.fleet.shadow(two.recipe)).toBeUndefined();
    writeFileSync(card, `${readFileSync(card, "utf8")}\n`);
    process.kill(run.pid("/shadow")!, "SIGKILL");
    await run.until(() => run.fleet.shadowState.status.startsWith("UNIT@2 cannot look along"));
    expect(run.fleet.shadowState.status).toContain(`${card} has changed`);
    expect(run.fleet.processes).toHaveLength(1);
  }, 30_000);
});

test("nothing is started after the stop", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two]);
  await ready(1)(run);
  await run.fleet.stop();
  expect(await run.fleet.shadow(two.recipe)).toBe("the station is being stopped");
  expect(await run.fleet.prepare(two.recipe)).toBe("the station is being stopped");
  expect(run.fleet.processes.filter(([, { pid }]) => pid !== undefined)).toEqual([]);
}, 30_000);

// Behind the entries of other models it would be read as theirs.
test("a self test that another recipe overtakes counts as not run", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two]);
  await ready(1)(run);
  expect(await run.fleet.selfTest()).toMatchObject({ passed: true });
  expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
  const overtaken = run.fleet.selfTest();
  run.fleet.activate(two.recipe, { fallback: true });
  expect(await overtaken).toEqual({ notRun: expect.stringMatching(/another recipe took over/) });
}, 30_000);
