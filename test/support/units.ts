import { noContext, type ProductionContext } from "../../src/domain/context.ts";
import type { Committed, EntryBodies, EntryDraft, EntryKind } from "../../src/domain/ledger-entry.ts";
import type { UnitRecord } from "../../src/domain/unit-record.ts";

export const aTime = Date.UTC(2025, 0, 14, 9, 32, 41, 124);

export const aContext = (over: Partial<ProductionContext> = {}): ProductionContext => ({
  ...noContext,
  orderId: "PO-1",
  lot: "L25014A",
  sku: "SNK-CHED-350G",
  revision: 1,
  since: aTime - 1_000,
  source: "opcua",
  changedBy: "anonymous",
  ...over,
});

/** A valid record with every field plausible; a test states only what it is about. */
export function aUnit(over: Partial<UnitRecord> = {}): UnitRecord {
  const { sequence = 1, triggeredAt = aTime } = over;
  return {
    sequence,
    previousSequence: sequence - 1,
    lotSequence: sequence,
    triggerId: sequence,
    unitKind: "production",
    triggeredAt,
    decidedAt: triggeredAt + 31,
    latencyMs: 31,
    verdict: { kind: "pass", confidence: 0.97 },
    cameraId: "CAM-01",
    cameras: [
      {
        cameraId: "CAM-01",
        verdict: { kind: "pass", confidence: 0.97 },
        exposedAt: triggeredAt + 2,
        inferenceMs: 12,
        score: 0.4,
      },
    ],
    context: aContext(),
    model: { id: "snack-bag@1", hash: "b1946ac9" },
    rejectRequested: false,
    clockSynchronized: true,
    simulated: true,
    ...over,
  };
}

/** A draft of any kind. */
export const aDraft = <K extends EntryKind>(kind: K, body: EntryBodies[K], time = aTime): EntryDraft =>
  ({ station: "LINE-01", kind, time, by: "line", body }) as EntryDraft;

/** The same with a place in a ledger (the hash is a plausible text, not a real chain). */
export const aCommitted = (offset: number, draft: EntryDraft): Committed => ({
  entry: { ...draft, v: 1, offset, committedAt: draft.time + 40 },
  hash: offset.toString(16).padStart(64, "0"),
});
