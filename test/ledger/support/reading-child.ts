// Reads the ledger in argv[2] page by page until it has argv[3] entries, and prints the last hash and a count of entries
// that did not follow the one before.
import { setTimeout } from "node:timers/promises";
import { openLedgerReader } from "../../../src/ledger/reader.ts";

const [folder, count] = [process.argv[2]!, Number(process.argv[3])];
using reader = openLedgerReader(folder);
let [offset, hash, outOfOrder] = [0, "", 0];
console.log("open");
while (offset < count) {
  const page = reader.read(offset, 100);
  for (const committed of page) {
    if (committed.entry.offset !== offset + 1) outOfOrder += 1;
    offset = committed.entry.offset;
    hash = committed.hash;
  }
  if (page.length === 0) await setTimeout(2);
}
console.log(JSON.stringify({ offset, hash, outOfOrder }));
