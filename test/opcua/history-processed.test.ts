import { ReadProcessedDetails, resolveNodeId, StatusCodes } from "node-opcua";
import type { ScalarName } from "../../nodeset/model.ts";
import { aggregateDefaults } from "../../src/opcua/history/aggregate-defaults.ts";
import { planProcessed } from "../../src/opcua/history/plans.ts";
import { readProcessed } from "../../src/opcua/history/processed.ts";
import type { Rows } from "../../src/opcua/history/raw.ts";

const rowsOf =
  (values: readonly number[]): Rows =>
  ({ from, to, backwards }) => {
    const inside = values
      .map((value, i) => ({ time: i * 10, offset: i + 1, serverTime: i * 10, value, status: 0 }))
      .filter(({ time }) => time >= from && time <= to);
    return backwards ? inside.toReversed() : inside;
  };

const deltaOf = async (values: readonly number[], dataType: ScalarName) => {
  const end = (values.length - 1) * 10;
  const domain = { start: 0, end, width: 0, aggregate: "DeltaBounds", dataType, settings: aggregateDefaults } as const;
  const { rows } = await readProcessed(rowsOf(values), domain, { begin: 0, limit: 1 }, end, () => Promise.resolve());
  return rows.map((row) => [row.value, row.dataType ?? dataType]);
};

// OPC 10000-13 §5.4.3.30: the difference of two values, in the variable's type; only where that has no sign, another.
test("a difference keeps its type, and a counter that falls gets a sign", async () => {
  expect(await deltaOf([2.75, 1.5], "Double")).toEqual([[-1.25, "Double"]]);
  expect(await deltaOf([1.5, 2.75], "Double")).toEqual([[1.25, "Double"]]);
  expect(await deltaOf([7, 4], "UInt32")).toEqual([[-3, "Int32"]]);
  expect(await deltaOf([4, 7], "UInt32")).toEqual([[3, "UInt32"]]);
});

// OPC 10000-13 §5.3.2: an instant has no average; a Double made of it would be nobody's time.
test("aggregates of numbers refuse what is no number", () => {
  const planned = (aggregate: number, dataType: ScalarName) => {
    const details = new ReadProcessedDetails({
      startTime: new Date(1_000),
      endTime: new Date(2_000),
      processingInterval: 0,
      aggregateType: [resolveNodeId(`i=${aggregate}`)],
      aggregateConfiguration: { useServerCapabilitiesDefaults: true },
    });
    const subject = { station: "LINE-01", path: "Statistics/LastMinute/StartedAt" };
    return planProcessed(details, { subject, limit: 10, index: 0, nodes: 1, dataType });
  };
  const [average, count] = [2342, 2352];
  for (const type of ["DateTime", "String", "Boolean"] as const) {
    expect(planned(average, type)).toBe(StatusCodes.BadAggregateInvalidInputs);
    expect(planned(count, type)).toMatchObject({ type: "processed" });
  }
  for (const type of ["Double", "UInt32", "Int32"] as const)
    expect(planned(average, type)).toMatchObject({ type: "processed" });
});
