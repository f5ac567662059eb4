import { nothingAcknowledged, oldestUnacknowledged } from "../../projections/consumers.ts";
import type { HistoryPort } from "../history/requests.ts";
import type { StationNodes } from "../station.ts";
import { unitsFrom } from "./units.ts";

/**
 * Looks up when the oldest unit that each consumer has not acknowledged was triggered: the ledger knows, the station's
 * state does not. To be called about once a second; one that still runs is not started again.
 */
export function watchOldestTimes(station: StationNodes, history: HistoryPort): () => Promise<void> {
  const known = new Map<string, number>();
  let running: Promise<void> | undefined;

  async function look(): Promise<void> {
    const { setup, state } = station.snapshot;
    const times: Record<string, number> = {};
    for (const consumer of setup.consumers) {
      const sequence = oldestUnacknowledged(state.deliveries[consumer] ?? nothingAcknowledged, state.sequence);
      if (sequence === undefined || known.get(consumer) === sequence) continue;
      // Units that are no longer kept cannot be delivered: the first that can be is the oldest.
      const [first] = await unitsFrom(history, setup.id, sequence, 1);
      if (!first) continue;
      known.set(consumer, sequence);
      times[consumer] = first.unit.triggeredAt;
    }
    if (Object.keys(times).length > 0) station.oldestTimes(times);
  }
  return () => {
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  };
}
