import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { markedName, pictureName, type ShelfChange } from "../../src/domain/evidence.ts";
import type { EntryDraft } from "../../src/domain/ledger-entry.ts";
import { verifyEvidence } from "../../src/ledger/verify-evidence.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { aDraft, aTime } from "../support/units.ts";
import { temporaryFolder } from "./support/folder.ts";

let temporary: ReturnType<typeof temporaryFolder>;
let ledger: string;
let evidence: string;
beforeEach(() => {
  temporary = temporaryFolder();
  ledger = join(temporary.path, "ledger");
  evidence = join(temporary.path, "evidence");
});
afterEach(() => temporary[Symbol.dispose]());

const names = [1, 2, 3].map((n) =>
  pictureName({
    station: "LINE-01",
    cameraId: "CAM-01",
    at: aTime + n * 1_000,
    triggerId: n,
    verdict: "fail",
    format: "webp",
  }),
);
function write(file: string, content = file): { file: string; bytes: number; sha256: string } {
  mkdirSync(dirname(join(evidence, file)), { recursive: true });
  writeFileSync(join(evidence, file), content);
  return { file, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}
/** Three pictures, the second with marks, and whatever else. */
async function keep(...more: readonly ShelfChange[]): Promise<void> {
  const drafts: EntryDraft[] = names.map((name, n) =>
    aDraft(
      "evidence",
      {
        event: "kept",
        sequence: n + 1,
        cameraId: "CAM-01",
        ...write(name),
        ...(n === 1 && { marked: write(markedName(name)) }),
      },
      aTime + n,
    ),
  );
  await using writer = await openLedgerWriter(ledger, { clock: systemClock });
  await writer.append([
    ...drafts,
    aDraft("evidence", { event: "dropped", sequence: 4, cameraId: "CAM-01", reason: "overload" }, aTime + 9),
    ...more.map((body) => aDraft("evidence", body, aTime + 10)),
  ]);
}

test("pictures that are as they were written are good, those with marks among them", async () => {
  await keep();
  const result = await verifyEvidence(ledger, evidence);
  expect(result).toMatchObject({ kept: 4, dropped: 1, problems: [], strangers: [] });
});

// What the whole chain of hashes is for: whoever exchanges a picture is found out.
test("a changed picture and a missing one are named with their unit", async () => {
  await keep();
  appendFileSync(join(evidence, names[0]!), "x");
  rmSync(join(evidence, markedName(names[1]!)));
  const { problems } = await verifyEvidence(ledger, evidence);
  expect(problems).toEqual([
    { station: "LINE-01", sequence: 1, file: names[0], problem: "changed" },
    { station: "LINE-01", sequence: 2, file: markedName(names[1]!), problem: "missing" },
  ]);
});

test("expired pictures need not be there; those after the instant must", async () => {
  const left = { files: 1, bytes: 1 };
  await keep({ event: "expired", until: aTime + 3_000, files: 3, bytes: 3, left, reason: "age" });
  for (const name of names) rmSync(join(evidence, name));
  rmSync(join(evidence, markedName(names[1]!)));
  const { kept, problems } = await verifyEvidence(ledger, evidence);
  expect({ kept, problems }).toMatchObject({ kept: 1, problems: [{ sequence: 3, problem: "missing" }] });
});

// A picture that was put there proves nothing, however genuine it looks.
test("files that no entry knows are strangers", async () => {
  await keep();
  const foreign = names[0]!.replace("_t1_", "_t9_");
  write(foreign);
  expect((await verifyEvidence(ledger, evidence)).strangers).toEqual([foreign]);
});
