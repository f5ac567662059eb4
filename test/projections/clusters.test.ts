import fc from "fast-check";
import type { ClusterBody, Committed, EntryDraft } from "../../src/domain/ledger-entry.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { clusterDrafts } from "../../src/line/cluster-desk.ts";
import { type ClusterState, clustersDue, foldClusters, noClusters } from "../../src/projections/clusters.ts";
import { emptyStation, foldEntry, type StationState } from "../../src/projections/station-state.ts";
import { aCommitted, aContext, aDraft, aTime, aUnit } from "../support/units.ts";

const failed = (name: string): Verdict => ({
  kind: "fail",
  confidence: 0.9,
  defects: [{ class: name, confidence: 0.9 }],
});
const passed: Verdict = { kind: "pass", confidence: 0.9 };
const context = aContext();

/** Folds units and writes what they prove behind each, as the line does. */
function ledgerOf(classes: readonly string[], from: StationState = begun(), restartAt?: number) {
  const told: { readonly at: number; readonly body: ClusterBody }[] = [];
  let state = from;
  const take = (draft: Parameters<typeof aCommitted>[1]): void => {
    const committed: Committed = aCommitted(1, draft);
    state = foldEntry(state, committed);
    for (const follows of clusterDrafts(state)) {
      state = foldEntry(state, aCommitted(1, follows));
      if (follows.kind === "cluster") told.push({ at: state.sequence, body: follows.body });
    }
  };
  classes.forEach((name, n) => {
    if (n === restartAt) state = structuredClone(state);
    const sequence = state.sequence + 1;
    const verdict = name === "" ? passed : failed(name);
    take(aDraft("unit", aUnit({ sequence, triggeredAt: aTime + sequence * 150, verdict, context })));
  });
  return { told, state, take, current: () => state };
}
const begun = (): StationState => {
  const start = aDraft("context", { context, fromSequence: 1, wasPending: false });
  const lot = aDraft("lot", {
    event: "started",
    lot: context.lot,
    orderId: context.orderId,
    sku: context.sku,
    counts: emptyStation("LINE-01").total,
    defects: {},
    startedAt: aTime,
    firstSequence: 0,
    lastSequence: 0,
  });
  return [start, lot].reduce((state, draft) => foldEntry(state, aCommitted(1, draft)), emptyStation("LINE-01"));
};

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const steady = (count: number, rate: number, random: () => number, name = "SEAL") =>
  Array.from({ length: count }, () => (random() < rate ? name : ""));

