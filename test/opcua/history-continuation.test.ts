import { createContinuationPoints, maximumContinuationPoints } from "../../src/opcua/history/continuation.ts";

const minutes = 60_000;
type Points = ReturnType<typeof createContinuationPoints<string>>;
const keep = (points: Points, session: object) => points.reserve(session)?.keep("ns=3;s=A", "rest");

// OPC 10000-11 §6.3: a server may let continuation points expire; a client that crashed must not use up its successor's.
test("a continuation point that nobody used for five minutes is invalid, and makes room", () => {
  let now = 0;
  const points = createContinuationPoints<string>(() => now);
  const session = {};
  const first = keep(points, session)!;
  now = 5 * minutes - 1;
  for (let n = 1; n < maximumContinuationPoints; n++) expect(keep(points, session)).toHaveLength(16);
  expect(keep(points, session)).toBeUndefined();
  now = 5 * minutes;
  expect(points.take(session, "ns=3;s=A", first)).toBeUndefined();
  expect(keep(points, session)).toHaveLength(16);
});

test("it is taken once, by its session, for its node; a wrong node does not use it up", () => {
  const points = createContinuationPoints<string>(() => 0);
  const session = {};
  const point = keep(points, session)!;
  expect(points.take({}, "ns=3;s=A", point)).toBeUndefined();
  expect(points.take(session, "ns=3;s=B", point)).toBeUndefined();
  expect(points.take(session, "ns=3;s=A", point)).toBe("rest");
  expect(points.take(session, "ns=3;s=A", point)).toBeUndefined();
});

// Pages that nobody can go on with must not be read: a place is taken before, and given back when none is needed.
test("reads that are under way have their places; one that needs none gives it back", () => {
  const points = createContinuationPoints<string>(() => 0);
  const session = {};
  const places = Array.from({ length: maximumContinuationPoints }, () => points.reserve(session)!);
  expect(points.reserve(session)).toBeUndefined();
  expect(points.reserve({})).toBeDefined();
  places[0]![Symbol.dispose]();
  places[0]![Symbol.dispose]();
  const again = points.reserve(session)!;
  expect(points.reserve(session)).toBeUndefined();
  again.keep("ns=3;s=A", "rest");
  again[Symbol.dispose]();
  expect(points.reserve(session)).toBeUndefined();
});

// The ledger was busy: the client asks again with the point that it has.
test("a point whose page could not be read stays good", () => {
  const points = createContinuationPoints<string>(() => 0);
  const session = {};
  const point = keep(points, session)!;
  const rest = points.take(session, "ns=3;s=A", point)!;
  expect(points.reserve(session)!.keep("ns=3;s=A", rest, point)).toEqual(point);
  expect(points.take(session, "ns=3;s=A", point)).toBe("rest");
});
