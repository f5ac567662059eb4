import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "../../scripts/soak/demo-run.ts";
import { isAlive } from "../../scripts/soak/processes.ts";
import { encodePng } from "../../src/vision/model/read-picture.ts";
import { aRecipe, type FleetRun, startFleet } from "../support/fleet.ts";
import { aPrint, printSide } from "../support/random-print.ts";
import { type TemporaryFolder, teachSmallModel, temporaryFolder } from "../support/taught-model.ts";

let temporary: TemporaryFolder;
let model: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  model = (await teachSmallModel(temporary.folder)).folder;
}, 30_000);
afterAll(() => temporary[Symbol.asyncDispose]());

const ready = (version: number) => (run: FleetRun) => run.until(() => run.events.includes(`ready ${version}`));
/** Trigger → recipe version of its judgement, in trigger order; each must be there exactly once. */
const versions = ({ judgements }: FleetRun) =>
  judgements.toSorted((a, b) => a.triggerId - b.triggerId).map((j) => [j.triggerId, j.recipe?.version, j.verdict.kind]);

// The promise of a hot swap: units before it are the old recipe's, units after it the new one's, and none is missing.
test("a recipe takes over between two triggers; each is judged once, by the recipe that was in force at it", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two]);
  await ready(1)(run);
  let turned = Number.POSITIVE_INFINITY;
  // As fast as this machine can: two are open at a time, so that none is refused for want of it and held against the recipe.
  const line = (async () => {
    for (let last = 0; last < turned + 40; ) {
      last = run.trigger();
      await run.until(() => run.judgements.length >= last - 1);
    }
  })();
  expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
  const before = run.pid();
  run.fleet.activate(two.recipe, { fallback: true });
  turned = run.trigger();
  expect(run.pid()).not.toBe(before);
  await line;
  await run.until(() => run.judgements.length >= turned + 40);
  expect(versions(run)).toEqual(Array.from({ length: turned + 40 }, (_, i) => [i + 1, i + 1 < turned ? 1 : 2, "pass"]));
  expect(run.events).toEqual(["ready 1", "ready 2"]);
  expect(turned).toBeGreaterThan(1);
}, 30_000);

// Whatever runs already needs nothing, and the one that is still warm is there at once.
test("the way back is warm, and a probation that is passed ends it", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two], { probation: { units: 5, atLeastMs: 300, atMostMs: 60_000 } });
  await ready(1)(run);
  const first = run.pid()!;
  await run.fleet.prepare(two.recipe);
  run.fleet.activate(two.recipe, { fallback: true });
  expect(run.pid("/retired")).toBe(first);
  expect(await run.fleet.prepare(one.recipe)).toBeUndefined();
  run.fleet.activate(one.recipe, { fallback: true });
  expect(run.pid()).toBe(first);
  const second = run.pid("/retired")!;
  await run.inspect(8);
  await run.until(() => !isAlive(second));
  expect(run.fleet.processes).toHaveLength(1);
  expect(run.events).toEqual(["ready 1", "ready 2", "ready 1"]);
}, 30_000);

// A new recipe that dies must cost the units that it had open, and no other.
test("a recipe that dies in its probation is taken back at once; its open units are told", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two]);
  await ready(1)(run);
  await run.fleet.prepare(two.recipe);
  run.fleet.activate(two.recipe, { fallback: true });
  await run.inspect(5);
  process.kill(run.pid()!, "SIGKILL");
  await run.inspect(1);
  await run.until(() => run.events.some((e) => e.startsWith("unfit")));
  await run.inspect(5);
  expect(versions(run).map(([, version, kind]) => `${version} ${kind}`)).toEqual([
    ...Array(5).fill("2 pass"),
    "2 notInspected",
    ...Array(5).fill("1 pass"),
  ]);
  expect(run.events.slice(2)).toEqual([
    "ready 1",
    "unfit UNIT@2 failed after it took over: its vision process ended: killed by SIGKILL",
  ]);
}, 30_000);

// The way back must not wait for a process that is being replaced, when another one has loaded.
test("a warm process that died is not waited for", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two], { probation: { units: 2, atLeastMs: 100, atMostMs: 60_000 } });
  await ready(1)(run);
  await run.fleet.prepare(two.recipe);
  run.fleet.activate(two.recipe, { fallback: true });
  const warm = run.pid("/retired")!;
  process.kill(warm, "SIGKILL");
  await run.until(() => run.pid("/retired") !== warm);
  expect(await run.fleet.prepare(one.recipe)).toBeUndefined();
  run.fleet.activate(one.recipe, { fallback: true });
  await run.inspect(4);
  await run.until(() => run.fleet.processes.length === 1);
  expect(versions(run).map(([, version, kind]) => `${version} ${kind}`)).toEqual(Array(4).fill("1 pass"));
}, 30_000);

