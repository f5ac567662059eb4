// Appends calls of eight units to the ledger in argv[2] in order, repeats a call that is refused as retryable, and prints
// what happened to each: "ok <offset>", "<code> <retryable>". Ends after argv[3] entries.
import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { LedgerError } from "../../../src/ledger/ledger-error.ts";
import { openLedgerWriter } from "../../../src/ledger/writer.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { unitDrafts } from "./units.ts";

const [folder, count] = [process.argv[2]!, Number(process.argv[3])];
await using writer = await openLedgerWriter(folder, { clock: systemClock });
while (writer.head.offset < count) {
  const { offset } = writer.head;
  try {
    await writer.append(unitDrafts(offset + 1, offset + 8));
    writeSync(1, `ok ${writer.head.offset}\n`);
  } catch (error) {
    if (!(error instanceof LedgerError) || writer.head.offset !== offset) throw error;
    writeSync(1, `${error.code} ${error.retryable}\n`);
    await setTimeout(50);
  }
}
