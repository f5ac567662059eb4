import {
  AttributeIds,
  type CallMethodResult,
  constructEventFilter,
  DataType,
  HistoryReadRequest,
  ReadEventDetails,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
import { challengeFields } from "../../nodeset/challenge.ts";
import { type ChallengeRules, noChallenges } from "../../src/domain/challenge.ts";
import { fail, pass } from "../support/line.ts";
import { aLineRig, type LineRig } from "./support/line-rig.ts";
import { aPkiFolder, monitor, until } from "./support/rig.ts";

const challenges: ChallengeRules = {
  ...noChallenges,
  pieces: [{ id: "TEST-1", class: "ANOMALY" }],
  defectClasses: ["ANOMALY", "OTHER"],
  schedule: { every: "interval", ms: 3_600_000 },
};
let pki: ReturnType<typeof aPkiFolder>;
let it_: LineRig;
beforeAll(async () => {
  pki = aPkiFolder();
  it_ = await aLineRig(pki.path, undefined, { line: { challenges }, station: { challenges } });
}, 60_000);
afterAll(async () => {
  await it_[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const path = "ns=3;s=LINE-01/Challenge";
const value = async (name: string) => {
  const { value: variant, statusCode } = await it_.rig.read(`Challenge/${name}`);
  return statusCode.isGood() ? variant.value : statusCode.name;
};
/** A call, with the line's turn: the fake clock's line does nothing by itself. */
async function call(method: string, ...inputs: { dataType: DataType; value: unknown }[]): Promise<CallMethodResult> {
  const result = await it_.rig.session.call({ objectId: path, methodId: `${path}/${method}`, inputArguments: inputs });
  await it_.shown();
  return result;
}
const text = (t: string) => ({ dataType: DataType.String, value: t });
const arm = (pieceId: string, expectedClass: string, recognition: number, seconds = 0) =>
  call(
    "ArmChallenge",
    text(pieceId),
    text(expectedClass),
    { dataType: DataType.Int32, value: recognition },
    { dataType: DataType.UInt32, value: seconds },
  );
async function unit(unitId: string, verdict = pass): Promise<void> {
  const { t } = it_;
  t.judge(t.unit(), verdict, "CAM-01", { unitId });
  t.clock.advance(1_000);
  t.line.tick();
  await it_.shown();
}

// What an auditor sees of it: a piece that was sent, found among the product, and a person's signature, live and afterwards.
test("a challenge from arming to signature: nodes, counts and events, and history says the same", async () => {
  const names = ["EventId", "Time", "Message", "Severity", ...Object.keys(challengeFields).map((name) => `2:${name}`)];
  const filter = constructEventFilter(names);
  const subscription = await it_.rig.subscribe();
  const parameters = { queueSize: 0, samplingInterval: 0, discardOldest: true, filter };
  const { got } = await monitor<Variant[]>(subscription, "ns=3;s=LINE-01", parameters, AttributeIds.EventNotifier);
  const ofChallenges = (rows: readonly Variant[][]) =>
    rows.map((row) => row.map((v) => v.value)).filter((row) => row[4] !== null && row[4] !== undefined);

  await unit("00001");
  expect([await value("Armed"), await value("LastResult"), await value("Overdue")]).toEqual([false, "BadNoData", true]);

  const armed = await arm("TEST-1", "", 0, 60);
  expect([armed.statusCode.name, armed.outputArguments![0]!.value]).toEqual(["Good", "TEST-1/1"]);
  expect([await value("Armed"), await value("PieceId"), await value("ExpectedClass")]).toEqual([
    true,
    "TEST-1",
    "ANOMALY",
  ]);

  await unit("00002", fail);
  await unit("TEST-1", fail);
  await unit("00003");
  expect([await value("Armed"), await value("LastResult"), await value("Overdue"), await value("UnsignedIds")]).toEqual(
    [false, "passed", false, "TEST-1/1"],
  );
  expect((await value("NextDueTime")).getTime() - it_.t.ledger.of("unit")[2]!.body.triggeredAt).toBe(3_600_000);
  const total = async (name: string) => (await it_.rig.read(`Statistics/Total/${name}`)).value.value;
  expect([await total("UnitCount"), await total("FailCount"), await total("ChallengeCount")]).toEqual([3, 1, 1]);

  expect((await call("SignOffChallenge", text("TEST-1/1"), text("seen"))).statusCode.name).toBe("Good");
  expect(await value("UnsignedIds")).toBe("");

  await until(() => ofChallenges(got).length >= 3);
  const live = ofChallenges(got);
  const column = (name: string) => live.map((row) => row[names.indexOf(name)]);
  expect(column("2:ChallengeState")).toEqual(["armed", "passed", "signedOff"]);
  expect(column("2:FoundClasses")).toEqual([null, "ANOMALY", "ANOMALY"]);
  // Nobody has seen it leave the line; the record does not pretend.
  expect(column("2:Ejected")).toEqual([null, "notConfirmed", "notConfirmed"]);
  expect(column("2:Comment")).toEqual(["", "", "seen"]);

  const { results } = await it_.rig.session.historyRead(
    new HistoryReadRequest({
      historyReadDetails: new ReadEventDetails({
        numValuesPerNode: 0,
        filter,
        startTime: new Date(it_.t.clock.wall() - 3_600_000),
        endTime: new Date(it_.t.clock.wall() + 1_000),
      }),
      timestampsToReturn: TimestampsToReturn.Both,
      nodesToRead: [{ nodeId: "ns=3;s=LINE-01" }],
    }),
  );
  const { events } = results![0]!.historyData as unknown as { events: { eventFields: Variant[] }[] };
  expect(ofChallenges(events.map(({ eventFields }) => eventFields))).toEqual(live);
  await subscription.terminate();
});

test("everything that is wrong with a call is told at its place (OPC 10000-4 §5.12.2)", async () => {
  const wrong = await arm("TEST-9", "NOTHING", 7, 5);
  expect([wrong.statusCode.name, wrong.inputArgumentResults!.map((s) => s.name)]).toEqual([
    "BadInvalidArgument",
    ["BadInvalidArgument", "BadInvalidArgument", "BadOutOfRange", "BadOutOfRange"],
  ]);
  expect((await arm("TEST-1", "", 2)).statusCode.name).toBe("BadNotSupported");
  expect((await arm("TEST-1", "", 1)).statusCode.name).toBe("BadInvalidState"); // a unit has just passed
  expect((await call("CancelChallenge")).statusCode.name).toBe("BadInvalidState");
  const unknown = await call("SignOffChallenge", text("TEST-1/9"), text("a\u0000"));
  expect(unknown.inputArgumentResults!.map((s) => s.name)).toEqual(["BadInvalidArgument", "BadInvalidArgument"]);
  expect(await value("Armed")).toBe(false);
});
