// The clients of the history benches, in a process of their own: what they decode must not cost the server's time.
import { percentile } from "../../../src/projections/timing.ts";
import { listenToUnits } from "../../soak/unit-listener.ts";
import { station } from "../unit.ts";
import { historyClient, recover } from "./client.ts";

export type ToClients =
  | { readonly type: "listen"; readonly endpoint: string }
  /** Forgets what was seen and tells of it. */
  | { readonly type: "collect" }
  | { readonly type: "leave" }
  /** Ready when the server has told of that unit. */
  | { readonly type: "watch"; readonly endpoint: string; readonly sequence: number }
  /** Listens again and reads the gap; then goes on for a while. */
  | { readonly type: "return"; readonly endpoint: string; readonly settleMs: number }
  | { readonly type: "read"; readonly endpoint: string; readonly lots: readonly string[]; readonly ms: number };

export type FromClients =
  | { readonly type: "ready" }
  | {
      readonly type: "collected";
      readonly count: number;
      readonly last: number;
      readonly latencyP99Ms: number;
      readonly latencyP50Ms: number;
    }
  | {
      readonly type: "recovered";
      readonly seconds: number;
      readonly pages: number;
      readonly fromHistory: number;
      /** Every sequence that reached this client since the beginning, in the order in which it came. */
      readonly gaps: number;
      readonly doubles: number;
      readonly last: number;
    }
  | {
      readonly type: "read";
      readonly firstPagesMs: readonly number[];
      readonly events: number;
      readonly checksum: number;
    };

const say = (message: FromClients): void => void process.send!(message);
let listener: Awaited<ReturnType<typeof listenToUnits>> | undefined;
const sequences: number[] = [];
let taken = 0;

const handlers: { [T in ToClients["type"]]: (message: Extract<ToClients, { type: T }>) => Promise<void> } = {
  async listen({ endpoint }) {
    listener = await listenToUnits(endpoint, station, { publishingInterval: 50 });
    say({ type: "ready" });
  },
  async collect() {
    const seen = listener!.seen.slice(taken);
    taken = listener!.seen.length;
    // The bench dates its units at their commit.
    const latencies = seen.map(({ receivedAt, time }) => receivedAt - time);
    say({
      type: "collected",
      count: seen.length,
      last: listener!.seen.at(-1)?.sequence ?? 0,
      latencyP99Ms: percentile(latencies, 99) ?? Number.NaN,
      latencyP50Ms: percentile(latencies, 50) ?? Number.NaN,
    });
  },
  async leave() {
    sequences.push(...listener!.seen.map(({ sequence }) => sequence));
    await listener![Symbol.asyncDispose]();
    say({ type: "ready" });
  },
  async watch({ endpoint, sequence }) {
    await using client = await historyClient(endpoint);
    while ((await client.headSequence(station)) < sequence) await new Promise((resolve) => setTimeout(resolve, 100));
    say({ type: "ready" });
  },
  async return({ endpoint, settleMs }) {
    const started = performance.now();
    const { history, live, pages } = await recover(endpoint, station, sequences.at(-1)!);
    const seconds = (performance.now() - started) / 1_000;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    sequences.push(...history, ...live.seen.map(({ sequence }) => sequence));
    await live[Symbol.asyncDispose]();
    const distinct = new Set(sequences);
    const last = sequences.at(-1)!;
    const gaps = last - sequences[0]! + 1 - distinct.size;
    say({
      type: "recovered",
      seconds,
      pages,
      fromHistory: history.length,
      gaps,
      doubles: sequences.length - distinct.size,
      last,
    });
  },
  async read({ endpoint, lots, ms }) {
    await using client = await historyClient(endpoint);
    const until = performance.now() + ms;
    const firstPagesMs: number[] = [];
    let events = 0;
    let checksum = 0;
    for (let n = 0; performance.now() < until; n++) {
      const started = performance.now();
      let page = await client.byLot(station, lots[(n * 37) % lots.length]!);
      firstPagesMs.push(performance.now() - started);
      for (let pages = 1; ; pages++) {
        events += page.sequences.length;
        checksum = page.sequences.reduce((sum, sequence) => (sum + sequence) % 1_000_003, checksum);
        if (!page.continuationPoint) break;
        if (pages === 4) {
          await client.release(station, page.continuationPoint);
          break;
        }
        page = await client.goOn(station, page.continuationPoint);
      }
    }
    say({ type: "read", firstPagesMs, events, checksum });
  },
};

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToClients) => {
  (handlers[message.type] as (m: ToClients) => Promise<void>)(message).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
