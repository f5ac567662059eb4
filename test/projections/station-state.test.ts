import fc from "fast-check";
import { defectRate, quality } from "../../src/domain/counts.ts";
import type { UnitKind } from "../../src/domain/unit-record.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { rollingRates } from "../../src/projections/rolling.ts";
import { emptyStation, foldEntry, fromSnapshot, toSnapshot } from "../../src/projections/station-state.ts";
import { percentile } from "../../src/projections/timing.ts";
import { aCommitted, aContext, aDraft, aTime, aUnit } from "../support/units.ts";

const verdict = fc.constantFrom<Verdict>(
  { kind: "pass", confidence: 1 },
  { kind: "fail", confidence: 0.9, defects: [{ class: "SEAL_TORN", confidence: 0.9 }] },
  { kind: "invalid", reason: "blurred" },
  { kind: "notInspected", reason: "overload" },
);
const unitKind = fc.constantFrom<UnitKind>("production", "absent", "challenge", "rework", "sample");
const units = fc.array(fc.record({ verdict, unitKind, gapMs: fc.nat(20_000) }), { maxLength: 60 });

const fold = (seen: readonly { verdict: Verdict; unitKind: UnitKind; gapMs: number }[]) => {
  let at = aTime;
  return seen.reduce((state, { gapMs, ...over }, n) => {
    at += gapMs;
    return foldEntry(
      state,
      aCommitted(n + 1, aDraft("unit", aUnit({ ...over, sequence: n + 1, triggeredAt: at }), at)),
    );
  }, emptyStation("LINE-01"));
};

// The equations that an auditor checks by hand (design, row "Counts").
test("UnitCount = pass + fail + invalid + notInspected, TriggerCount counts every trigger; only production is production", () => {
  fc.assert(
    fc.property(units, (seen) => {
      const { total } = fold(seen);
      expect(total.units).toBe(total.pass + total.fail + total.invalid + total.notInspected);
      expect(total.units).toBe(seen.filter((u) => u.unitKind === "production").length);
      expect(total.units + total.absent + total.challenge + total.rework + total.sample).toBe(seen.length);
    }),
  );
});

// A unit that nobody could judge must not improve the rate that a customer reads.
test("rates without a decided unit are unknown, never 0 or 100", () => {
  const state = fold([{ verdict: { kind: "invalid", reason: "covered" }, unitKind: "production", gapMs: 0 }]);
  expect([defectRate(state.total), quality(state.total)]).toEqual([undefined, 0]);
  expect(quality(emptyStation("LINE-01").total)).toBeUndefined();
});

test("a snapshot holds everything: stored as JSON and folded on, it equals the fold of all entries", () => {
  fc.assert(
    fc.property(units, fc.nat(60), (seen, cut) => {
      const stored = JSON.parse(JSON.stringify(toSnapshot({ "LINE-01": fold(seen.slice(0, cut)) })));
      const resumed = fromSnapshot(stored)!["LINE-01"]!;
      const next = aCommitted(99, aDraft("unit", aUnit({ sequence: 99 })));
      expect(foldEntry(resumed, next)).toEqual(JSON.parse(JSON.stringify(foldEntry(fold(seen.slice(0, cut)), next))));
    }),
    { numRuns: 40 },
  );
  expect(fromSnapshot({ shape: 0, stations: {} })).toBeUndefined();
});

test("the lot counts only its own units, and keeps its totals after its end until the next begins", () => {
  const lot = {
    lot: "L25014A",
    orderId: "",
    sku: "",
    counts: emptyStation("x").total,
    defects: {},
    startedAt: aTime,
    firstSequence: 0,
    lastSequence: 0,
  };
  const entries = [
    aDraft("unit", aUnit({ sequence: 1, context: aContext({ lot: "" }) })),
    aDraft("lot", { event: "started", ...lot }),
    aDraft("unit", aUnit({ sequence: 2 })),
    aDraft("lot", {
      event: "ended",
      ...lot,
      counts: { ...lot.counts, units: 1, pass: 1 },
      firstSequence: 2,
      lastSequence: 2,
    }),
    aDraft("unit", aUnit({ sequence: 3, context: aContext({ lot: "" }) })),
  ];
  const state = entries.reduce((s, draft, n) => foldEntry(s, aCommitted(n + 1, draft)), emptyStation("LINE-01"));
  expect(state.lot).toMatchObject({
    lot: "L25014A",
    open: false,
    counts: { units: 1 },
    firstSequence: 2,
    lastSequence: 2,
  });
  expect(state.total.units).toBe(3);
});

test("minutes without the program are out of service, not zero", () => {
  const from = Math.floor(aTime / 60_000) * 60_000 + 30_000;
  const down = aCommitted(1, aDraft("down", { from, to: from + 150_000, clean: false }, from + 150_000));
  const state = foldEntry(emptyStation("LINE-01"), down);
  expect(state.lastMinute).toMatchObject({ outOfService: true, start: from - 30_000 + 120_000 });
  expect(state.minute).toMatchObject({ downMs: 0 });
});

test("rolling rates forget what is older than the window", () => {
  const state = fold([
    {
      verdict: { kind: "fail", confidence: 1, defects: [{ class: "OTHER", confidence: 1 }] },
      unitKind: "production",
      gapMs: 0,
    },
    { verdict: { kind: "pass", confidence: 1 }, unitKind: "production", gapMs: 50_000 },
  ]);
  expect(rollingRates(state.rolling, aTime + 51_000, 60)).toEqual({ defectRate: 50, quality: 50, unitsPerMinute: 2 });
  expect(rollingRates(state.rolling, aTime + 70_000, 60)).toEqual({ defectRate: 0, quality: 100, unitsPerMinute: 1 });
  expect(rollingRates(state.rolling, aTime + 500_000, 60).defectRate).toBeUndefined();
});

test("percentiles are by nearest rank", () => {
  expect([percentile([], 50), percentile([7], 99), percentile([4, 1, 3, 2], 50), percentile([4, 1, 3, 2], 99)]).toEqual(
    [undefined, 7, 2, 4],
  );
});
