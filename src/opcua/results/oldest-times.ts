import { nothingAcknowledged, oldestUnacknowledged } from "../../projections/consumers.ts";
import type { HistoryPort } from "../history/requests.ts";
import type { OldestUnit } from "../snapshot.ts";
import type { StationNodes } from "../station.ts";
import { unitsFrom } from "./units.ts";

/**
 * Looks up when the oldest unit that each consumer has not acknowledged was triggered: the ledger knows, the station's
 * state does not. To be called about once a second; one that still runs is not started again.
 */
export function watchOldestTimes(station: StationNodes, history: HistoryPort): () => Promise<void> {
  let running: Promise<void> | undefined;

  async function look(): Promise<void> {
    const { setup, state, oldestUnacknowledged: known } = station.snapshot;
    const found: Record<string, OldestUnit> = {};
    for (const consumer of setup.consumers) {
      const sequence = oldestUnacknowledged(state.deliveries[consumer] ?? nothingAcknowledged, state.sequence);
      if (sequence === undefined || known[consumer]?.sequence === sequence) continue;
      // Units that are no longer kept cannot be delivered: the first that can be is the oldest.
      const [first] = await unitsFrom(history, setup.id, sequence, 1);
      if (!first) continue;
      found[consumer] = { sequence, triggeredAt: first.unit.triggeredAt };
    }
    if (Object.keys(found).length > 0) station.oldestUnits(found);
  }
  return () => {
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  };
}
