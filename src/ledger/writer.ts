import { Worker } from "node:worker_threads";
import { canonicalJson } from "../domain/canonical-json.ts";
import { type Committed, type EntryDraft, entryVersion, type LedgerEntry } from "../domain/ledger-entry.ts";
import type { Clock } from "../platform/clock.ts";
import { type Log, silentLog } from "../platform/log.ts";
import type { Head, LedgerWriter } from "./ledger.ts";
import { LedgerError } from "./ledger-error.ts";
import { columnsOf } from "./schema.ts";
import type { Row } from "./store.ts";
import type { Failure, FromThread, Requests, RequestType, ThreadData } from "./thread-messages.ts";

/** A group closes with the call that brings it to this many entries. */
const groupSize = 64;
/**
 * Entries that may wait for the disk; what comes then is refused as retryable. At 400 units/min that is over half an
 * hour of a disk that does not answer.
 */
const maximumWaiting = 16_384;

/** One call of `append`. Its drafts are never torn apart. */
interface Call {
  readonly drafts: readonly EntryDraft[];
  readonly resolve: (committed: readonly Committed[]) => void;
  readonly reject: (error: LedgerError) => void;
}

/**
 * Opens the ledger in `folder` for appending, or begins one there. A commit starts as soon as the disk is free (within
 * the turn of the event loop, so well below 10 ms) and takes what has come until then: single entries are quick, a crowd
 * shares its fsync.
 *
 * When a commit fails, everything that was queued behind it is rejected with it: a caller that repeats the calls in order
 * gets them stored in order.
 * @param deps `clock.wall` stamps `committedAt`, which never goes back; `log` gets what stops nothing
 * @throws LedgerError when the ledger cannot be used; the message says which file, what, and how to mend it
 */
export async function openLedgerWriter(
  folder: string,
  { clock, log = silentLog }: { readonly clock: Pick<Clock, "wall">; readonly log?: Log },
): Promise<LedgerWriter> {
  const thread = await startThread(folder, clock.wall(), log);
  let { head, committedAt } = thread;
  const queue: Call[] = [];
  let waiting = 0;
  let closing: Promise<void> | undefined;
  let isBusy = false;
  let whenIdle: (() => void) | undefined;

  const takeGroup = (): Call[] => {
    const group: Call[] = [];
    for (let size = 0; size < groupSize; ) {
      const call = queue.shift();
      if (!call) break;
      group.push(call);
      size += call.drafts.length;
    }
    return group;
  };

  const commitGroup = async (group: readonly Call[]): Promise<void> => {
    const at = Math.max(committedAt, Math.trunc(clock.wall()));
    const accepted: { call: Call; entries: LedgerEntry[] }[] = [];
    const rows: Row[] = [];
    let offset = head.offset;
    for (const call of group) {
      waiting -= call.drafts.length;
      try {
        const entries = call.drafts.map((draft, i) => placed(draft, offset + 1 + i, at));
        const own = entries.map((entry) => ({ offset: entry.offset, ...columnsOf(entry), text: canonicalJson(entry) }));
        for (const row of own) rows.push(row);
        accepted.push({ call, entries });
        offset += entries.length;
      } catch (cause) {
        call.reject(
          new LedgerError(
            "LEDGER_ENTRY",
            "an entry cannot be stored because a value in it has no place or no canonical text; nothing of the call is stored: correct the value",
            cause,
          ),
        );
      }
    }
    if (rows.length === 0) return;
    // Also when the commit fails: a segment for this month may have been begun.
    committedAt = at;
    try {
      const hashes = await thread.ask("commit", { rows, committedAt: at });
      head = { ...head, offset, hash: hashes.at(-1)! };
      let i = 0;
      for (const { call, entries } of accepted) call.resolve(entries.map((entry) => ({ entry, hash: hashes[i++]! })));
    } catch (error) {
      waiting = 0;
      for (const call of [...accepted.map(({ call }) => call), ...queue.splice(0)]) call.reject(error as LedgerError);
    }
  };

  const run = async (): Promise<void> => {
    for (let group = takeGroup(); group.length > 0; group = takeGroup()) await commitGroup(group);
    isBusy = false;
    whenIdle?.();
  };

  return {
    get head(): Head {
      return head;
    },
    append(drafts) {
      if (closing) return Promise.reject(closed());
      if (drafts.length === 0) return Promise.resolve([]);
      if (waiting > 0 && waiting + drafts.length > maximumWaiting)
        return Promise.reject(
          new LedgerError(
            "LEDGER_OVERLOAD",
            `${waiting} entries already wait for the disk below ${folder}; check whether it is too slow or hangs`,
          ),
        );
      const { promise, resolve, reject } = Promise.withResolvers<readonly Committed[]>();
      queue.push({ drafts, resolve, reject });
      waiting += drafts.length;
      if (!isBusy) {
        isBusy = true;
        setImmediate(() => void run());
      }
      return promise;
    },
    async findEndedLot(station, lot) {
      if (closing) throw closed();
      return await thread.ask("findEndedLot", { station, lot });
    },
    async saveSnapshot(name, offset, state) {
      if (closing) throw closed();
      await thread.ask("saveSnapshot", { name, offset, state: JSON.stringify(state) ?? "null" });
    },
    [Symbol.asyncDispose]() {
      closing ??= (async () => {
        if (isBusy)
          await new Promise<void>((resolve) => {
            whenIdle = resolve;
          });
        await thread.end();
      })();
      return closing;
    },
  };
}

