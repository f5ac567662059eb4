import { createContinuationPoints, maximumContinuationPoints } from "../../src/opcua/history/continuation.ts";

const minutes = 60_000;

// OPC 10000-11 §6.3: a server may let continuation points expire; a client that crashed must not use up its successor's.
test("a continuation point that nobody used for five minutes is invalid, and makes room", () => {
  let now = 0;
  const points = createContinuationPoints<string>(() => now);
  const session = {};
  const first = points.keep(session, "ns=3;s=A", "rest")!;
  now = 5 * minutes - 1;
  for (let n = 1; n < maximumContinuationPoints; n++) expect(points.keep(session, "ns=3;s=A", "rest")).toHaveLength(16);
  expect(points.keep(session, "ns=3;s=A", "rest")).toBeUndefined();
  now = 5 * minutes;
  expect(points.take(session, "ns=3;s=A", first)).toBeUndefined();
  expect(points.keep(session, "ns=3;s=A", "rest")).toHaveLength(16);
});

test("it is taken once, by its session, for its node; a wrong node does not use it up", () => {
  const points = createContinuationPoints<string>(() => 0);
  const session = {};
  const point = points.keep(session, "ns=3;s=A", "rest")!;
  expect(points.take({}, "ns=3;s=A", point)).toBeUndefined();
  expect(points.take(session, "ns=3;s=B", point)).toBeUndefined();
  expect(points.take(session, "ns=3;s=A", point)).toBe("rest");
  expect(points.take(session, "ns=3;s=A", point)).toBeUndefined();
});