test("a recipe that is later than its deadline is taken back", async () => {
  const [one, hasty] = [aRecipe(model, 1), aRecipe(model, 2, { deadlineMs: 1 })];
  await using run = startFleet([one, hasty]);
  await ready(1)(run);
  await run.fleet.prepare(hasty.recipe);
  run.fleet.activate(hasty.recipe, { fallback: true });
  await run.run(30, 20);
  await run.until(() => run.events.some((e) => e.startsWith("unfit")));
  expect(run.events.at(-1)).toMatch(/UNIT@2 failed .*: 3 of \d+ verdicts came after the deadline of 1 ms/);
  const last = run.trigger();
  await run.until(() => run.judgements.some((j) => j.triggerId === last));
  expect(run.judgements.find((j) => j.triggerId === last)).toMatchObject({ recipe: { version: 1 } });
}, 30_000);

// After any number of swaps, what is started again is what is in force.
test("the process that inspects is replaced with its own recipe, also after a swap", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two], { probation: { units: 0, atLeastMs: 0, atMostMs: 0 } });
  await ready(1)(run);
  await run.fleet.prepare(two.recipe);
  run.fleet.activate(two.recipe, { fallback: true });
  await run.until(() => run.fleet.processes.length === 1);
  process.kill(run.pid()!, "SIGKILL");
  await run.until(() => run.events.filter((e) => e === "ready 2").length === 2);
  expect(run.events).toEqual(["ready 1", "ready 2", "down killed by SIGKILL", "ready 2"]);
  const id = run.trigger();
  await run.until(() => run.judgements.length === 1);
  expect(versions(run)).toEqual([[id, 2, "pass"]]);
}, 30_000);

// A camera with one port: the old process has to let go of it first, and the units in between are told why.
test("a camera that only one process can have is handed over, and back", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  const camera = { type: "lone", options: { port: await freePort() } };
  await using run = startFleet([one, two], { camera });
  await ready(1)(run);
  expect(await run.fleet.shadow(two.recipe)).toMatch(/^camera CAM-01 can be open in one process only/);
  expect(run.fleet.shadowState.status).toMatch(/^UNIT@2 cannot look along: camera CAM-01/);
  await run.inspect(3);
  expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
  for (const { recipe } of [two, one]) {
    run.trigger(); // still open when the camera is asked for
    run.fleet.activate(recipe, { fallback: true });
    const isThere = (): boolean =>
      run.judgements.at(-1)?.verdict.kind === "pass" && run.judgements.at(-1)?.recipe?.version === recipe.version;
    for (const end = Date.now() + 15_000; !isThere() && Date.now() < end; ) await run.inspect(1);
  }
  const last = run.trigger();
  await run.until(() => run.judgements.length === last);
  const told = versions(run).map(([, version, kind]) => `${version} ${kind}`);
  expect(told.join()).toMatch(/^(1 pass,){4}(2 notInspected,)+(2 pass,)+(1 notInspected,)+1 pass(,1 pass)*$/);
  expect(run.judgements.find((j) => j.verdict.kind === "notInspected")!.verdict).toMatchObject({
    reason: "visionDown",
    detail: "camera is being handed over",
  });
  expect(run.events).toEqual(["ready 1", "ready 2", "ready 1"]);
}, 30_000);

// A package that changed under its name would make two records of one recipe mean different things.
test("a model that changed on disk is refused, naming the file; what runs goes on", async () => {
  const folder = path.join(temporary.folder, "copy", "unit@1");
  cpSync(model, folder, { recursive: true });
  const [one, two, three] = [1, 2, 3].map((version) => aRecipe(folder, version)) as [
    ReturnType<typeof aRecipe>,
    ReturnType<typeof aRecipe>,
    ReturnType<typeof aRecipe>,
  ];
  await using run = startFleet([one, two, three]);
  await ready(1)(run);
  const card = path.join(folder, "card.json");
  const text = readFileSync(card, "utf8");
  writeFileSync(card, `${text}\n`);
  expect(await run.fleet.prepare(two.recipe)).toContain(`${card} has changed since unit@1 was first loaded`);
  writeFileSync(card, text);
  const graph = path.join(folder, "model.onnx");
  const bytes = readFileSync(graph);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(graph, bytes);
  expect(await run.fleet.prepare(three.recipe)).toContain("model.onnx");
  expect(await run.fleet.prepare({ id: "UNIT", version: 9, hash: "none" })).toBe(
    "UNIT@9 is none of this station's recipes",
  );
  run.trigger();
  await run.until(() => run.judgements.length === 1);
  expect(versions(run)).toEqual([[1, 1, "pass"]]);
  expect(run.fleet.processes).toHaveLength(1);
}, 30_000);

