import {
  AttributeIds,
  constructEventFilter,
  type HistoryData,
  type HistoryReadDetails,
  HistoryReadRequest,
  type HistoryReadResult,
  ReadAtTimeDetails,
  ReadEventDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  resolveNodeId,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
import { conformance } from "./support.ts";

const beginning = new Date(Date.UTC(2000, 0));
const theEnd = new Date(Date.UTC(2100, 0));
const total = "ns=3;s=LINE-01/Statistics/Total/UnitCount";

conformance("reading history", (the) => {
  const read = async (
    historyReadDetails: HistoryReadDetails,
    nodeId: string,
    continuationPoint?: Buffer,
  ): Promise<HistoryReadResult> => {
    const nodesToRead = [{ nodeId, ...(continuationPoint && { continuationPoint }) }];
    const timestampsToReturn = TimestampsToReturn.Both;
    const request = new HistoryReadRequest({ historyReadDetails, timestampsToReturn, nodesToRead });
    return (await the().session.historyRead(request)).results![0]!;
  };
  const values = (result: HistoryReadResult) => (result.historyData as HistoryData | null)?.dataValues ?? [];
  const raw = (options: object) => new ReadRawModifiedDetails({ startTime: beginning, endTime: theEnd, ...options });

  // OPC 10000-11 §6.5.3: the raw history of a variable is what was recorded, each value with status and both timestamps.
  test("the totals of every minute that the line closed", async () => {
    const result = await read(raw({}), total);
    const minutes = the().subject.entries.flatMap(({ kind, time, body }) =>
      kind === "minute" ? [[time, body.total?.units]] : [],
    );
    expect(minutes.length).toBeGreaterThan(2);
    expect(values(result).map((v) => [v.sourceTimestamp?.getTime(), v.value.value])).toEqual(minutes);
    for (const { serverTimestamp } of values(result)) expect(serverTimestamp).toBeInstanceOf(Date);
  });

  // OPC 10000-11 §6.3: a continued read gives every value once, and its continuation point only once.
  test("page by page", async () => {
    const whole = values(await read(raw({}), total)).length;
    const first = await read(raw({ numValuesPerNode: 2 }), total);
    const found = values(first);
    let point = first.continuationPoint;
    while (point?.length > 0) {
      const page = await read(raw({}), total, point);
      expect((await read(raw({}), total, point)).statusCode.name).toBe("BadContinuationPointInvalid");
      found.push(...values(page));
      point = page.continuationPoint;
    }
    expect(found).toHaveLength(whole);
  });

  // OPC 10000-11 §6.5.5 and §6.5.4: a stepped value holds until the next; its differences are the counts of a period.
  test("at a time and per period", async () => {
    const minutes = values(await read(raw({}), total));
    const [first, second] = [minutes[0]!, minutes[1]!];
    const between = new Date(second.sourceTimestamp!.getTime() - 1);
    const at = await read(new ReadAtTimeDetails({ reqTimes: [between] }), total);
    expect(values(at).map((v) => v.value.value)).toEqual([first.value.value]);
    const delta = await read(
      new ReadProcessedDetails({
        startTime: first.sourceTimestamp!,
        endTime: second.sourceTimestamp!,
        processingInterval: 0,
        aggregateType: [resolveNodeId("AggregateFunction_DeltaBounds")],
        aggregateConfiguration: { useServerCapabilitiesDefaults: true },
      }),
      total,
    );
    expect(values(delta).map((v) => v.value.value)).toEqual([second.value.value - first.value.value]);
  });

  // OPC 10000-11 §6.5.2: every unit that the ledger holds is in the history of the station, of Machines and of Server.
  test.each(["ns=3;s=LINE-01", "ns=6;i=1001", "i=2253"])("the events of %s", async (nodeId) => {
    const details = new ReadEventDetails({
      startTime: beginning,
      endTime: theEnd,
      numValuesPerNode: 0,
      filter: constructEventFilter(["Time", "EventId", "2:Sequence"]),
    });
    const found: Variant[][] = [];
    let result = await read(details, nodeId);
    for (;;) {
      const { events } = result.historyData as unknown as { events?: { eventFields: Variant[] }[] };
      found.push(...(events ?? []).map(({ eventFields }) => eventFields));
      if (!(result.continuationPoint?.length > 0)) break;
      result = await read(details, nodeId, result.continuationPoint);
    }
    const sequences = found.map(([, , sequence]) => sequence!.value).filter((sequence) => typeof sequence === "number");
    const units = the().subject.entries.flatMap(({ kind, body }) => (kind === "unit" ? [body.sequence] : []));
    expect(sequences).toEqual(units);
    const times = found.map(([time]) => time!.value.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(found.map(([, id]) => id!.value.toString("hex"))).size).toBe(found.length);
    const notifier = await the().session.read({ nodeId, attributeId: AttributeIds.EventNotifier });
    expect(notifier.value.value & 4).toBe(4);
  });
});
