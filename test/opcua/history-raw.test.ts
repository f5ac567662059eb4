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

/** Everything that a read gives, so many values and looks at a time. */
function pagesOf(domain: RawDomain, limit: number, looks = 1_000, from: Rows = rows): Row[] {
  const found: Row[] = [];
  for (let resume: RawResume | undefined, pages = 0; ; pages++) {
    const page = readRaw(from, domain, limit, resume, looks);
    found.push(...page.rows);
    resume = page.resume;
    if (!resume) return found;
    if (pages > 100) throw new Error("this read has no end");
  }
}

const times = [undefined, -1, 0, 1, 3, 6, 7];
const domains = times
  .flatMap((start) => times.map((end) => [start, end] as const))
  .flatMap(([start, end]) => [undefined, 2, 4, 9].map((count) => [start, end, count] as const))
  .filter((given) => given.filter((one) => one !== undefined).length >= 2);

const asked = domains.map(([start, end, count]) => ({
  ...(start !== undefined && { start: start * second }),
  ...(end !== undefined && { end: end * second }),
  // With two times the count only says how much one response may hold.
  ...(count !== undefined && (start === undefined || end === undefined) && { count }),
  bounds: true,
}));

// OPC 10000-11 §6.3: the subsequences of a continued read are the whole. Where a page ends is the server's business, and
// must not move a bound (§4.6).
test.each([1, 2, 3])("a read with bounds gives the same in pages of %p as in one", (limit) => {
  for (const domain of asked) expect([domain, pagesOf(domain, limit)]).toEqual([domain, pagesOf(domain, 100)]);
});

/** The same rows among entries that say nothing of the variable: six at the begin, two behind each row. */
const sparse = (looked: () => void): Rows =>
  function* ({ from, to, backwards, after }) {
    const silent = (offset: number, time: number) => ({ offset, time });
    const ledger = [
      ...Array.from({ length: 6 }, (_, i) => silent(i + 1, -12 * second + i)),
      ...stored.flatMap((row, i) => [
        { ...row, offset: 7 + i * 3 },
        silent(8 + i * 3, row.time + 1),
        silent(9 + i * 3, row.time + 2),
      ]),
    ];
    for (const look of backwards ? ledger.toReversed() : ledger) {
      if (look.time < from || look.time > to) continue;
      if (after && (backwards ? look.offset >= after.offset : look.offset <= after.offset)) continue;
      looked();
      yield look;
    }
  };

// The head of a quiet station, or an alarm that never came: whoever asks must not hold up everybody else's history.
test.each([1, 2, 5])("a page looks at %p entries, and the pages together give what one would", (most) => {
  for (const domain of asked) {
    let looks = 0;
    const whole = pagesOf(
      domain,
      100,
      1_000,
      sparse(() => undefined),
    );
    const rows = sparse(() => {
      looks += 1;
    });
    expect([domain, pagesOf(domain, 100, most, rows)]).toEqual([domain, whole]);
    looks = 0;
    readRaw(rows, domain, 100, undefined, most);
    // One more tells that there is more; the instant of the begin is looked at for a value of its own.
    expect(looks).toBeLessThanOrEqual(most + 2);
  }
});
