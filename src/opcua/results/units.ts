import type { HistoryReader, KeptUnit } from "../history/requests.ts";

/** Units that one page holds at most: some ms of reading in the thread, and of receiving in this one. */
const pageSize = 250;

/** Units of a station from a sequence on, in order, at most `limit`, a page at a time. Throws a HistoryUnavailable. */
export async function* unitPages(
  history: HistoryReader,
  station: string,
  from: number,
  limit: number,
): AsyncGenerator<readonly KeptUnit[], void> {
  for (let next = from, left = limit; left > 0; ) {
    const size = Math.min(pageSize, left);
    const page = await history.ask({ type: "units", station, from: next, limit: size });
    yield page;
    if (page.length < size) return;
    left -= size;
    next = page.at(-1)!.unit.sequence + 1;
  }
}

/** All of them at once. Rejects with a HistoryUnavailable. */
export async function unitsFrom(
  history: HistoryReader,
  station: string,
  from: number,
  limit: number,
): Promise<readonly KeptUnit[]> {
  const units: KeptUnit[] = [];
  for await (const page of unitPages(history, station, from, limit)) units.push(...page);
  return units;
}

/** The unit of that sequence, if it is kept. */
export async function unitOf(history: HistoryReader, station: string, sequence: number): Promise<KeptUnit | undefined> {
  const [found] = await unitsFrom(history, station, sequence, 1);
  return found?.unit.sequence === sequence ? found : undefined;
}
