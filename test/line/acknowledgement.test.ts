import type { AcknowledgeResults } from "../../src/domain/command.ts";
import type { SequenceRange } from "../../src/domain/sequence-ranges.ts";
import { maximumRanges } from "../../src/line/acknowledgement-desk.ts";
import { AppError } from "../../src/platform/errors.ts";
import { aLine, pass, type TestLine } from "../support/line.ts";

class Unwritable extends AppError {
  readonly code = "TEST_UNWRITABLE";
  override readonly retryable = true;
}
const consumers = [
  { id: "MES-1", from: "oldest" },
  { id: "HIST-1", from: "head" },
] as const;
const acknowledging = (ranges: readonly SequenceRange[], consumer = "MES-1", by = "mes"): AcknowledgeResults => ({
  kind: "acknowledgeResults",
  station: "LINE-01",
  source: "opcua",
  by,
  consumer,
  ranges,
});
const ask = async (t: TestLine, command: AcknowledgeResults) => {
  const answer = t.line.command(command);
  await t.settle();
  t.clock.advance(50);
  await t.settle();
  return answer;
};
async function aLineWith(units: number): Promise<TestLine> {
  const t = aLine({ consumers });
  for (let n = 0; n < units; n++) t.unit(pass);
  await t.settle();
  return t;
}
const allEntries = (t: TestLine) => t.ledger.of("acknowledgement").map(({ by, body }) => ({ by, ...body }));
/** Without the ones that introduce a consumer. */
const entries = (t: TestLine) => allEntries(t).filter(({ by }) => by !== "line");

test("an acknowledgement is an entry, and its answer comes when that is on disk", async () => {
  const t = await aLineWith(5);
  expect(await ask(t, acknowledging([[1, 3]]))).toEqual({ outcome: "acknowledged", cursor: 3 });
  expect(entries(t)).toEqual([{ by: "mes", consumer: "MES-1", ranges: [[1, 3]], cursor: 3 }]);
});

test("out of order: the cursor waits for what is missing", async () => {
  const t = await aLineWith(5);
  expect(await ask(t, acknowledging([[4, 5]]))).toMatchObject({ cursor: 0 });
  expect(await ask(t, acknowledging([[1, 2]]))).toMatchObject({ cursor: 2 });
  expect(await ask(t, acknowledging([[3, 3]]))).toMatchObject({ cursor: 5 });
});

// A client that got no answer asks again: that must be no news, and no error.
test("again is accepted and writes nothing", async () => {
  const t = await aLineWith(3);
  await ask(t, acknowledging([[1, 3]]));
  expect(await ask(t, acknowledging([[2, 3]]))).toEqual({ outcome: "acknowledged", cursor: 3 });
  expect(entries(t)).toHaveLength(1);
});

test("a restart goes on where the consumer was", async () => {
  const before = await aLineWith(5);
  await ask(
    before,
    acknowledging([
      [1, 2],
      [4, 4],
    ]),
  );
  const after = aLine({ consumers }, before);
  expect(await ask(after, acknowledging([[3, 3]]))).toEqual({ outcome: "acknowledged", cursor: 4 });
});

// 6,000 units a minute, each acknowledged by a call of its own, must not double the ledger.
test("calls that come close together share an entry; each gets its answer", async () => {
  const t = await aLineWith(40);
  const answers = [];
  for (let n = 1; n <= 40; n++) {
    answers.push(t.line.command(acknowledging([[n, n]])));
    t.clock.advance(5);
    await t.settle();
  }
  t.clock.advance(50);
  await t.settle();
  const cursors = (await Promise.all(answers)).map((a) => (a.outcome === "acknowledged" ? a.cursor : a));
  expect(cursors).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  expect(entries(t).length).toBeLessThanOrEqual(6);
  expect(entries(t).at(-1)).toMatchObject({ cursor: 40 });
});

