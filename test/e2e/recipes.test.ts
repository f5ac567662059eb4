import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClientSession, DataType } from "node-opcua";
import { freePort, startDemo } from "../../scripts/soak/demo-run.ts";
import { orphansOf } from "../../scripts/soak/processes.ts";
import { recipeName } from "../../src/domain/recipe.ts";
import { aClient, aPkiFolder, type Client } from "../opcua/support/rig.ts";
import { type PlantRun, startPlantRun } from "../support/plant-run.ts";

const recipe = (id: string, zone: string, at: readonly number[]) => ({
  recipe: id,
  version: 1,
  cameras: {
    "CAM-01": {
      picture: { width: 640, height: 512 },
      zones: { [zone]: at },
      steps: [{ step: "anomaly", model: "snack-bag@2", zones: { [zone]: "SEAL_TORN" } }],
    },
  },
});
const recipes = {
  "TOP-SEAL@1": recipe("TOP-SEAL", "seal-top", [152, 28, 336, 40]),
  "BOTTOM-SEAL@1": recipe("BOTTOM-SEAL", "seal-bottom", [152, 444, 336, 40]),
};
/** As `sha256sum` tells it. */
const hashOf = (plant: PlantRun, id: string): string =>
  createHash("sha256")
    .update(readFileSync(join(plant.data, "recipes", `${id}@1.yaml`)))
    .digest("hex");

const station = {
  id: "LINE-01",
  trigger: { type: "timer", unitsPerMinute: 240 },
  cameras: [{ id: "CAM-01", type: "synthetic", seed: 3 }],
  recipe: "TOP-SEAL",
  recipes: ["BOTTOM-SEAL"],
  defectClasses: ["SEAL_TORN"],
};

async function select(session: ClientSession, method: string, ...texts: readonly string[]) {
  const { statusCode, outputArguments } = await session.call({
    objectId: "ns=3;s=LINE-01/Recipes",
    methodId: `ns=3;s=LINE-01/Recipes/${method}`,
    inputArguments: [
      ...texts.map((value) => ({ dataType: DataType.String, value })),
      { dataType: DataType.UInt32, value: 0 },
    ],
  });
  return [statusCode.name, outputArguments?.[2]?.value];
}
/** The endpoint opens when everything is there to be seen; the line does not wait for it. */
async function connected(endpoint: string, pki: string): Promise<Client> {
  for (;;) {
    const client = await aClient(endpoint, pki).catch(() => undefined);
    if (client) return client;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
const inspectedBy = (plant: PlantRun, id: string) =>
  plant.units().filter((unit) => unit.recipe?.id === id && unit.verdict.kind !== "notInspected").length;

// What the auditor asks first: which limits was this very unit held to? Also across a change and a restart.
test("a recipe selected while the line runs inspects from one unit on, and still does after a restart", async () => {
  await using plant = await startPlantRun([station], recipes);
  using pki = aPkiFolder();
  await plant.until(() => inspectedBy(plant, "TOP-SEAL") >= 10);
  {
    await using client = await connected(plant.endpoint, pki.path);
    expect(await select(client.session, "SelectRecipe", "BOTTOM-SEAL")).toEqual(["Good", 1]);
    await plant.until(() => inspectedBy(plant, "BOTTOM-SEAL") >= 10);
    const before = inspectedBy(plant, "TOP-SEAL");
    expect(await select(client.session, "RollbackRecipe")).toEqual(["Good", 1]);
    await plant.until(() => inspectedBy(plant, "TOP-SEAL") >= before + 10);
    expect(await select(client.session, "SelectRecipe", "BOTTOM-SEAL@1")).toEqual(["Good", 1]);
    const there = inspectedBy(plant, "BOTTOM-SEAL");
    await plant.until(() => inspectedBy(plant, "BOTTOM-SEAL") >= there + 5);
  }
  plant.run.process.kill("SIGTERM");
  expect(await plant.run.ended).toBe(0);

  const stopped = plant.units().length;
  const again = startDemo(plant.data, await freePort(), "core", ["--config", join(plant.data, "site.yaml")]);
  while (plant.units().length < stopped + 5) await new Promise((resolve) => setTimeout(resolve, 50));
  again.process.kill("SIGTERM");
  expect(await again.ended).toBe(0);
  expect(orphansOf(plant.data)).toEqual([]);

  const entries = plant.entries().map(({ entry }) => entry);
  const changes = entries.flatMap((entry) => (entry.kind === "recipe" ? [entry.body] : []));
  expect(changes.map(({ event, recipe: { id }, models }) => [event, id, models[0]?.id])).toEqual([
    ["activated", "TOP-SEAL", "snack-bag@2"],
    ["activated", "BOTTOM-SEAL", "snack-bag@2"],
    ["rolledBack", "TOP-SEAL", "snack-bag@2"],
    ["activated", "BOTTOM-SEAL", "snack-bag@2"],
  ]);
  const units = plant.units();
  expect(units.map(({ sequence }) => sequence)).toEqual(units.map((_, n) => n + 1));
  for (const unit of units) {
    const inForce = changes.findLast(({ fromSequence }) => fromSequence <= unit.sequence)!.recipe;
    expect(unit.recipe).toEqual(inForce);
    expect(unit.recipe?.hash).toBe(hashOf(plant, inForce.id));
    expect(unit.context.recipeId.split("@")[0] || "TOP-SEAL").toBe(inForce.id);
  }
  expect(recipeName(units.at(-1)!.recipe!)).toBe("BOTTOM-SEAL@1");
}, 150_000);
