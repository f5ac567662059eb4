import { DataType } from "node-opcua";
import { listenToUnits } from "../../scripts/soak/unit-listener.ts";
import { syntheticDefects } from "../../src/cameras/synthetic/options.ts";
import { startPlantRun } from "../support/plant-run.ts";

// The whole way: a client starts it, a second vision process sees the same units, and the tags say how they compare.
test("a recipe looks along on the running line, agrees with itself, and leaves no trace in the record", async () => {
  await using plant = await startPlantRun([
    {
      id: "LINE-01",
      trigger: { type: "timer", unitsPerMinute: 120 },
      cameras: [{ id: "CAM-01", type: "synthetic" }],
      recipe: "SNACK-BAG",
      deadlineMs: 2_000,
      defectClasses: [...syntheticDefects],
    },
  ]);
  await using listener = await listenToUnits(plant.endpoint, "LINE-01", { giveUpMs: 60_000 });
  const { session } = listener;
  const shadow = "ns=3;s=LINE-01/Recipes/Shadow";
  const call = async (method: string, ...texts: string[]) => {
    const result = await session.call({
      objectId: shadow,
      methodId: `${shadow}/${method}`,
      inputArguments: texts.map((value) => ({ dataType: DataType.String, value })),
    });
    return result.statusCode.name;
  };
  const read = async (name: string) => (await session.read({ nodeId: `${shadow}/${name}` })).value.value;
  expect(await call("StartShadow", "NONE")).toBe("BadInvalidArgument");
  expect(await call("StartShadow", "SNACK-BAG")).toBe("Good");
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 45_000; !(await condition()); await new Promise((r) => setTimeout(r, 200)))
      if (Date.now() > end) throw new Error(`waited too long: ${await read("Status")}`);
  };
  await until(async () => Number(await read("Units")) >= 10);
  expect(await read("Running")).toBe(true);
  expect(await read("Differences")).toBe(0);
  expect(await call("StopShadow")).toBe("Good");
  await until(async () => (await read("Running")) === false);
  expect(plant.entries().filter(({ entry }) => entry.kind === "late")).toEqual([]);
  const sequences = plant.units().map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, n) => n + 1));
}, 120_000);
