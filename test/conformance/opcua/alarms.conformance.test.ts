import {
  AttributeIds,
  type CallMethodResult,
  type ClientSubscription,
  constructEventFilter,
  DataType,
  EventFilter,
  HistoryReadRequest,
  ReadEventDetails,
  ReadRawModifiedDetails,
  SimpleAttributeOperand,
  TimestampsToReturn,
  type Variant,
  type VariantOptions,
} from "node-opcua";
import { type AlarmName, alarmNames } from "../../../src/domain/alarm.ts";
import { begun, ended, quietCondition } from "../../../src/domain/condition.ts";
import type { EntryDraft } from "../../../src/domain/ledger-entry.ts";
import { monitor, until } from "../../opcua/support/rig.ts";
import { type Conformance, conformance } from "./support.ts";

const station = "ns=3;s=LINE-01";
const condition = (alarm: AlarmName) => `${station}/Alarms/${alarm}`;
const conditionType = "i=2782";

/** Mandatory fields of BaseEventType, ConditionType, AcknowledgeableConditionType and AlarmConditionType, and ours. */
const names = [
  "EventId",
  "EventType",
  "SourceNode",
  "SourceName",
  "Time",
  "ReceiveTime",
  "LocalTime",
  "Message",
  "Severity",
  "ConditionClassId",
  "ConditionClassName",
  "ConditionName",
  "BranchId",
  "Retain",
  "EnabledState",
  "EnabledState.Id",
  "EnabledState.TransitionTime",
  "Quality",
  "Quality.SourceTimestamp",
  "LastSeverity",
  "Comment",
  "ClientUserId",
  "AckedState",
  "AckedState.Id",
  "ConfirmedState.Id",
  "ActiveState",
  "ActiveState.Id",
  "ActiveState.TransitionTime",
  "InputNode",
  "SuppressedState.Id",
  "SuppressedOrShelved",
  "ShelvingState.CurrentState",
  "ShelvingState.CurrentState.Id",
  "MaxTimeShelved",
  "NormalState",
  "2:StationId",
  "2:RecordHash",
  "2:Reason",
  "2:Value",
  "2:Limit",
  "2:Unit",
  "2:OperatorAction",
] as const;
/** Never set by what the test does. */
const mayBeNull = new Set(["EnabledState.TransitionTime"]);
const filter = () =>
  new EventFilter({
    selectClauses: [
      new SimpleAttributeOperand({
        typeDefinitionId: conditionType,
        browsePath: [],
        attributeId: AttributeIds.NodeId,
      }),
      ...constructEventFilter([...names]).selectClauses!,
    ],
  });

/** StorageLow begins, and ends a second later. */
function story(from: number): EntryDraft[] {
  const finding = { reason: "900 MB are free", value: 900, limit: 1_000, severity: 700 };
  const active = begun(quietCondition(700), finding, from);
  const base = { station: "LINE-01", kind: "alarm", by: "line" } as const;
  return [
    { ...base, time: from, body: { alarm: "StorageLow", event: "active", condition: active } },
    {
      ...base,
      time: from + 1_000,
      body: { alarm: "StorageLow", event: "inactive", condition: ended(active, "1300 MB are free", from + 1_000) },
    },
  ];
}

