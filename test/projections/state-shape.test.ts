import { createHash } from "node:crypto";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import { noCounts } from "../../src/domain/counts.ts";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { minuteMs } from "../../src/projections/minutes.ts";
import { emptyStation, foldEntry, stateShape } from "../../src/projections/station-state.ts";
import { aCommitted, aContext, aDraft, aTime, aUnit } from "../support/units.ts";

const verdicts: readonly Verdict[] = [
  { kind: "pass", confidence: 0.9 },
  { kind: "fail", confidence: 0.9, defects: [{ class: "SEAL", confidence: 0.9 }] },
  { kind: "invalid", reason: "blurred" },
  { kind: "notInspected", reason: "overload" },
];
const start = Math.ceil(aTime / minuteMs) * minuteMs;
const context = aContext();
const lot = {
  lot: context.lot,
  orderId: context.orderId,
  sku: context.sku,
  counts: noCounts,
  defects: {},
  startedAt: start,
  firstSequence: 0,
  lastSequence: 0,
};
/** Some of everything that a line does in five minutes, with a restart. */
const entries: readonly EntryDraft[] = [
  aDraft("context", { context, fromSequence: 1, wasPending: false }, start),
  aDraft("lot", { event: "started", ...lot }, start),
  aDraft("state", { state: "running", reason: "", from: "unknown" }, start + 10),
  ...Array.from({ length: 400 }, (_, i) => {
    const at = start + (i + 1) * 150;
    const verdict = verdicts[i >= 300 && i < 330 ? 1 : i % 41 === 40 ? 1 + (i % 3) : 0]!;
    return aDraft("unit", aUnit({ sequence: i + 1, triggeredAt: at, verdict, context }), at);
  }),
  aDraft(
    "minute",
    {
      minuteNumber: start / minuteMs,
      start,
      counts: { ...noCounts, units: 399, pass: 399 },
      defects: { SEAL: 30 },
      downMs: 0,
    },
    start + minuteMs - 1,
  ),
  aDraft("state", { state: "faulted", reason: "camera", from: "running" }, start + 2 * minuteMs),
  aDraft("down", { from: start + 3 * minuteMs, to: start + 4 * minuteMs, clean: false }, start + 4 * minuteMs),
  aDraft("state", { state: "running", reason: "", from: "faulted" }, start + 4 * minuteMs + 10),
  aDraft("lot", { event: "ended", ...lot, lastSequence: 400 }, start + 5 * minuteMs),
];

const isFraction = (value: unknown): value is number => typeof value === "number" && !Number.isInteger(value);

/** What each shape makes of the entries. Another digest under the same number: raise `stateShape`, and add a row. */
const digests: Readonly<Record<number, string>> = {
  8: "ecb59b5ced537bc6",
  9: "d438a7f765fe3cb9",
  10: "d5816301f1c92fb0",
};

// A snapshot from before the change would be folded on by other rules: totals that no replay of the ledger gives again.
test("what the folds make of the same entries changes only with stateShape", () => {
  const state = entries.reduce(
    (folded, draft, n) => foldEntry(folded, aCommitted(n + 1, draft)),
    emptyStation("LINE-01"),
  );
  // Twelve digits of a fraction: the last ones of a power differ between builds of the engine.
  const plain = JSON.parse(
    JSON.stringify(state, (_key, value) => (isFraction(value) ? Number(value.toPrecision(12)) : value)),
  );
  const digest = createHash("sha256").update(canonicalJson(plain)).digest("hex").slice(0, 16);
  expect(digest).toBe(digests[stateShape]);
});
