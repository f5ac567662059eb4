// Appends units to the ledger in argv[2], ten calls of eight at a time, repeats what is refused as retryable, and prints
// what happened: "ok <offset>" or "<code> <retryable>". Ends at argv[3] entries, or when a call was stored although one
// before it was refused.
import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { LedgerError } from "../../../src/ledger/ledger-error.ts";
import { openLedgerWriter } from "../../../src/ledger/writer.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { unitDrafts } from "./units.ts";

const [folder, count] = [process.argv[2]!, Number(process.argv[3])];
await using writer = await openLedgerWriter(folder, { clock: systemClock });
while (writer.head.offset < count) {
  const { offset } = writer.head;
  const calls = Math.min(10, (count - offset) / 8);
  const results = await Promise.allSettled(
    Array.from({ length: calls }, (_, i) => writer.append(unitDrafts(offset + i * 8 + 1, offset + i * 8 + 8))),
  );
  const stored = results.findIndex(({ status }) => status === "rejected");
  if (stored === -1) {
    writeSync(1, `ok ${writer.head.offset}\n`);
    continue;
  }
  if (results.slice(stored).some(({ status }) => status === "fulfilled") || writer.head.offset !== offset + stored * 8)
    throw new Error("a call was stored although one before it was refused");
  const { code, retryable } = (results[stored] as PromiseRejectedResult).reason as LedgerError;
  writeSync(1, `${code} ${retryable}\n`);
  await setTimeout(50);
}
