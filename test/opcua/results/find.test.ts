import { ContentFilter, FilterOperator, StatusCodes } from "node-opcua";
import type { EventsRequest } from "../../../src/opcua/history/events.ts";
import type { HistoryPort } from "../../../src/opcua/history/requests.ts";
import { capabilities } from "../../../src/opcua/limits.ts";
import { compileSearch, findResults, maximumFound } from "../../../src/opcua/results/find.ts";

/** Pages of results `first`, `first + 1`, … for ever, or until there are `total`. */
function endless(total = Number.POSITIVE_INFINITY, onPage: () => void = () => undefined) {
  let given = 0;
  let pages = 0;
  const ask = async (request: EventsRequest) => {
    onPage();
    pages += 1;
    const size = Math.min(request.limit, total - given);
    const events = Array.from({ length: size }, (_, n) =>
      request.select.map((_field, at) =>
        at === 0
          ? { dataType: "String", value: `id-${given + n + 1}` }
          : { dataType: "UInt32", value: (given + n) % 3 },
      ),
    );
    given += size;
    return { events, ...(given < total && { next: request }) };
  };
  const history = { ask, [Symbol.asyncDispose]: async () => undefined } as unknown as HistoryPort;
  return { history, pages: () => pages };
}
const all = { where: [], order: [] };
const sorted = { where: [], order: [{ path: "2:Verdict" }] };

test("without an order it ends with the last id wanted", async () => {
  const { history, pages } = endless();
  const { ids, isComplete } = await findResults(history, "LINE-01", all, 3);
  expect([ids, isComplete, pages()]).toEqual([["id-1", "id-2", "id-3"], true, 1]);
});

test("an order needs all results before it cuts", async () => {
  const { ids, isComplete } = await findResults(endless(700).history, "LINE-01", sorted, 3);
  expect([ids, isComplete]).toEqual([["id-1", "id-4", "id-7"], true]);
});

// What was left out has to be told: a list that looks whole would be believed.
test.each([
  ["exactly as many as one answer holds", maximumFound, 0, maximumFound, true],
  ["one more", maximumFound + 1, 0, maximumFound, false],
  ["a MaxResults above it", maximumFound + 1, maximumFound + 1, maximumFound, false],
  ["fewer than MaxResults", 7, 10, 7, true],
])("%s", async (_, total, max, length, isComplete) => {
  const found = await findResults(endless(total).history, "LINE-01", all, max);
  expect([found.ids.length, found.isComplete]).toEqual([length, isComplete]);
});

// A client that waits longer than its own time-out hears nothing at all.
test.each([all, sorted])("a search that takes too long is given up with what it has (%#)", async (search) => {
  let now = 0;
  const { history } = endless(undefined, () => {
    now += 1_000;
  });
  const { ids, isComplete } = await findResults(history, "LINE-01", search, 0, { now: () => now });
  expect([ids.length > 0, ids.length < maximumFound, isComplete]).toEqual([true, true, false]);
});

// OPC 10000-5 §6.3.2: MaxWhereClauseParameters holds for every filter that a client can send.
test("a filter of more elements than the limit is refused by its argument", () => {
  const elements = Array(capabilities.maxWhereClauseParameters + 1).fill({ filterOperator: FilterOperator.IsNull });
  const index = { types: { ids: {}, supertypes: {} }, declarations: new Map() };
  expect(compileSearch(new ContentFilter({ elements }), [], index)).toEqual([
    expect.objectContaining({ argument: "Filter", status: StatusCodes.BadContentFilterInvalid }),
  ]);
});

// Fifty searches in one Call get the time of one request between them, not three seconds each.
test("a search keeps to what is left of its request's time", async () => {
  let now = 0;
  const { history, pages } = endless(undefined, () => {
    now += 100;
  });
  const { isComplete } = await findResults(history, "LINE-01", sorted, 0, { budgetMs: 300, now: () => now });
  expect([pages(), isComplete]).toEqual([3, false]);
});
