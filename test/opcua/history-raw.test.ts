import { type RawDomain, type RawResume, type Rows, readRaw } from "../../src/opcua/history/raw.ts";
import type { Row } from "../../src/opcua/history/rows.ts";

const second = 1_000;
const stored: readonly Row[] = [0, 2, 3, 5, 6].map((at, i) => ({
  time: at * second,
  offset: i + 1,
  serverTime: at * second,
  value: at,
  status: 0,
}));
const rows: Rows = ({ from, to, backwards, after }) =>
  (backwards ? stored.toReversed() : stored).filter(
    ({ time, offset }) =>
      time >= from && time <= to && (!after || (backwards ? offset < after.offset : offset > after.offset)),
  );

/** Everything that a read gives, so many values at a time. */
function pagesOf(domain: RawDomain, limit: number): Row[] {
  const found: Row[] = [];
  for (let resume: RawResume | undefined, pages = 0; ; pages++) {
    const page = readRaw(rows, domain, limit, resume);
    found.push(...page.rows);
    resume = page.resume;
    if (!resume) return found;
    if (pages > 50) throw new Error("this read has no end");
  }
}

const times = [undefined, -1, 0, 1, 3, 6, 7];
const domains = times
  .flatMap((start) => times.map((end) => [start, end] as const))
  .flatMap(([start, end]) => [undefined, 2, 4, 9].map((count) => [start, end, count] as const))
  .filter((given) => given.filter((one) => one !== undefined).length >= 2);

// OPC 10000-11 §6.3: the subsequences of a continued read are the whole. Where a page ends is the server's business, and
// must not move a bound (§4.6).
test.each([1, 2, 3])("a read with bounds gives the same in pages of %p as in one", (limit) => {
  for (const [start, end, count] of domains) {
    const domain = {
      ...(start !== undefined && { start: start * second }),
      ...(end !== undefined && { end: end * second }),
      // With two times the count only says how much one response may hold.
      ...(count !== undefined && (start === undefined || end === undefined) && { count }),
      bounds: true,
    };
    expect([start, end, count, pagesOf(domain, limit)]).toEqual([start, end, count, pagesOf(domain, 100)]);
  }
});
