// What the ledger costs: commits, groups, opening, loading a snapshot with its tail, and verify, on a ledger of 1,000,000
// entries that the real writer builds in a temporary folder (about 2 GB). `--entries N` for another size, `--dir` for
// another disk. The last line is one JSON object; the exit code is 1 when a bar is missed.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { openStore } from "../../src/ledger/store.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { aDraft, aTime, aUnit } from "../../test/support/units.ts";

const { values } = parseArgs({
  options: {
    entries: { type: "string", default: "1000000" },
    dir: { type: "string", default: tmpdir() },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log("usage: node scripts/launch.js scripts/bench/ledger.bench.ts [--entries 1000000] [--dir FOLDER]");
  process.exit(0);
}
const entries = Number(values.entries);
const singles = 2_000;
const tail = 1_000;
const samples = 7;

const folder = mkdtempSync(join(values.dir, "tallyline-ledger-bench-"));
const verdict = {
  kind: "fail",
  confidence: 0.93,
  defects: [
    { class: "LABEL_OFFSET", confidence: 0.93, zone: "label", box: [412, 300, 220, 96], measures: { offset_mm: 3.2 } },
    { class: "SEAL_TORN", confidence: 0.71, zone: "seal-top", box: [12, 8, 64, 20], code: "Q-117" },
  ],
} as const;
/** About 1.2 kB of canonical text, as a failed unit with two defects has. */
const unit = (sequence: number): EntryDraft =>
  aDraft("unit", aUnit({ sequence, triggeredAt: aTime + sequence * 150, verdict, rejectRequested: true }), aTime);

const timed = async <T>(work: () => T | Promise<T>): Promise<readonly [seconds: number, result: T]> => {
  const start = performance.now();
  const result = await work();
  return [(performance.now() - start) / 1_000, result];
};
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** The disk itself: a 4 kB write and an fsync, which no durable commit can beat. */
function fsyncsPerSecond(): number {
  const handle = openSync(join(folder, "baseline"), "w");
  const block = Buffer.alloc(4_096, 7);
  const start = performance.now();
  for (let i = 0; i < 500; i++) {
    writeSync(handle, block);
    fsyncSync(handle);
  }
  const seconds = (performance.now() - start) / 1_000;
  closeSync(handle);
  return 500 / seconds;
}

try {
  const baseline = fsyncsPerSecond();
  let sequence = 0;
  const writer = await openLedgerWriter(folder, { clock: systemClock });
  const [singleSeconds] = await timed(async () => {
    for (let i = 0; i < singles; i++) await writer.append([unit(++sequence)]);
  });
  const [groupSeconds] = await timed(async () => {
    while (sequence < entries) {
      const calls: Promise<unknown>[] = [];
      for (let i = 0; i < 1_024 && sequence < entries; i++) calls.push(writer.append([unit(++sequence)]));
      await Promise.all(calls);
      if (sequence % 102_400 < 1_024) console.error(`${sequence} of ${entries} entries written`);
    }
  });
  await writer.saveSnapshot("bench", entries - tail, { units: entries - tail });
  const { head } = writer;
  await writer[Symbol.asyncDispose]();

  const openStoreMs: number[] = [];
  const openWriterMs: number[] = [];
  const openReaderMs: number[] = [];
  const loadMs: number[] = [];
  let checksum = 0;
  for (let i = 0; i < samples; i++) {
    const [storeSeconds, store] = await timed(() => openStore(folder, Date.now(), () => undefined));
    openStoreMs.push(storeSeconds * 1_000);
    store.close();
    const [writerSeconds, again] = await timed(() => openLedgerWriter(folder, { clock: systemClock }));
    openWriterMs.push(writerSeconds * 1_000);
    await again[Symbol.asyncDispose]();
    const [readerSeconds, reader] = await timed(() => openLedgerReader(folder));
    openReaderMs.push(readerSeconds * 1_000);
    const [loadSeconds, units] = await timed(() => {
      const snapshot = reader.loadSnapshot("bench")!;
      let at = snapshot.offset;
      let seen = (snapshot.state as { units: number }).units;
      for (let page = reader.read(at, 256); page.length > 0; page = reader.read(at, 256)) {
        at = page.at(-1)!.entry.offset;
        seen += page.length;
      }
      return seen;
    });
    loadMs.push(loadSeconds * 1_000);
    checksum += units;
    reader[Symbol.dispose]();
  }
  const before = process.cpuUsage();
  const [verifySeconds, result] = await timed(() => verifyLedger(folder, { head }));
  const used = process.cpuUsage(before);
  const verifyCpuSeconds = (used.user + used.system) / 1e6;
  const passes = {
    whole: result.ok && result.entries === entries && checksum === samples * entries,
    open: median(openStoreMs) <= 50,
    load: median(loadMs) <= 500,
    verify: verifyCpuSeconds <= (30 * entries) / 1_000_000,
  };
  console.log(
    JSON.stringify({
      bench: "ledger",
      entries,
      entryBytes: JSON.stringify(unit(entries)).length,
      singleCommitsPerSecond: rounded(singles / singleSeconds),
      fsyncsPerSecond: rounded(baseline),
      singleToFsync: rounded(singles / singleSeconds / baseline, 2),
      groupedEntriesPerSecond: rounded((entries - singles) / groupSeconds),
      openStoreMs: { median: rounded(median(openStoreMs), 1), max: rounded(Math.max(...openStoreMs), 1), bar: 50 },
      // The same with the start of the thread in which it runs.
      openWriterMs: { median: rounded(median(openWriterMs), 1), max: rounded(Math.max(...openWriterMs), 1) },
      openReaderMs: { median: rounded(median(openReaderMs), 1), max: rounded(Math.max(...openReaderMs), 1) },
      snapshotAndTailMs: { tail, median: rounded(median(loadMs), 1), max: rounded(Math.max(...loadMs), 1), bar: 500 },
      // The bar is on processor time: on a shared machine the other figure says how busy the others were.
      verifyCpuSeconds: { value: rounded(verifyCpuSeconds, 1), bar: rounded((30 * entries) / 1_000_000, 1) },
      verifySeconds: rounded(verifySeconds, 1),
      checksum: head.hash,
      passes,
    }),
  );
  process.exitCode = Object.values(passes).every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
