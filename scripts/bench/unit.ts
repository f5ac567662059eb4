import { noContext } from "../../src/domain/context.ts";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import type { UnitRecord } from "../../src/domain/unit-record.ts";

export const station = "LINE-01";

/** A unit as a line writes it, about 1 kB of text. `at`: station time, UTC ms; `lot` "" = without one. */
export function unit(sequence: number, at: number, lot: string): EntryDraft {
  const verdict = { kind: "pass", confidence: 0.97 } as const;
  const record: UnitRecord = {
    sequence,
    previousSequence: sequence - 1,
    lotSequence: lot === "" ? 0 : sequence,
    triggerId: ((sequence - 1) % 65_535) + 1,
    unitKind: "production",
    triggeredAt: at,
    decidedAt: at + 31,
    latencyMs: 31,
    verdict,
    cameraId: "CAM-01",
    cameras: [{ cameraId: "CAM-01", verdict, exposedAt: at + 2, inferenceMs: 12.5, score: 0.42 }],
    context:
      lot === "" ? noContext : { ...noContext, lot, orderId: "PO-4711", sku: "SNK-CHED-350G", recipeId: "SNACK-BAG" },
    model: { id: "snack-bag@2", hash: "0".repeat(64) },
    rejectRequested: false,
    clockSynchronized: true,
    simulated: true,
  };
  return { station, kind: "unit", time: at, by: "line", body: record };
}
