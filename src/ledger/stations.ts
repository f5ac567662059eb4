import { openSegments } from "./open-segments.ts";

/**
 * Stations that the ledger in `folder` has entries of, by name.
 * @throws LedgerError when there is no ledger
 */
export function stationsOf(folder: string): readonly string[] {
  using segments = openSegments(folder, 1);
  const found = new Set<string>();
  for (const name of segments.names())
    segments.read(name, ({ db }) => {
      // One step of the index per station: a DISTINCT would look at every entry.
      const next = db.prepare("SELECT min(station) AS station FROM entry WHERE station > ?");
      for (let last = ""; ; ) {
        const station = next.get(last)?.["station"];
        if (typeof station !== "string") return;
        found.add(station);
        last = station;
      }
    });
  return [...found].sort();
}
