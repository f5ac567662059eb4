import { setImmediate as yieldToLoop } from "node:timers/promises";
import type { LedgerReader } from "../ledger/ledger.ts";
import { emptyStation, foldStations, fromSnapshot, type Stations, snapshotName } from "../projections/station-state.ts";

const pageSize = 2_000;

/** What the ledger says of each station: the newest snapshot plus the entries after it. Without a snapshot, all of it. */
export async function loadStations(
  reader: LedgerReader,
  ids: readonly string[],
): Promise<{ readonly stations: Stations; readonly offset: number; readonly replayed: number }> {
  const snapshot = reader.loadSnapshot(snapshotName);
  const known = fromSnapshot(snapshot?.state);
  let stations: Stations = known ?? {};
  let offset = known && snapshot ? snapshot.offset : 0;
  const from = offset;
  for (;;) {
    const page = reader.read(offset, pageSize);
    const last = page.at(-1);
    if (!last) break;
    for (const committed of page) stations = foldStations(stations, committed);
    offset = last.entry.offset;
    await yieldToLoop();
  }
  for (const id of ids) if (!stations[id]) stations = { ...stations, [id]: emptyStation(id) };
  return { stations, offset, replayed: offset - from };
}