describe("a run of defects is found", () => {
  // The auditor's question after a complaint: from which bag to which bag?
  test("with its first and last unit, its count, its lot, and what it was measured against", () => {
    const random = randomNumbers(7);
    const units = [...steady(2_000, 0.005, random), ...Array(12).fill("SEAL"), ...Array(60).fill("")];
    const { told } = ledgerOf(units);
    expect(told.map(({ body }) => body.event)).toEqual(["started", "ended"]);
    const { cluster, reason } = told[1]!.body;
    expect(cluster).toMatchObject({
      class: "SEAL",
      lot: "L25014A",
      orderId: "PO-1",
      first: { sequence: 2_001, time: aTime + 2_001 * 150 },
      last: { sequence: 2_012, time: aTime + 2_012 * 150 },
      count: 12,
      ended: true,
    });
    expect(reason).toBe("the defects stopped");
    expect(cluster.baseline).toBeGreaterThan(0.002);
    expect(cluster.baseline).toBeLessThan(0.01);
    expect(told[0]!.at).toBeLessThanOrEqual(2_005);
    expect(told[0]!.body.cluster.clusterId).toBe(cluster.clusterId);
  });

  test("whatever else fails at the same time, and wherever it lies (planted runs)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 300, max: 900 }),
        fc.integer({ min: 12, max: 60 }),
        fc.constantFrom(0.6, 0.8, 1),
        (seed, before, length, density) => {
          const random = randomNumbers(seed);
          const run = steady(length, density, random);
          run[0] = run[length - 1] = "SEAL";
          const units = [...steady(before, 0.003, random, "LABEL"), ...run, ...Array(80).fill("")];
          const ended = ledgerOf(units).told.filter(
            ({ body }) => body.event === "ended" && body.cluster.class === "SEAL",
          );
          expect(ended.length).toBeGreaterThan(0);
          const [first, last] = [ended[0]!.body.cluster, ended.at(-1)!.body.cluster];
          // The bound is one of 95 %: a run that begins thinly may be found a little late, never far off.
          expect(Math.abs(first.first.sequence - (before + 1))).toBeLessThanOrEqual(12);
          expect(Math.abs(last.last.sequence - (before + length))).toBeLessThanOrEqual(12);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  test("the bounds of its edges hold the true ones in most cases", () => {
    let held = 0;
    const trials = 120;
    for (let seed = 0; seed < trials; seed++) {
      const random = randomNumbers(seed * 7919);
      const before = 600;
      // The line goes wrong at a moment, not at a defect: the first bad unit may be some units later.
      const units = [...steady(before, 0.005, random), ...steady(40, 0.5, random), ...Array(60).fill("")];
      const cluster = ledgerOf(units).told.find(({ body }) => body.event === "ended")?.body.cluster;
      const [from, to] = cluster?.firstBound ?? [0, 0];
      if (from <= before + 1 && before + 1 <= to) held += 1;
    }
    expect(held / trials).toBeGreaterThanOrEqual(0.85);
  });

  // Seen on a real line: a defect now and then is no part of the run that ended before it.
  test("a single defect some units later is none of it; its end lies within its bound", () => {
    const run = [...Array(12).fill("SEAL"), ...Array(15).fill(""), "SEAL", ...Array(60).fill("")];
    const { cluster } = ledgerOf([...Array(1_000).fill(""), ...run]).told.at(-1)!.body;
    expect(cluster).toMatchObject({ last: { sequence: 1_012 }, count: 12, ended: true });
    const [earliest, latest] = cluster.lastBound;
    expect(earliest).toBeLessThanOrEqual(1_012);
    expect(latest).toBeGreaterThanOrEqual(1_012);
    expect(latest).toBeLessThan(1_028);
  });

  // Whoever scraps a cluster must have its units and no others; whatever the line does.
  test("clusters of a class never overlap, and each counts exactly its defects from first to last", () => {
    const stretch = fc.record({
      length: fc.integer({ min: 1, max: 120 }),
      rate: fc.constantFrom(0, 0, 0.01, 0.3, 0.7, 1),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.array(stretch, { minLength: 3, maxLength: 15 }),
        (seed, line) => {
          const random = randomNumbers(seed);
          const units = [...Array(100).fill(""), ...line.flatMap(({ length, rate }) => steady(length, rate, random))];
          let before = 0;
          for (const { body } of ledgerOf(units).told.filter(({ body: { event } }) => event === "ended")) {
            const { first, last, count, firstBound, lastBound } = body.cluster;
            expect(first.sequence).toBeGreaterThan(before);
            expect(units.slice(first.sequence - 1, last.sequence).filter((name) => name === "SEAL")).toHaveLength(
              count,
            );
            expect([units[first.sequence - 1], units[last.sequence - 1]]).toEqual(["SEAL", "SEAL"]);
            expect(firstBound[0] <= first.sequence && first.sequence <= firstBound[1]).toBe(true);
            expect(lastBound[0] <= last.sequence && last.sequence <= lastBound[1]).toBe(true);
            before = last.sequence;
          }
        },
      ),
      { numRuns: 150, seed: 2 },
    );
  });

  // A unit that two dispositions speak of is accounted for twice.
  test("two runs close to each other are two clusters without a common unit", () => {
    const run = Array(15).fill("SEAL");
    const units = [...Array(1_000).fill(""), ...run, ...Array(35).fill(""), ...run, ...Array(60).fill("")];
    const ended = ledgerOf(units).told.flatMap(({ body }) => (body.event === "ended" ? [body.cluster] : []));
    expect(ended.map((c) => [c.first.sequence, c.last.sequence, c.count])).toEqual([
      [1_001, 1_015, 15],
      [1_051, 1_065, 15],
    ]);
  });

  test("a run that goes on under another order is another cluster", () => {
    const before = ledgerOf([...Array(200).fill(""), ...Array(10).fill("SEAL")]);
    const other = aDraft("context", {
      context: { ...context, orderId: "PO-2", revision: 2 },
      fromSequence: 211,
      wasPending: false,
    });
    before.take(other);
    expect(before.told.at(-1)!.body).toMatchObject({ event: "ended", reason: "the order changed" });
    const { told } = ledgerOf([...Array(12).fill("SEAL"), ...Array(60).fill("")], before.current());
    expect(told.at(-1)!.body).toMatchObject({
      event: "ended",
      cluster: { orderId: "PO-2", first: { sequence: 211 }, last: { sequence: 222 }, count: 12 },
    });
  });

  test("two classes at once are two clusters", () => {
    const units = [...Array(300).fill(""), ...Array(10).fill(["SEAL", "LABEL"]).flat(), ...Array(60).fill("")];
    const classes = ledgerOf(units)
      .told.filter((t) => t.body.event === "started")
      .map((t) => t.body.cluster.class);
    expect(classes.toSorted()).toEqual(["LABEL", "SEAL"]);
  });
});

/** How often a steady rate starts a cluster; only the detector, because these are many units. */
function falseStarts(units: number, rate: number, seed: number): number {
  const random = randomNumbers(seed);
  let state: ClusterState = noClusters;
  for (let sequence = 1; sequence <= units; sequence++) {
    const verdict = random() < rate ? failed("SEAL") : passed;
    const take = (draft: EntryDraft): void => {
      state = foldClusters(state, aCommitted(1, draft).entry, false);
    };
    take(aDraft("unit", aUnit({ sequence, triggeredAt: aTime + sequence * 150, verdict, context })));
    for (const body of clustersDue(state, { lot: context.lot, orderId: "", production: true }))
      take(aDraft("cluster", body));
  }
  return state.found;
}

// A false alarm per shift is what teaches operators to ignore alarms (EEMUA 191). 400 units a minute are 192,000 a shift.
test("a steady random rate is no cluster: none in 400,000 units", () => {
  const found = [0.001, 0.005, 0.02, 0.05].map((rate, n) => falseStarts(100_000, rate, n + 1));
  expect(found).toEqual([0, 0, 0, 0]);
});

// What was said before a crash and what is said after it must be one story.
test("a restart in the middle writes the same entries", () => {
  const random = randomNumbers(3);
  const units = [...steady(400, 0.01, random), ...Array(9).fill("SEAL"), ...Array(50).fill("")];
  const whole = ledgerOf(units);
  for (const at of [100, 399, 402, 405, 409, 420, 440]) expect(ledgerOf(units, begun(), at).told).toEqual(whole.told);
});

test("a cluster ends with its lot; the next lot begins anew", () => {
  const { told, take, state } = ledgerOf([...Array(200).fill(""), ...Array(6).fill("SEAL")]);
  expect(told).toHaveLength(1);
  const lot = { ...state.lot!, event: "ended" } as never;
  take(aDraft("lot", lot));
  expect(told.at(-1)!.body).toMatchObject({
    event: "ended",
    reason: "the lot ended",
    cluster: { lot: "L25014A", last: { sequence: 206 }, lastBound: [206, 206], ended: true },
  });
});

// A covered camera sees no defects and no good units; what it says then proves nothing.
test("while a camera is lost no run begins", () => {
  const lost = aDraft("alarm", {
    alarm: "CameraLost",
    event: "active",
    condition: { active: true } as never,
  });
  const from = foldEntry(begun(), aCommitted(1, lost));
  expect(ledgerOf([...Array(200).fill(""), ...Array(30).fill("SEAL")], from).told).toEqual([]);
});

test("only production counts: a trial run may make as many defects as it likes", () => {
  const trial = foldEntry(
    begun(),
    aCommitted(1, aDraft("context", { context: { ...context, runType: "trial" }, fromSequence: 1, wasPending: false })),
  );
  expect(ledgerOf([...Array(200).fill(""), ...Array(30).fill("SEAL")], trial).told).toEqual([]);
});
