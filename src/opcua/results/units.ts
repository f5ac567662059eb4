import type { HistoryPort, KeptUnit } from "../history/requests.ts";

/** Units that one page holds at most: some ms of reading in the thread, and of receiving in this one. */
const pageSize = 250;

/** Units of a station from a sequence on, in order, at most `limit`. Rejects with a HistoryUnavailable. */
export async function unitsFrom(
  history: HistoryPort,
  station: string,
  from: number,
  limit: number,
): Promise<readonly KeptUnit[]> {
  const units: KeptUnit[] = [];
  for (let next = from; units.length < limit; ) {
    const size = Math.min(pageSize, limit - units.length);
    const page = await history.ask({ type: "units", station, from: next, limit: size });
    units.push(...page);
    if (page.length < size) break;
    next = units.at(-1)!.unit.sequence + 1;
  }
  return units;
}

/** The unit of that sequence, if it is kept. */
export async function unitOf(history: HistoryPort, station: string, sequence: number): Promise<KeptUnit | undefined> {
  const [found] = await unitsFrom(history, station, sequence, 1);
  return found?.unit.sequence === sequence ? found : undefined;
}
