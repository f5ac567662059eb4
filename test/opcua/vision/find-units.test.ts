import { StatusCodes } from "node-opcua";
import type { HistoryPort, UnitsRequest } from "../../../src/opcua/history/requests.ts";
import { findUnits, searchedUnits } from "../../../src/opcua/vision/find-units.ts";
import type { ResultFilter } from "../../../src/opcua/vision/result.ts";
import { visionResultRows } from "../../../src/opcua/vision/result-methods.ts";
import { emptyStation } from "../../../src/projections/station-state.ts";
import { aUnit } from "../../support/units.ts";

/** Units 1 to `head`, every third without a part id of its own. */
function kept(head: number, onPage: () => void = () => undefined) {
  const asked: UnitsRequest[] = [];
  const ask = async (request: UnitsRequest) => {
    onPage();
    asked.push(request);
    const size = Math.max(0, Math.min(request.limit, head - request.from + 1));
    return Array.from({ length: size }, (_, n) => {
      const sequence = request.from + n;
      return { unit: aUnit({ sequence, unitId: sequence % 3 === 0 ? "THIRD" : `U-${sequence}` }), hash: "" };
    });
  };
  const history = { ask, [Symbol.asyncDispose]: async () => undefined } as unknown as HistoryPort;
  return { history, asked };
}
const any: ResultFilter = {
  resultState: 0,
  measId: "",
  partId: "",
  externalRecipeId: "",
  internalRecipeId: "",
  externalConfigurationId: "",
  internalConfigurationId: "",
  productId: "",
  jobId: "",
};
const inTime = () => 1_000;
const find = async (history: HistoryPort, head: number, over: object = {}, remainingMs = inTime) => {
  const search = { head, filter: any, start: 0, most: 3, ...over };
  const { units, ...rest } = await findUnits(history, "LINE-01", search, remainingMs);
  return { found: units.map(({ sequence }) => sequence), ...rest };
};

// One read-only client with a hundred calls at once made the server hold a million whole units, whatever MaxResults was.
test("it reads no further than its answer needs", async () => {
  const { history, asked } = kept(5_000);
  expect(await find(history, 5_000)).toEqual({ found: [1, 2, 3], isAll: false, isCut: false });
  expect(asked).toHaveLength(1);
});

// OPC 40100-1 §7.10.2.3: StartIndex and MaxResults cut the list of what fits; IsComplete says that nothing is behind it.
test.each([
  ["the first part", {}, { found: [3, 6, 9], isAll: false }],
  ["a part further on", { start: 100 }, { found: [303, 306, 309], isAll: false }],
  ["the last part", { start: 332 }, { found: [999], isAll: true }],
  ["exactly the last", { start: 330 }, { found: [993, 996, 999], isAll: true }],
  ["beyond the end", { start: 333 }, { found: [], isAll: true }],
])("what fits is counted across pages: %s", async (_, over, expected) => {
  const { history } = kept(1_000);
  const filter = { ...any, partId: "THIRD" };
  expect(await find(history, 1_000, { filter, ...over })).toEqual({ ...expected, isCut: false });
});

test("older units than are looked at are told of, and newer ones than clients know of are not given away", async () => {
  const head = searchedUnits + 10;
  const { history } = kept(head + 5);
  expect(await find(history, head, { start: searchedUnits - 1 })).toEqual({ found: [head], isAll: true, isCut: true });
});

test("when the time of its request is up it ends with what it has, and says so", async () => {
  let left = 300;
  const { history } = kept(5_000, () => {
    left -= 100;
  });
  const filter = { ...any, partId: "U-1" };
  const found = await find(history, 5_000, { filter }, () => left);
  expect(found).toEqual({ found: [1], isAll: false, isCut: true });
});

test("searches beyond the second at once are refused, not held; later ones are served", async () => {
  const station = { snapshot: { setup: { id: "LINE-01" }, ledger: { ledgerId: "L" }, state: emptyStation("LINE-01") } };
  const { promise: thread, reject: endThread } = Promise.withResolvers<never>();
  const history = { ask: () => thread, [Symbol.asyncDispose]: async () => undefined };
  const rows = visionResultRows({ addressSpace: {} as never, station: station as never, history });
  const search = () =>
    rows
      .find(({ name }) => name === "GetResultListFiltered")!
      .call({ inputs: {}, context: {} as never, remainingMs: inTime });
  const held = [search(), search()];
  expect(await search()).toMatchObject({ status: StatusCodes.BadTooManyOperations });
  endThread(new Error("the thread ended"));
  await Promise.allSettled(held);
  await expect(search()).rejects.toThrow("the thread ended");
});
