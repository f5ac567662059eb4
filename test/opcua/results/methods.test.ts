import { StatusCodes, Variant } from "node-opcua";
import { HistoryUnavailable } from "../../../src/opcua/history/port.ts";
import { resultMethodRows } from "../../../src/opcua/results/methods.ts";
import { emptyStation } from "../../../src/projections/station-state.ts";

// The thread that reads may die; the call fails for itself, and the client may ask again (OPC 10000-4 §5.12.2).
test.each([
  ["GetUnits", { FromSequence: 1, Max: 1 }],
  ["GetResultById", { ResultId: "L:LINE-01:1", Timeout: 0 }],
  ["GetResultIdListFiltered", { Filter: null, OrderedBy: [], MaxResults: 0, Timeout: 0 }],
])("%s without a ledger to read: BadResourceUnavailable", async (name, inputs) => {
  const snapshot = { setup: { id: "LINE-01" }, ledger: { ledgerId: "L" }, state: emptyStation("LINE-01") };
  const rows = resultMethodRows({
    station: { snapshot } as never,
    consumers: [],
    commands: { request: () => Promise.reject(), answered: () => undefined },
    history: {
      ask: () => Promise.reject(new HistoryUnavailable("the history thread ended")),
      [Symbol.asyncDispose]: async () => undefined,
    },
    result: () => new Variant(),
    index: { types: { ids: {}, supertypes: {} }, declarations: new Map() },
  });
  const outcome = await rows
    .find((row) => row.name === name)!
    .call({ inputs, context: {} as never, remainingMs: () => 1_000 });
  expect(outcome).toMatchObject({
    status: StatusCodes.BadResourceUnavailable,
    message: "the history thread ended",
  });
});
