import { AttributeIds, BrowseDirection, NodeClass, type NodeId } from "node-opcua";
import type { LineState } from "../../src/domain/line-state.ts";
import { aContext, aDraft, aTime, aUnit } from "../support/units.ts";
import { aPkiFolder, aRig, aSetup, type Rig, someVitals, until } from "./support/rig.ts";

let pki: ReturnType<typeof aPkiFolder>;
let rig: Rig;
beforeAll(async () => {
  pki = aPkiFolder();
  const [station] = aSetup().stations;
  rig = await aRig(pki.path, {
    stations: [
      {
        ...station!,
        nameplate: { ...station!.nameplate, yearOfConstruction: 2025, location: "Hall 4", assetId: "A-17" },
        cameraNameplates: { "CAM-01": { manufacturer: "Basler", serialNumber: "40123456" } },
      },
    ],
  });
}, 60_000);
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const read = (path: string) => rig.read(`MachineryBuildingBlocks/${path}`);
const value = async (path: string) => (await read(path)).value.value;
let at = aTime;
/** Puts the line into a state, a second later. */
async function line(state: LineState): Promise<void> {
  at += 1_000;
  rig.ledger.append(aDraft("state", { state, reason: "", from: "unknown" }, at));
  rig.server.nudge();
  await until(async () => (await rig.read("Ledger/EntryCount")).value.value === rig.ledger.reader.head.offset);
}

// OPC 40001-1: a client finds a machine's building blocks by HasAddIn and the browse names that their types ask for.
test("the building blocks are AddIns under their standard names", async () => {
  const { references } = await rig.session.browse({
    nodeId: "ns=3;s=LINE-01/MachineryBuildingBlocks",
    referenceTypeId: "HasAddIn",
    browseDirection: BrowseDirection.Forward,
    resultMask: 63,
  });
  expect(references?.map(({ browseName }) => browseName.toString()).sort()).toEqual([
    "4:Identification",
    "4:OperationCounters",
    "6:Components",
    "6:MachineryItemState",
    "6:MachineryOperationMode",
    "6:Monitoring",
    "7:ResultManagement",
    "9:JobManagement",
  ]);
});

test("the nameplate shows what was configured, and has no node for what nobody said", async () => {
  expect((await rig.read("Identification/YearOfConstruction")).value.value).toBe(2025);
  expect((await rig.read("Identification/Location")).value.value).toBe("Hall 4");
  expect((await rig.read("Identification/AssetId")).value.value).toBe("A-17");
  expect((await rig.read("Identification/HardwareRevision")).statusCode.name).toBe("BadNodeIdUnknown");
});

// OPC 40001-1: parts of a machine are components with an Identification; who replaces a camera looks for its number there.
test("a camera with a nameplate is a component of the machine", async () => {
  const identification = "Components/CAM-01/Identification";
  expect((await value(`${identification}/Manufacturer`)).text).toBe("Basler");
  expect(await value(`${identification}/SerialNumber`)).toBe("40123456");
  expect((await read(`${identification}/Model`)).statusCode.name).toBe("BadNodeIdUnknown");
});

// OPC 10000-16 §4.4.5: CurrentState/Id is the NodeId of a state of the type, so that clients need not compare texts.
test("MachineryItemState follows the line and names states and transitions of its type", async () => {
  for (const [state, name, number] of [
    ["starting", "NotExecuting", 2],
    ["running", "Executing", 3],
    ["starved", "NotExecuting", 2],
    ["faulted", "OutOfService", 1],
  ] as const) {
    await line(state);
    expect((await value("MachineryItemState/CurrentState")).text).toBe(name);
    expect(await value("MachineryItemState/CurrentState/Number")).toBe(number);
    const id: NodeId = await value("MachineryItemState/CurrentState/Id");
    const shown = await rig.session.read({ nodeId: id, attributeId: AttributeIds.BrowseName });
    expect(shown.value.value.toString()).toBe(`6:${name}`);
  }
  expect((await value("MachineryItemState/LastTransition")).text).toBe("FromNotExecutingToOutOfService");
  expect((await value("MachineryItemState/LastTransition/TransitionTime")).getTime()).toBe(at);
  expect(await value("MachineryItemState/AvailableStates")).toHaveLength(4);
});

test("MachineryOperationMode follows the run and the maintenance of the line", async () => {
  await line("running");
  expect((await value("MachineryOperationMode/CurrentState")).text).toBe("Processing");
  at += 1_000;
  rig.ledger.append(
    aDraft("context", { context: aContext({ runType: "trial" }), fromSequence: 1, wasPending: false }, at),
  );
  await line("starved");
  expect((await value("MachineryOperationMode/CurrentState")).text).toBe("Setup");
  expect((await value("MachineryOperationMode/LastTransition")).text).toBe("FromProcessingToSetup");
  expect((await value("MachineryOperationMode/LastTransition/TransitionTime")).getTime()).toBe(at - 1_000);
  await line("maintenance");
  expect((await value("MachineryOperationMode/CurrentState")).text).toBe("Maintenance");
});

test("operation counters count cycles and go on between two entries", async () => {
  await line("running");
  rig.ledger.append(aDraft("unit", aUnit({ triggeredAt: at }), at), aDraft("unit", aUnit({ unitKind: "absent" }), at));
  await line("running");
  expect(await value("OperationCounters/OperationCycleCounter")).toBe(2);
  const before = await value("OperationCounters/OperationDuration");
  rig.server.tell(someVitals({ stationTime: at + 60_000 }));
  expect(await value("OperationCounters/OperationDuration")).toBe(before + 60_000);
  expect(await value("OperationCounters/PowerOnDuration")).toBeGreaterThan(before + 60_000);
});

// A disk that takes nothing is known to the core only; the machine must not read as executing then.
test("what LineStatus says without an entry, the machine's state and health say too", async () => {
  rig.server.tell(someVitals({ stationTime: at + 61_000, storageFault: "disk full" }));
  expect((await value("MachineryItemState/CurrentState")).text).toBe("OutOfService");
  expect(await value("Monitoring/Health/DeviceHealth")).toBe(1);
  // No entry tells of it, so how and when it came is not known: the machine's last change by the record was another one.
  for (const part of ["", "/Id", "/TransitionTime"])
    expect((await read(`MachineryItemState/LastTransition${part}`)).statusCode.name).toBe("BadNoData");
  expect((await value("MachineryOperationMode/LastTransition")).text).toBe("FromMaintenanceToSetup");
  const status = await rig.session.browse({
    nodeId: "ns=3;s=LINE-01/MachineryBuildingBlocks/Monitoring/Status",
    browseDirection: BrowseDirection.Forward,
    nodeClassMask: NodeClass.Object,
  });
  expect(status.references?.map(({ nodeId }) => nodeId.toString())).toContain(
    "ns=3;s=LINE-01/MachineryBuildingBlocks/MachineryItemState",
  );
});
