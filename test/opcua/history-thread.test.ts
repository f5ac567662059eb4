import { type HistoryData, HistoryReadRequest, ReadRawModifiedDetails, TimestampsToReturn } from "node-opcua";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { createHistoryPort, HistoryRequestError, HistoryUnavailable } from "../../src/opcua/history/port.ts";
import { createInspectionServer } from "../../src/opcua/server.ts";
import { silentLog } from "../../src/platform/log.ts";
import { temporaryFolder } from "../ledger/support/folder.ts";
import { aClock } from "../ledger/support/units.ts";
import { aContext, aDraft, aTime } from "../support/units.ts";
import { aClient, aPkiFolder, aSetup } from "./support/rig.ts";

const context = { stations: aSetup().stations, ledgerId: "", types: { ids: {}, supertypes: {} } };
const request = {
  type: "raw",
  station: "LINE-01",
  path: "Context/Lot",
  domain: { start: 0, end: aTime * 2, bounds: false },
  limit: 10,
} as const;

async function aLedger(folder: string): Promise<void> {
  await using writer = await openLedgerWriter(folder, { clock: aClock() });
  const lots = ["L1", "L2", "L3"];
  await writer.append(
    lots.map((lot, i) =>
      aDraft("context", { context: aContext({ lot }), fromSequence: 1, wasPending: false }, aTime + i),
    ),
  );
}

test("the history thread reads a ledger on disk", async () => {
  using folder = temporaryFolder();
  await aLedger(folder.path);
  await using port = createHistoryPort(folder.path, context, silentLog);
  const { rows } = await port.ask(request);
  expect(rows.map(({ value }) => value)).toEqual(["L1", "L2", "L3"]);
});

// Nothing may be left without an answer.
test("a read of a ledger that is not there is refused, and says so", async () => {
  using folder = temporaryFolder();
  await using port = createHistoryPort(folder.path, context, silentLog);
  await expect(port.ask(request)).rejects.toThrow(HistoryUnavailable);
  await expect(port.ask(request)).rejects.toThrow(/there is no ledger in/);
});

// Whoever reads the log goes where it sends him: to a damaged disk only when the ledger is at fault, and once.
test("a ledger that cannot be read and a request that cannot be answered are told apart, once each", async () => {
  using folder = temporaryFolder();
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
  await using port = createHistoryPort(folder.path, context, log);
  for (let i = 0; i < 3; i++) await expect(port.ask(request)).rejects.toThrow(HistoryUnavailable);
  const odd = { ...request, path: "No/Such" };
  for (let i = 0; i < 3; i++) await expect(port.ask(odd)).rejects.toThrow(HistoryRequestError);
  expect(warnings).toEqual([
    expect.stringContaining("tallyline ledger verify"),
    expect.stringContaining("the ledger is not at fault"),
  ]);
});

// One client that pipelines its reads must neither refuse nor delay everybody else's, and nobody may make this process
// hold requests without a bound.
test("of a session's crowd of reads some wait and the rest are refused; another session is answered in between", async () => {
  using folder = temporaryFolder();
  await aLedger(folder.path);
  await using port = createHistoryPort(folder.path, context, silentLog);
  const [greedy, modest] = [{}, {}];
  const answered: string[] = [];
  const crowd = Array.from({ length: 150 }, async (_, i) => {
    await port.ask(request, greedy);
    answered.push(`greedy ${i}`);
  });
  const other = port.ask(request, modest).then(() => answered.push("modest"));
  const results = await Promise.allSettled(crowd);
  await other;
  const refused = results.flatMap((result, i) => (result.status === "rejected" ? [[i, result.reason]] : []));
  // One is read, ten wait.
  expect(refused).toEqual(Array.from({ length: 139 }, (_, i) => [i + 11, expect.any(HistoryUnavailable)]));
  // Asked last and answered among the first: sessions take turns.
  expect(answered.indexOf("modest")).toBeLessThan(6);
  expect(answered).toHaveLength(12);
});

// A thread in an endless loop would leave every client without an answer for ever.
test("a history thread that falls silent is ended, and who waited for it is told", async () => {
  using folder = temporaryFolder();
  const module = new URL("./support/silent-history-thread.ts", import.meta.url);
  await using port = createHistoryPort(folder.path, context, silentLog, { module, answerMs: 300 });
  await expect(port.ask(request)).rejects.toThrow(HistoryUnavailable);
  await expect(port.ask(request)).rejects.toThrow(HistoryUnavailable);
});

// A search that never ends, but lets others go on between, is as bad as a silent thread: it must not live on behind them.
test("a read without an end costs the thread, and what waited behind it is answered by the next", async () => {
  using folder = temporaryFolder();
  await aLedger(folder.path);
  const module = new URL("./support/forgetful-history-thread.ts", import.meta.url);
  await using port = createHistoryPort(folder.path, context, silentLog, { module, answerMs: 1_500 });
  const [one, other] = [{}, {}];
  let ended: unknown;
  const endless = port.ask({ ...request, path: "Context/OrderId" }, one).catch((error: unknown) => {
    ended = error;
  });
  const behind = port.ask(request, one);
  // The other session's reads are answered all the while: the thread is not silent.
  for (let reads = 0; !ended && reads < 50_000; reads++) await port.ask(request, other).catch(() => undefined);
  expect(ended).toBeInstanceOf(HistoryUnavailable);
  await endless;
  expect((await behind).rows.map(({ value }) => value)).toEqual(["L1", "L2", "L3"]);
}, 60_000);

// OPC 10000-4 §5.11.3.4, per operation: the thread may die of a page, the server may not, and the client goes on with the
// continuation point that it has.
test("when the history thread dies the read is BadResourceUnavailable, and another thread goes on with it", async () => {
  using folder = temporaryFolder();
  using pki = aPkiFolder();
  await aLedger(folder.path);
  const module = new URL("./support/mortal-history-thread.ts", import.meta.url);
  await using server = await createInspectionServer(aSetup({ pkiFolder: pki.path }), {
    reader: openLedgerReader(folder.path),
    commands: { request: () => Promise.reject(new Error("no commands here")), answered: () => undefined },
    openHistory: (known) => createHistoryPort(folder.path, known, silentLog, { module }),
    log: silentLog,
    onFailure: (error) => {
      throw error;
    },
  });
  await using client = await aClient(server.endpoints[0]!, pki.path);
  const details = new ReadRawModifiedDetails({
    startTime: new Date(aTime),
    endTime: new Date(aTime + 10),
    numValuesPerNode: 1,
  });
  const read = async (continuationPoint?: Buffer) => {
    const { results } = await client.session.historyRead(
      new HistoryReadRequest({
        historyReadDetails: details,
        timestampsToReturn: TimestampsToReturn.Both,
        nodesToRead: [{ nodeId: "ns=3;s=LINE-01/Context/Lot", ...(continuationPoint && { continuationPoint }) }],
      }),
    );
    return results![0]!;
  };
  const first = await read();
  const point = first.continuationPoint!;
  const pages = [first, await read(point), await read(point)];
  expect(pages.map(({ statusCode }) => statusCode.name)).toEqual(["Good", "BadResourceUnavailable", "Good"]);
  expect((pages[2]!.historyData as HistoryData).dataValues!.map(({ value }) => value.value)).toEqual(["L2"]);
}, 30_000);
