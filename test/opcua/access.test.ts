import { once } from "node:events";
import { connect } from "node:net";
import { AnonymousIdentityToken, AttributeIds, DataType, OPCUACertificateManager, OPCUAClient } from "node-opcua";
import { createInspectionServer, type InspectionServer } from "../../src/opcua/server.ts";
import { silentLog } from "../../src/platform/log.ts";
import { foldStations, snapshotName, toSnapshot } from "../../src/projections/station-state.ts";
import { createMemoryLedger } from "../support/memory-ledger.ts";
import { aDraft, aTime, aUnit } from "../support/units.ts";
import { aPkiFolder, aRig, aSetup, monitorEvents, until } from "./support/rig.ts";

let pki: ReturnType<typeof aPkiFolder>;
beforeAll(() => {
  pki = aPkiFolder();
});
afterAll(() => pki[Symbol.dispose]());

const lot = {
  nodeId: "ns=3;s=LINE-01/Context/Request/Lot",
  attributeId: AttributeIds.Value,
  value: { value: { dataType: DataType.String, value: "L" } },
};
const alarm = "ns=3;s=LINE-01/Alarms/CameraLost";
const endLot = {
  objectId: "ns=3;s=LINE-01/Context",
  methodId: "ns=3;s=LINE-01/Context/EndLot",
  inputArguments: [
    { dataType: DataType.Int32, value: 0 },
    { dataType: DataType.UInt32, value: 0 },
    { dataType: DataType.UInt32, value: 0 },
  ],
};

// `--listen` opens the demo to a network: whoever finds it may look, and nothing else.
test("an anonymous reader reads and subscribes, and is refused calls and writes", async () => {
  await using rig = await aRig(pki.path, { anonymous: "read" });
  expect((await rig.session.call(endLot)).statusCode.name).toBe("BadUserAccessDenied");
  // Alarms are for operators: who may only read may not silence one either (OPC 10000-9 §5.8.17).
  for (const methodId of ["i=9028", "i=2948"])
    expect((await rig.session.call({ objectId: alarm, methodId })).statusCode.name).toBe("BadUserAccessDenied");
  expect((await rig.session.write(lot)).name).toBe("BadUserAccessDenied");
  expect(rig.commands).toEqual([]);
  const subscription = await rig.subscribe();
  const { got } = await monitorEvents(subscription, ["2:Sequence"], 0);
  // To see which alarms stand is reading.
  const inputArguments = [{ dataType: DataType.UInt32, value: subscription.subscriptionId }];
  const refreshed = await rig.session.call({ objectId: "i=2782", methodId: "i=3875", inputArguments });
  expect(refreshed.statusCode.name).toBe("Good");
  await until(() => got.length === 2);
  got.length = 0;
  rig.ledger.append(aDraft("unit", aUnit()));
  rig.server.nudge();
  await until(() => got.length === 1);
}, 30_000);

// The address space is filled before anyone can ask; what is in the ledger already is history, not news.
test("after a restart the values are there and old entries raise no events", async () => {
  const units = Array.from({ length: 50 }, (_, i) =>
    aDraft("unit", aUnit({ sequence: i + 1, triggeredAt: aTime + i }), aTime + i),
  );
  await using rig = await aRig(
    pki.path,
    {},
    {
      prepare(ledger) {
        const committed = ledger.append(...units.slice(0, 30));
        ledger.snapshot(snapshotName, toSnapshot(committed.reduce(foldStations, {})));
        ledger.append(...units.slice(30));
      },
    },
  );
  expect((await rig.read("Statistics/Total/UnitCount")).value.value).toBe(50);
  expect((await rig.read("LastUnit/Sequence")).value.value).toBe(50);
  const { got } = await monitorEvents(await rig.subscribe(), ["2:Sequence"], 0);
  rig.ledger.append(aDraft("unit", aUnit({ sequence: 51, triggeredAt: aTime + 99 }), aTime + 99));
  rig.server.nudge();
  await until(() => got.length > 0);
  expect(got.map(([v]) => v!.value)).toEqual([51]);
}, 30_000);

// FACTS: orphaned subscriptions and hour-long sessions fill the memory with nobody connected.
test("a client is held to the limits, and told so", async () => {
  await using rig = await aRig(pki.path);
  const client = OPCUAClient.create({
    endpointMustExist: false,
    requestedSessionTimeout: 3_600_000,
    clientCertificateManager: new OPCUACertificateManager({ rootFolder: pki.path }),
  });
  await client.connect(rig.server.endpoints[0]!);
  const session = await client.createSession();
  expect(session.timeout).toBeLessThanOrEqual(120_000);
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 1_000,
    requestedLifetimeCount: 100_000,
    requestedMaxKeepAliveCount: 100,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 0,
  });
  expect(subscription.publishingInterval * subscription.lifetimeCount).toBeLessThanOrEqual(120_000);
  await session.close();
  await client.disconnect();
}, 30_000);

// A port scanner, or a client that hangs before its session, keeps one of the connections for 180 s otherwise.
test("a connection that never gets a session is cut; one with a session stays", async () => {
  await using rig = await aRig(pki.path, {}, { idleSocketMs: 1_500 });
  const { port } = new URL(rig.server.endpoints[0]!);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "close");
  expect((await rig.read("Status/SoftwareVersion")).value.value).toBe("0.1.0");
}, 30_000);

test("a port in use is refused in words that tell what to do", async () => {
  await using rig = await aRig(pki.path);
  const { port } = new URL(rig.server.endpoints[0]!);
  await expect(aRig(pki.path, { port: Number(port) })).rejects.toMatchObject({
    code: "EADDRINUSE",
    message: expect.stringContaining(`port ${port} on 127.0.0.1 is in use`),
  });
  await expect(aRig(pki.path, { host: "192.0.2.1" })).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
}, 30_000);

describe("without anonymous access", () => {
  let closed: InspectionServer;
  beforeAll(async () => {
    closed = await createInspectionServer(aSetup({ pkiFolder: pki.path, anonymous: "off" }), {
      reader: createMemoryLedger().reader,
      commands: { request: () => Promise.reject(), answered: () => undefined },
      log: silentLog,
      onFailure: () => undefined,
    });
  }, 30_000);
  afterAll(() => closed[Symbol.asyncDispose]());

  // A client that keeps to what is offered gives up by itself; these send a token all the same (OPC 10000-4 §5.7.3.2).
  test.each([
    ["an anonymous token", new AnonymousIdentityToken({ policyId: "anonymous" })],
    ["an anonymous token without a policy", new AnonymousIdentityToken({ policyId: null })],
  ])("nobody gets a session: %s", async (_, userIdentityToken) => {
    const client = OPCUAClient.create({
      endpointMustExist: false,
      clientCertificateManager: new OPCUACertificateManager({ rootFolder: pki.path }),
      connectionStrategy: { maxRetry: 0 },
    });
    type Give = (
      error: null,
      token: { readonly userIdentityToken: unknown; readonly userTokenSignature: object },
    ) => void;
    Object.assign(client, {
      createUserIdentityToken: (_context: unknown, _user: unknown, give: Give) =>
        give(null, { userIdentityToken, userTokenSignature: {} }),
    });
    await client.connect(closed.endpoints[0]!);
    await expect(client.createSession()).rejects.toThrow("BadIdentityToken");
    await client.disconnect();
  });
});