conformance("alarms and conditions", (the) => {
  const call = (objectId: string, methodId: string, ...inputArguments: VariantOptions[]) =>
    the().session.call({ objectId, methodId, inputArguments }) as Promise<CallMethodResult>;
  const uint32 = (value: number): VariantOptions => ({ dataType: DataType.UInt32, value });
  const subscribe = ({ session }: Conformance): Promise<ClientSubscription> =>
    session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 1,
    });
  const value = async (path: string) => (await the().session.read({ nodeId: `${station}/Alarms/${path}` })).value.value;
  const newestTime = () => Math.max(...the().subject.entries.map(({ time }) => time));

  test("every condition is the target of a HasCondition reference of its source (OPC 10000-9 §5.12)", async () => {
    const { references } = await the().session.browse({
      nodeId: station,
      referenceTypeId: "HasCondition",
      includeSubtypes: false,
      resultMask: 63,
    });
    expect(references!.map(({ nodeId }) => nodeId.toString()).toSorted()).toEqual(alarmNames.map(condition).toSorted());
  });

  test("what the ledger said before the server started is the state of the conditions (§5.5.2)", async () => {
    const last = the().subject.entries.findLast((e) => e.kind === "alarm" && e.body.alarm === "ClusterUndisposed");
    const { active, acked, reason } = (last as Extract<EntryDraft, { kind: "alarm" }>).body.condition;
    expect([
      await value("ClusterUndisposed/ActiveState/Id"),
      await value("ClusterUndisposed/AckedState/Id"),
      await value("ClusterUndisposed/Reason"),
    ]).toEqual([active, acked, reason]);
  });

  // Issue of every historian: live and read back later must be one and the same record (OPC 10000-11 §6.5.2).
  test("an alarm's event has every mandatory field, and history gives the same ones", async () => {
    const { session, subject, security } = the();
    // Once per way to connect, on one ledger: each at its own time.
    const from = newestTime() + (security === "None" ? 60_000 : 120_000);
    const subscription = await subscribe(the());
    const parameters = { queueSize: 0, samplingInterval: 0, discardOldest: true, filter: filter() };
    const { got } = await monitor<Variant[]>(subscription, "i=2253", parameters, AttributeIds.EventNotifier);
    await subject.append(...story(from));
    await until(() => got.length >= 2);
    const [conditionId, ...fields] = got[0]!;
    expect(conditionId!.value.toString()).toBe(condition("StorageLow"));
    const missing = names.filter((name, i) => fields[i]!.value === null && !mayBeNull.has(name));
    expect(missing).toEqual([]);

    const { results } = await session.historyRead(
      new HistoryReadRequest({
        historyReadDetails: new ReadEventDetails({
          startTime: new Date(from),
          endTime: new Date(from + 2_000),
          filter: filter(),
        }),
        timestampsToReturn: TimestampsToReturn.Both,
        nodesToRead: [{ nodeId: station }],
      }),
    );
    const read = (results![0]!.historyData as unknown as { events: { eventFields: Variant[] }[] }).events;
    expect(read.map((e) => e.eventFields.map((v) => v.toJSON()))).toEqual(got.map((e) => e.map((v) => v.toJSON())));
    await subscription.terminate();
  });

  test("the flat Active is historized: what turned it, and when (OPC 10000-11 §6.5.3)", async () => {
    const { session, subject, security } = the();
    const from = newestTime() + (security === "None" ? 180_000 : 240_000);
    await subject.append(...story(from));
    const { results } = await session.historyRead(
      new HistoryReadRequest({
        historyReadDetails: new ReadRawModifiedDetails({
          startTime: new Date(from),
          endTime: new Date(from + 2_000),
          numValuesPerNode: 0,
          returnBounds: false,
        }),
        timestampsToReturn: TimestampsToReturn.Both,
        nodesToRead: [{ nodeId: `${condition("StorageLow")}/Active` }],
      }),
    );
    const { dataValues } = results![0]!.historyData as unknown as {
      dataValues: { value: Variant; sourceTimestamp: Date }[];
    };
    expect(dataValues.map((v) => [v.value.value, v.sourceTimestamp.getTime() - from])).toEqual([
      [true, 0],
      [false, 1_000],
    ]);
  });

  test("methods: an EventId that never was, missing and wrong arguments, another object (OPC 10000-4 §5.12.2)", async () => {
    const { commands } = the().subject;
    const before = commands.length;
    const of = condition("StorageLow");
    const id: VariantOptions = { dataType: DataType.ByteString, value: Buffer.alloc(16) };
    const text: VariantOptions = { dataType: DataType.LocalizedText, value: { text: "seen", locale: "en" } };
    const status = async (...request: Parameters<typeof call>) => (await call(...request)).statusCode.name;
    expect(await status(of, "i=9111", id)).toBe("BadArgumentsMissing");
    expect(await status(of, "i=9111", id, text, text)).toBe("BadTooManyArguments");
    expect(await status(of, "i=9111", id, uint32(1))).toBe("BadInvalidArgument");
    expect(await status(station, "i=9111", id, text)).toBe("BadMethodInvalid");
    expect(await status("ns=3;s=LINE-01/Alarms/NoSuchAlarm", "i=9111", id, text)).toBe("BadNodeIdUnknown");
    expect(commands.length).toBe(before);
    // An EventId that never was reaches the line as "none of this alarm's", whatever it then answers.
    await call(of, "i=9111", id, text);
    expect(commands.at(-1)).toMatchObject({ kind: "acknowledgeAlarm", alarm: "StorageLow", seen: 0 });
  });

  test("ConditionRefresh: of this session's subscriptions only (OPC 10000-9 §5.5.7)", async () => {
    const subscription = await subscribe(the());
    const parameters = { queueSize: 0, samplingInterval: 0, discardOldest: true, filter: filter() };
    const { got } = await monitor<Variant[]>(subscription, station, parameters, AttributeIds.EventNotifier);
    const status = async (id: number) => (await call(conditionType, "i=3875", uint32(id))).statusCode.name;
    expect(await status(subscription.subscriptionId)).toBe("Good");
    await until(() => got.length > 2 && got.at(-1)![2]!.value.toString() === "ns=0;i=2788");
    expect(got[0]![2]!.value.toString()).toBe("ns=0;i=2787");
    expect(got.slice(1, -1).every((row) => row[1 + names.indexOf("Retain")]!.value === true)).toBe(true);
    expect(await status(4_000_000)).toBe("BadSubscriptionIdInvalid");
    const other = await the().subject.connect(the().security);
    const result = await other.session.call({
      objectId: conditionType,
      methodId: "i=3875",
      inputArguments: [uint32(subscription.subscriptionId)],
    });
    expect(result.statusCode.name).toBe("BadUserAccessDenied");
    await other[Symbol.asyncDispose]();
    await subscription.terminate();
  });
});
