import { type ClientSession, DataType, type Variant } from "node-opcua";
import { createShiftCalendar, weekdays } from "../../src/domain/shift-calendar.ts";
import { fail, pass } from "../support/line.ts";
import { aLineRig, type LineRig } from "./support/line-rig.ts";
import { aPkiFolder, monitorEvents, until } from "./support/rig.ts";

/** The line's clock begins at 2025-01-14T09:32Z. */
const shifts = createShiftCalendar({
  timeZone: "Europe/Berlin",
  shifts: [
    { id: "EARLY", start: "06:00", days: weekdays },
    { id: "LATE", start: "14:00", days: weekdays },
  ],
});
const context = { owner: "mes", lotMarkers: true } as const;
const pki = aPkiFolder();
let it_: LineRig;
let session: ClientSession;
beforeAll(async () => {
  it_ = await aLineRig(pki.path, undefined, { line: { context, shifts } });
  session = it_.rig.session;
}, 30_000);
afterAll(async () => {
  await it_[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const text = (value: string) => ({ dataType: DataType.String, value });
const uint = (value: number) => ({ dataType: DataType.UInt32, value });
const int = (value: number) => ({ dataType: DataType.Int32, value });
interface Said {
  readonly lot: string;
  readonly recipe?: string;
  readonly runType?: number;
  readonly mode?: number;
  readonly trigger?: number;
}
async function setContext({ lot, recipe = "", runType = 0, mode = 0, trigger = 0 }: Said) {
  const result = await session.call({
    objectId: "ns=3;s=LINE-01/Context",
    methodId: "ns=3;s=LINE-01/Context/SetContext",
    inputArguments: [
      ...["PO", lot, "", recipe, "", ""].map(text),
      uint(0),
      int(runType),
      int(mode),
      uint(trigger),
      uint(0),
    ],
  });
  await it_.shown();
  return {
    status: result.statusCode.name,
    state: result.outputArguments?.[2]?.value as number | undefined,
    wrong: result.inputArgumentResults?.flatMap((code, n) => (code.isGood() ? [] : [[n, code.name]])),
  };
}
const read = async (path: string) => {
  const { statusCode, value } = await it_.rig.read(path);
  return statusCode.isGood() ? value.value : statusCode.name;
};
async function unit(verdict = pass): Promise<void> {
  it_.t.unit(verdict);
  await it_.shown();
}

describe("a context for later", () => {
  test("after a gap: shown with its expiry until the first unit after it", async () => {
    await unit();
    expect(await setContext({ lot: "L-GAP", mode: 3, trigger: 5 })).toMatchObject({ status: "Good", state: 1 });
    expect(await read("Context/Pending")).toBe("lot L-GAP after a gap of 5 s");
    expect((await read("Context/PendingExpiresAt")).getTime()).toBe(it_.t.line.time.now() + 60_000);
    expect(await setContext({ lot: "L-X", mode: 1, trigger: 900 })).toMatchObject({ status: "BadInvalidState" });
    await unit();
    expect(await read("Context/Lot")).toBe("");
    it_.t.clock.advance(5_000);
    await unit();
    expect([await read("Context/Lot"), await read("Context/Pending"), await read("Context/PendingExpiresAt")]).toEqual([
      "L-GAP",
      "",
      "BadNoData",
    ]);
  });

  test("at the lot marker", async () => {
    expect(await setContext({ lot: "L-MARK", mode: 2 })).toMatchObject({ status: "Good", state: 1 });
    await unit();
    expect(await read("Context/Lot")).toBe("L-GAP");
    it_.t.line.lotMarker();
    await it_.shown();
    expect(await read("Context/Lot")).toBe("L-MARK");
  });

  test("dropped when its time is over", async () => {
    await setContext({ lot: "L-LATE", mode: 1, trigger: 900 });
    expect(await read("Context/Pending")).toBe("lot L-LATE at trigger 900");
    it_.t.clock.advance(61_000);
    it_.t.line.tick();
    await it_.shown();
    expect([await read("Context/Pending"), await read("Context/Lot")]).toEqual(["", "L-MARK"]);
  });
  // Saying what runs now is not saying what comes next; emptying everything is.
  test("stays when a context is set at once, and goes with ClearContext", async () => {
    expect(await setContext({ lot: "L-LATER", mode: 2 })).toMatchObject({ status: "Good", state: 1 });
    expect(await setContext({ lot: "L-NOW" })).toMatchObject({ status: "Good", state: 0 });
    expect([await read("Context/Lot"), await read("Context/Pending")]).toEqual([
      "L-NOW",
      expect.stringContaining("L-LATER"),
    ]);
    const { statusCode } = await session.call({
      objectId: "ns=3;s=LINE-01/Context",
      methodId: "ns=3;s=LINE-01/Context/ClearContext",
      inputArguments: [int(0), uint(0), uint(0)],
    });
    await it_.shown();
    expect([statusCode.name, await read("Context/Lot"), await read("Context/Pending")]).toEqual(["Good", "", ""]);
  });
});

// One answer must be enough to mend the call (OPC 10000-4 §5.12.2: one result per input argument).
describe("wrong arguments", () => {
  const [lot, recipe, runType, mode, trigger] = [1, 3, 7, 8, 9];
  test("are all named at once, codes without a meaning too", async () => {
    expect(await setContext({ lot: "", recipe: "NO", runType: 7, mode: 3, trigger: 0 })).toEqual({
      status: "BadInvalidArgument",
      state: undefined,
      wrong: [
        [lot, "BadInvalidArgument"],
        [recipe, "BadInvalidArgument"],
        [runType, "BadOutOfRange"],
        [trigger, "BadOutOfRange"],
      ],
    });
    expect((await setContext({ lot: " x", mode: 9 })).wrong).toEqual([
      [lot, "BadInvalidArgument"],
      [mode, "BadOutOfRange"],
    ]);
  });

  // OPC 10000-4 §5.12.2 and §7.33: operation level, LocalizedText 0x40 and AdditionalInfo 0x80.
  test("are told in words to a client that asks for diagnostics", async () => {
    const { diagnosticStrings, results } = await session.callWithDiagnostics(
      [
        {
          objectId: "ns=3;s=LINE-01/Context",
          methodId: "ns=3;s=LINE-01/Context/StartLot",
          inputArguments: [text(""), int(9), uint(0), uint(0)],
        },
      ],
      0x40 | 0x80,
    );
    expect(diagnosticStrings[0]?.localizedText).toMatch(/nothing was changed: lot is empty; .*effectiveMode must be 0/);
    expect(results[0]!.inputArgumentDiagnosticInfos?.map((info) => info?.additionalInfo)).toEqual([
      expect.stringMatching(/empty/),
      expect.stringMatching(/must be 0 \(next unit\)/),
      null,
      null,
    ]);
  });
  test("a trigger that has passed would wait for the ids to come round", async () => {
    expect((await setContext({ lot: "L", mode: 1, trigger: 1 })).wrong).toEqual([[trigger, "BadOutOfRange"]]);
    expect(await read("Context/Pending")).toBe("");
  });
});

// What a quality manager signs: the lot's numbers add up, and where in the chain that was so.
test("a lot's end tells that its counts agree with its sequences, and the head of the chain", async () => {
  await setContext({ lot: "L-SUM" });
  const subscription = await it_.rig.subscribe();
  const fields = [
    "Lot",
    "UnitCount",
    "PassCount",
    "FailCount",
    "FirstSequence",
    "LastSequence",
    "Reconciled",
    "HeadHash",
  ];
  const { got } = await monitorEvents(subscription, ["EventType", ...fields.map((name) => `2:${name}`)], 0);
  await unit();
  await unit(fail);
  const last = it_.t.ledger.committed.at(-1)!.hash;
  await setContext({ lot: "L-NEXT" });
  const ended = (): Variant[] | undefined => got.find((event) => event[7]!.value !== null);
  await until(() => ended() !== undefined);
  const { sequence } = it_.t.line.state;
  expect(
    ended()!
      .slice(1)
      .map(({ value }) => value),
  ).toEqual(["L-SUM", 2, 1, 1, sequence - 1, sequence, true, last]);
  await subscription.terminate();
});

test("the shift calendar says which shift it is, and begins its counts anew at the boundary", async () => {
  expect([
    await read("Context/Shift"),
    await read("Statistics/Shift/Name"),
    await read("Statistics/Shift/ProductionDay"),
  ]).toEqual(["EARLY", "EARLY", "2025-01-14"]);
  const boundary = Date.UTC(2025, 0, 14, 13); // 14:00 in Berlin
  const subscription = await it_.rig.subscribe();
  const { got } = await monitorEvents(subscription, ["2:Shift", "2:StartedAt", "2:ProductionDay"], 0);
  it_.t.clock.stall(boundary - it_.t.clock.wall() + 1_000);
  it_.t.line.tick();
  await it_.shown();
  await until(() => got.some(([shift]) => shift!.value === "LATE"));
  expect(got.find(([shift]) => shift!.value === "LATE")!.map(({ value }) => value)).toEqual([
    "LATE",
    new Date(boundary),
    "2025-01-14",
  ]);
  await unit();
  expect([
    await read("Context/Shift"),
    (await read("Statistics/Shift/StartedAt")).getTime(),
    await read("Statistics/Shift/UnitCount"),
  ]).toEqual(["LATE", boundary, 1]);
  await subscription.terminate();
});