// Who took delivery is what an auditor asks: one entry never speaks for two.
test("two consumers and two callers each have entries of their own", async () => {
  const t = await aLineWith(4);
  const answers = [
    t.line.command(acknowledging([[1, 1]])),
    t.line.command(acknowledging([[2, 2]])),
    t.line.command(acknowledging([[1, 4]], "HIST-1", "historian")),
    t.line.command(acknowledging([[3, 3]], "MES-1", "mes of the night shift")),
  ];
  t.clock.advance(50);
  await t.settle();
  await Promise.all(answers);
  expect(entries(t).map(({ by, consumer, cursor }) => [by, consumer, cursor])).toEqual([
    ["mes", "MES-1", 1],
    ["mes", "MES-1", 2],
    ["historian", "HIST-1", 4],
    ["mes of the night shift", "MES-1", 3],
  ]);
});

test.each([
  ["a unit that is not there yet", [[3, 6]], "MES-1", /only units 1 to 5/],
  ["unit 0", [[0, 2]], "MES-1", /only units 1 to 5/],
  ["for a consumer that nobody configured", [[1, 1]], "MES-2", /no consumer MES-2.*MES-1, HIST-1/],
] as const)("%s is refused and changes nothing", async (_, ranges, consumer, message) => {
  const t = await aLineWith(5);
  expect(await ask(t, acknowledging(ranges, consumer))).toMatchObject({
    outcome: "refused",
    code: "invalidArgument",
    message: expect.stringMatching(message),
  });
  expect(entries(t)).toEqual([]);
});

// What is kept out of order is memory and snapshot for ever; the client that causes it must hear of it.
test("too many stretches out of order are refused, and the missing ones are taken then", async () => {
  const t = await aLineWith(0);
  for (let n = 0; n < 2 * maximumRanges + 3; n++) {
    t.unit(pass);
    if (n % 50 === 0) await t.settle();
  }
  await t.settle();
  const every2nd = Array.from({ length: maximumRanges }, (_, n) => [2 * n + 2, 2 * n + 2] as const);
  expect(await ask(t, acknowledging(every2nd))).toEqual({ outcome: "acknowledged", cursor: 0 });
  const beyond = 2 * maximumRanges + 2;
  expect(await ask(t, acknowledging([[beyond, beyond]]))).toMatchObject({ outcome: "refused", code: "tooManyGaps" });
  expect(await ask(t, acknowledging([[1, 1]]))).toEqual({ outcome: "acknowledged", cursor: 2 });
  expect(await ask(t, acknowledging([[beyond, beyond]]))).toEqual({ outcome: "acknowledged", cursor: 2 });
});

test("while nothing can be written it says so", async () => {
  const t = await aLineWith(2);
  t.ledger.fail = new Unwritable("disk full");
  t.unit(pass);
  await t.settle();
  expect(await ask(t, acknowledging([[1, 1]]))).toMatchObject({ outcome: "refused", code: "storage" });
  t.ledger.fail = undefined;
});

describe("a consumer that begins at the head", () => {
  test("wants nothing of what was there before it; later starts leave it where it is", async () => {
    const before = aLine();
    for (let n = 0; n < 3; n++) before.unit(pass);
    await before.settle();
    const first = aLine({ consumers }, before);
    await first.settle();
    expect(allEntries(first)).toEqual([{ by: "line", consumer: "HIST-1", ranges: [[1, 3]], cursor: 3 }]);
    first.unit(pass);
    await first.settle();
    const second = aLine({ consumers }, first);
    await second.settle();
    expect(allEntries(second)).toHaveLength(1);
  });

  // Else a restart before its first acknowledgement would take away what came meanwhile.
  test("before the first unit there is nothing to leave out, also after a restart", async () => {
    const before = await aLineWith(0);
    for (let n = 0; n < 3; n++) before.unit(pass);
    await before.settle();
    const after = aLine({ consumers }, before);
    await after.settle();
    expect(allEntries(after)).toEqual([{ by: "line", consumer: "HIST-1", ranges: [], cursor: 0 }]);
  });
});

test("what waits when the line stops is written before it says stopped", async () => {
  const t = await aLineWith(3);
  await ask(t, acknowledging([[1, 1]]));
  const [one, two] = [t.line.command(acknowledging([[2, 2]])), t.line.command(acknowledging([[3, 3]]))];
  await t.line.stop();
  expect([await one, await two]).toMatchObject([{ cursor: 2 }, { cursor: 3 }]);
  expect(t.ledger.committed.slice(-2).map(({ entry }) => entry.kind)).toEqual(["acknowledgement", "state"]);
});
