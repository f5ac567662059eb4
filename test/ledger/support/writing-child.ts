// A program that writes units to the ledger in argv[2] as fast as it can until it is killed, and prints one line per
// acknowledged entry: only what the ledger has acknowledged may be expected to be there afterwards.
import { writeSync } from "node:fs";
import { openLedgerReader } from "../../../src/ledger/reader.ts";
import { openLedgerWriter } from "../../../src/ledger/writer.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { aDraft, aUnit } from "../../support/units.ts";

const folder = process.argv[2]!;
const writer = await openLedgerWriter(folder, { clock: systemClock });
let sequence = 0;
if (writer.head.offset > 0) {
  using reader = openLedgerReader(folder);
  const last = reader.read(writer.head.offset - 1, 1)[0]!.entry;
  if (last.kind === "unit") sequence = last.body.sequence;
}
const inFlight = new Set<Promise<void>>();
for (;;) {
  const drafts = Array.from({ length: 1 + (sequence % 5) }, () => {
    sequence += 1;
    return aDraft("unit", aUnit({ sequence }));
  });
  const acknowledged = writer.append(drafts).then((committed) => {
    inFlight.delete(acknowledged);
    writeSync(1, committed.map(({ entry, hash }) => `${entry.offset} ${hash}\n`).join(""));
  });
  inFlight.add(acknowledged);
  if (inFlight.size >= 20) await Promise.race(inFlight);
}
