import { execFileSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { verifyLedger } from "../../src/ledger/verify.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { startChild } from "./support/child.ts";
import { temporaryFolder } from "./support/folder.ts";
import { aClock, unitDrafts } from "./support/units.ts";

// The promise of the product: what was acknowledged survives a kill at any moment, exactly once, and writing goes on.
test("after SIGKILL under load every acknowledged entry is there once, and the ledger goes on", async () => {
  using folder = temporaryFolder();
  const acknowledged = new Map<number, string>();
  for (let round = 0; round < 6; round++) {
    const child = startChild("writing-child.ts", [folder.path]);
    await child.line(); // it has begun to write
    await setTimeout(Math.random() * 150);
    child.kill();
    const lines = (await child.output).split("\n").slice(0, -1); // the last line may be cut
    for (const line of lines) {
      const [offset, hash] = line.split(" ");
      expect(acknowledged.has(Number(offset))).toBe(false);
      acknowledged.set(Number(offset), hash!);
    }
    const result = await verifyLedger(folder.path);
    expect(result).toMatchObject({ ok: true });
    expect(result.entries).toBeGreaterThanOrEqual(Math.max(...acknowledged.keys()));
  }
  using reader = openLedgerReader(folder.path);
  const hashes = new Map(reader.read(0, 1_000_000).map(({ entry, hash }) => [entry.offset, hash]));
  expect(acknowledged.size).toBeGreaterThan(100);
  for (const [offset, hash] of acknowledged) expect(hashes.get(offset)).toBe(hash);
}, 30_000);

// The OPC UA process and a sink read while the core writes; neither may miss, double or reorder an entry.
test("two readers in other processes see every entry in order while the writer runs, across a month", async () => {
  using folder = temporaryFolder();
  const clock = aClock(Date.UTC(2026, 10, 30, 23, 59));
  await using writer = await openLedgerWriter(folder.path, { clock });
  const readers = [1, 2].map(() => startChild("reading-child.ts", [folder.path, "3000"]));
  for (const reader of readers) expect(await reader.line()).toBe("open");
  for (let first = 1; first <= 3_000; first += 30) {
    if (first > 1_500) clock.now = Date.UTC(2026, 11, 1);
    await writer.append(unitDrafts(first, first + 29));
  }
  for (const reader of readers)
    expect(JSON.parse((await reader.output).split("\n")[1]!)).toEqual({
      offset: 3_000,
      hash: writer.head.hash,
      outOfOrder: 0,
    });
}, 30_000);

const canLimitFiles = process.platform === "linux";

// A file size limit of the operating system stands for the full disk: the same failing write(2), and it can be lifted
// from outside while the program runs.
(canLimitFiles ? test : test.skip)(
  "when the disk takes nothing more, append is refused as retryable and goes on once there is space",
  async () => {
    using folder = temporaryFolder();
    const child = startChild(
      "full-disk-child.ts",
      [folder.path, "2000"],
      "trap '' XFSZ; ulimit -S -f 512; exec \"$@\"",
    );
    const refusals: string[] = [];
    while (refusals.length < 3) {
      const line = await child.line();
      if (!line.startsWith("ok")) refusals.push(line);
    }
    for (const refusal of refusals) expect(refusal).toMatch(/^LEDGER_(FULL|IO) true$/);
    const whileFull = await verifyLedger(folder.path);
    expect(whileFull).toMatchObject({ ok: true });
    execFileSync("prlimit", ["--pid", String(child.pid), "--fsize=unlimited"]);
    expect(await child.output).toMatch(/ok 2000\n$/);
    // Sequences without gap or double: nothing of a refused call was stored, and every repeated call was stored once.
    expect(await verifyLedger(folder.path)).toMatchObject({ ok: true, entries: 2_000 });
    expect(whileFull.entries).toBeLessThan(2_000);
  },
  30_000,
);