/** Exactly the fields of an entry, whatever else a draft may carry. */
const placed = ({ station, kind, time, by, body }: EntryDraft, offset: number, committedAt: number): LedgerEntry =>
  ({ v: entryVersion, offset, station, kind, time, committedAt, by, body }) as LedgerEntry;

const closed = (): LedgerError =>
  new LedgerError("LEDGER_CLOSED", "the ledger was closed; nothing of the call is stored");

const revived = ({ code, message, cause }: Failure): LedgerError => new LedgerError(code, message, cause);

interface Thread {
  readonly head: Head;
  readonly committedAt: number;
  ask<T extends RequestType>(type: T, fields: Requests[T]["ask"]): Promise<Requests[T]["answer"]>;
  /** Resolves when nothing of it runs any more. */
  end(): Promise<void>;
}

/** Starts the thread that owns the files, and waits until it has opened and checked them. */
async function startThread(folder: string, now: number, log: Log): Promise<Thread> {
  const workerData: ThreadData = { folder, now };
  const worker = new Worker(new URL("./writer-thread.ts", import.meta.url), { workerData });
  const open = new Map<number, { resolve: (value: never) => void; reject: (error: LedgerError) => void }>();
  const ready = Promise.withResolvers<Extract<FromThread, { type: "ready" }>>();
  const exited = Promise.withResolvers<void>();
  let broken: LedgerError | undefined;
  let lastId = 0;

  worker.on("message", (message: FromThread) => {
    switch (message.type) {
      case "ready":
        ready.resolve(message);
        return;
      case "refused":
        ready.reject(revived(message.failure));
        return;
      case "notice":
        log.warn(message.message, message.fields);
        return;
      case "answer":
        open.get(message.id)?.resolve(message.value as never);
        open.delete(message.id);
        return;
      case "failed":
        open.get(message.id)?.reject(revived(message.failure));
        open.delete(message.id);
    }
  });
  const fail = (cause: unknown): void => {
    broken ??= new LedgerError(
      "LEDGER_THREAD",
      `the thread that writes the ledger in ${folder} ended; restart the program, the ledger itself is safe`,
      cause,
    );
    ready.reject(broken);
    for (const { reject } of open.values()) reject(broken);
    open.clear();
  };
  worker.on("error", fail);
  worker.on("exit", (code) => {
    fail(`exit code ${code}`);
    exited.resolve();
  });

  const ask: Thread["ask"] = (type, fields) => {
    if (broken) return Promise.reject(broken);
    lastId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<never>();
    open.set(lastId, { resolve, reject });
    worker.postMessage({ type, id: lastId, ...fields });
    return promise;
  };
  try {
    const { head, committedAt } = await ready.promise;
    return {
      head,
      committedAt,
      ask,
      async end() {
        if (!broken) await ask("close", {});
        await exited.promise;
      },
    };
  } catch (error) {
    await exited.promise;
    throw error;
  }
}
