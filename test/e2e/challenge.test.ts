import { join } from "node:path";
import { DataType } from "node-opcua";
import { listenToUnits } from "../../scripts/soak/unit-listener.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { startPlantRun } from "../support/plant-run.ts";

const recipe = {
  recipe: "CHALLENGED",
  version: 1,
  title: "Snack bag with its code",
  cameras: {
    "CAM-01": {
      picture: { width: 640, height: 512, channels: 3 },
      zones: { seals: [152, 28, 336, 456], code: [379, 358, 70, 70] },
      steps: [
        { step: "anomaly", model: "snack-bag@2", zones: { seals: "SEAL_TORN" } },
        { step: "read-code", zone: "code", symbologies: ["Data Matrix"], unitId: "text", unreadable: "invalid" },
      ],
    },
  },
  classes: { SEAL_TORN: { reject: 0.5 } },
};
/** Where the piece comes on the simulated belt: late enough for a client to connect and arm on a busy machine. */
const unitOfPiece = 60;

// The whole way: a piece on the belt among good units, known by the code that a camera reads, found by a model, told to a client.
test("a test piece among the product is recognised by its code, found, and kept out of the counts", async () => {
  const pieces = [{ id: "TEST-METAL-1", class: "SEAL_TORN" }];
  await using plant = await startPlantRun(
    [
      {
        id: "LINE-01",
        trigger: { type: "timer", unitsPerMinute: 240 },
        cameras: [
          {
            id: "CAM-01",
            type: "synthetic",
            goodOnly: true,
            absentRate: 0,
            testPieces: [{ unit: unitOfPiece, code: "TEST-METAL-1", defect: "SEAL_TORN" }],
          },
        ],
        recipe: "CHALLENGED",
        defectClasses: ["SEAL_TORN", "WRONG_PRODUCT", "CODE_UNREADABLE"],
        challenges: { pieces, everyHours: 8 },
      },
    ],
    { "CHALLENGED@1": recipe },
  );
  await plant.until(() => plant.units().length > 0);
  const client = await listenToUnits(plant.endpoint, "LINE-01", { giveUpMs: 60_000, publishingInterval: 200 });
  const objectId = "ns=3;s=LINE-01/Challenge";
  const read = async (path: string) => (await client.session.read({ nodeId: `ns=3;s=LINE-01/${path}` })).value.value;
  const call = (method: string, ...inputArguments: object[]) =>
    client.session.call({ objectId, methodId: `${objectId}/${method}`, inputArguments });
  const text = (value: string) => ({ dataType: DataType.String, value });

  expect(await read("Challenge/Overdue")).toBe(true);
  const armed = await call(
    "ArmChallenge",
    text("TEST-METAL-1"),
    text(""),
    { dataType: DataType.Int32, value: 0 },
    { dataType: DataType.UInt32, value: 120 },
  );
  expect(armed.statusCode.name).toBe("Good");
  const told = () => plant.entries().flatMap(({ entry }) => (entry.kind === "challenge" ? [entry.body] : []));
  await plant.until(() => told().length > 1);
  expect(told().map(({ event, challenge: { reason } }) => [event, reason])).toEqual([
    ["armed", undefined],
    ["passed", undefined],
  ]);
  expect((await call("SignOffChallenge", armed.outputArguments![0]!, text("seen"))).statusCode.name).toBe("Good");
  expect(await read("Challenge/LastResult")).toBe("passed");
  expect(await read("Challenge/Overdue")).toBe(false);
  await client[Symbol.asyncDispose]();

  const units = plant.units();
  const challenged = units.filter(({ unitKind }) => unitKind === "challenge");
  expect(challenged).toMatchObject([{ unitId: "TEST-METAL-1", verdict: { kind: "fail" }, rejectRequested: true }]);
  expect(told()[1]!.challenge).toMatchObject({ unit: { sequence: challenged[0]!.sequence }, found: ["SEAL_TORN"] });
  plant.run.process.kill("SIGTERM");
  expect(await plant.run.ended).toBe(0);
  expect((await verifyLedger(join(plant.data, "ledger"))).ok).toBe(true);
}, 120_000);