// The recipe's hash is of its YAML alone: another picture under the same name would inspect otherwise and nobody could tell.
test("a picture beside a recipe that changed on disk is refused, naming the file", async () => {
  const folder = path.join(temporary.folder, "with-template");
  mkdirSync(folder);
  const template = path.join(folder, "print.png");
  writeFileSync(template, await encodePng(aPrint(1)));
  const comparing = (version: number): ReturnType<typeof aRecipe> => {
    const { recipe, ...bare } = aRecipe(model, version);
    const camera = recipe.cameras["CAM-01"]!;
    const step = { step: "compare-template", options: { template: "print.png", zone: "print" } };
    const zones = { print: [0, 0, printSide, printSide] as const };
    const cameras = { "CAM-01": { ...camera, zones, steps: [...camera.steps, step] } };
    return { ...bare, recipeFolder: folder, recipe: { ...recipe, cameras } };
  };
  const [plain, one] = [aRecipe(model, 1), comparing(2)];
  await using run = startFleet([plain, one]);
  await ready(1)(run);
  expect(await run.fleet.prepare(one.recipe)).toBeUndefined();
  const { files } = run.fleet.loaded(one.recipe);
  expect(files).toEqual({ "print.png": createHash("sha256").update(readFileSync(template)).digest("hex") });
  run.fleet.giveUp();
  writeFileSync(template, await encodePng(aPrint(2)));
  expect(await run.fleet.prepare(one.recipe)).toContain(`${template} has changed since UNIT@2 was first loaded`);
}, 30_000);

test("a newer preparation gives up the older one", async () => {
  const [one, two, three] = [1, 2, 3].map((version) => aRecipe(model, version)) as [
    ReturnType<typeof aRecipe>,
    ReturnType<typeof aRecipe>,
    ReturnType<typeof aRecipe>,
  ];
  await using run = startFleet([one, two, three]);
  await ready(1)(run);
  const older = run.fleet.prepare(two.recipe);
  const newer = run.fleet.prepare(three.recipe);
  expect(await older).toMatch(/^given up/);
  expect(await newer).toBeUndefined();
  expect(await run.fleet.prepare(one.recipe)).toBeUndefined();
  await run.until(() => run.fleet.processes.length === 1);
  expect(run.events).toEqual(["ready 1"]);
}, 30_000);

// A context that was dropped, or a rollback, leaves behind what was made ready: it must not keep its memory.
test("what was prepared for nothing is let go when the other one goes on", async () => {
  const [one, two] = [aRecipe(model, 1), aRecipe(model, 2)];
  await using run = startFleet([one, two]);
  await ready(1)(run);
  expect(await run.fleet.prepare(two.recipe)).toBeUndefined();
  expect(run.fleet.processes).toHaveLength(2);
  run.fleet.activate(one.recipe, { fallback: true });
  expect(run.fleet.processes).toHaveLength(1);
  expect(run.events).toEqual(["ready 1"]);
}, 30_000);

// The shadow sees what the one that decides sees, and its word reaches nobody but the comparison.
test("a shadow is compared picture by picture, and decides nothing", async () => {
  const strict = aRecipe(model, 2);
  const threshold = {
    ...strict.recipe.cameras["CAM-01"]!.steps[0]!,
    options: { model: "unit@1", class: "ANOMALY", zones: {}, threshold: 0.001 },
  };
  const harsh = aRecipe(model, 2, { cameras: { "CAM-01": { zones: {}, steps: [threshold] } } });
  await using run = startFleet([aRecipe(model, 1), harsh], { camera: { type: "generated", options: { empty: [3] } } });
  await ready(1)(run);
  expect(run.fleet.shadowState).toEqual({ recipe: "", status: "no recipe looks along" });
  expect(await run.fleet.shadow(harsh.recipe)).toBeUndefined();
  for (let n = 1; n <= 20; n++) {
    run.trigger();
    await run.until(() => run.judgements.length === n && run.fleet.shadowState.figures!.units === n);
  }
  expect(run.judgements.every((j) => j.recipe?.version === 1)).toBe(true);
  expect(run.fleet.shadowState).toMatchObject({ recipe: "UNIT@2", status: "UNIT@2 looks along" });
  expect(run.fleet.shadowState.figures).toMatchObject({
    units: 20,
    agreements: 1,
    differences: 19,
    pairs: { "pass→fail": 19 },
    failures: 0,
  });
  expect(run.fleet.shadowState.figures!.latencyP99Ms).toBeGreaterThan(0);
  await run.fleet.shadow(undefined);
  expect(run.fleet.shadowState).toEqual({ recipe: "", status: "no recipe looks along" });
}, 30_000);
