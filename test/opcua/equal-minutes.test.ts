import {
  DataChangeFilter,
  DataChangeTrigger,
  type DataValue,
  type HistoryData,
  HistoryReadRequest,
  ReadProcessedDetails,
  resolveNodeId,
  TimestampsToReturn,
} from "node-opcua";
import { type Counts, noCounts } from "../../src/domain/counts.ts";
import { minuteMs } from "../../src/projections/minutes.ts";
import { aDraft, aTime, aUnit } from "../support/units.ts";
import { aPkiFolder, aRig, monitor, until } from "./support/rig.ts";

const start = Math.floor(aTime / minuteMs) * minuteMs;
const minutes = 11;
const perMinute = 7;

// A line that runs steadily makes equal minutes, and the default trigger of OPC UA (OPC 10000-4 §7.22.2) takes equal values
// for no change: a historian that adds what it received would have lost ten of eleven minutes without a word.
test("eleven equal minutes reach each client in its own way, and every sum of them agrees", async () => {
  using pki = aPkiFolder();
  await using rig = await aRig(pki.path, {}, { prepare: (ledger) => ledger.append(minute(0, noCounts, noCounts)) });
  const subscription = await rig.subscribe();
  const parameters = { samplingInterval: 0, queueSize: 50, discardOldest: true };
  const item = (path: string, filter?: DataChangeFilter) =>
    monitor<DataValue>(subscription, `ns=3;s=LINE-01/${path}`, { ...parameters, ...(filter && { filter }) });
  const everyMinute = new DataChangeFilter({ trigger: DataChangeTrigger.StatusValueTimestamp });
  const counts = await item("Statistics/LastMinute/UnitCount", everyMinute);
  const plainCounts = await item("Statistics/LastMinute/UnitCount");
  const numbers = await item("Statistics/LastMinute/MinuteNumber");
  const totals = await item("Statistics/Total/UnitCount", everyMinute);
  await until(() => [counts, plainCounts, numbers, totals].every(({ got }) => got.length > 0));

  let sequence = 0;
  const ofMinute: Counts = { ...noCounts, units: perMinute, pass: perMinute };
  for (let m = 1; m <= minutes; m++) {
    for (let i = 0; i < perMinute; i++) {
      sequence += 1;
      const at = start + m * minuteMs + i * 8_000;
      rig.ledger.append(aDraft("unit", aUnit({ sequence, triggeredAt: at }), at));
    }
    rig.ledger.append(minute(m, ofMinute, { ...noCounts, units: sequence, pass: sequence }));
    rig.server.nudge();
  }
  await until(() => counts.got.length === minutes + 1 && numbers.got.length === minutes + 1);
  const last = start + (minutes + 1) * minuteMs - 1;
  await until(() => totals.got.at(-1)?.sourceTimestamp?.getTime() === last);

  expect(counts.got.slice(1).map((v) => [v.value.value, v.sourceTimestamp?.getTime()])).toEqual(
    Array.from({ length: minutes }, (_, i) => [perMinute, start + (i + 2) * minuteMs - 1]),
  );
  expect(plainCounts.got.map((v) => v.value.value)).toEqual([0, perMinute]);
  expect(numbers.got.map((v) => v.value.value)).toEqual(
    Array.from({ length: minutes + 1 }, (_, i) => start / minuteMs + i),
  );

  const atEnd = (m: number) =>
    totals.got.findLast((v) => v.sourceTimestamp!.getTime() <= start + (m + 1) * minuteMs - 1)!.value.value as number;
  const details = new ReadProcessedDetails({
    startTime: new Date(start + minuteMs),
    endTime: new Date(start + (minutes + 1) * minuteMs),
    processingInterval: 0,
    aggregateType: [resolveNodeId("AggregateFunction_DeltaBounds")],
    aggregateConfiguration: { useServerCapabilitiesDefaults: true },
  });
  const nodesToRead = [{ nodeId: "ns=3;s=LINE-01/Statistics/Total/UnitCount" }];
  const request = new HistoryReadRequest({
    historyReadDetails: details,
    timestampsToReturn: TimestampsToReturn.Both,
    nodesToRead,
  });
  const { results } = await rig.session.historyRead(request);
  const [delta] = (results![0]!.historyData as HistoryData).dataValues!;
  expect([atEnd(minutes) - atEnd(0), delta!.value.value, minutes * perMinute]).toEqual(Array(3).fill(sequence));
  await subscription.terminate();
}, 30_000);

const minute = (m: number, counts: Counts, total: Counts) => {
  const begin = start + m * minuteMs;
  const body = { minuteNumber: begin / minuteMs, start: begin, counts, defects: {}, downMs: 0, total };
  return aDraft("minute", body, begin + minuteMs - 1);
};
