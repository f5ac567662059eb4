import { join } from "node:path";
import { unitLines } from "../../src/app/commands/ledger-show.ts";
import { openLedgerQuery } from "../../src/ledger/query.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";
import { stationsOf } from "../../src/ledger/stations.ts";
import { unitEntries } from "../../src/ledger/unit-entries.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { temporaryFolder } from "../ledger/support/folder.ts";
import { aDraft, aTime, aUnit } from "../support/units.ts";

const [file, marked] = ["LINE-01/a_fail.webp", "LINE-01/a_fail_marked.webp"];
const [fileHash, markedHash] = ["a".repeat(64), "b".repeat(64)];

// What somebody who doubts one unit asks for: its entry, its hash, and the hashes of its pictures, and of no other's.
test("one unit is shown with its hash and with those of its own pictures", async () => {
  using temporary = temporaryFolder();
  const folder = join(temporary.path, "ledger");
  const verdict = { kind: "fail", confidence: 0.9, defects: [{ class: "SEAL_TORN", confidence: 0.9 }] } as const;
  const cameras = [{ cameraId: "CAM-01", verdict, imageRef: file! }];
  const kept = { event: "kept", cameraId: "CAM-01", bytes: 7 } as const;
  await using writer = await openLedgerWriter(folder, { clock: systemClock });
  await writer.append([
    aDraft("unit", aUnit({ sequence: 1 })),
    aDraft("unit", aUnit({ sequence: 2, triggeredAt: aTime + 100, verdict, cameras }), aTime + 100),
    aDraft("evidence", { ...kept, sequence: 1, file: "LINE-01/other.webp", sha256: "c".repeat(64) }, aTime + 150),
    aDraft(
      "evidence",
      {
        ...kept,
        sequence: 2,
        file: file!,
        sha256: fileHash!,
        marked: { file: marked!, bytes: 9, sha256: markedHash! },
      },
      aTime + 200,
    ),
    { ...aDraft("unit", aUnit({ sequence: 1 }), aTime + 300), station: "LINE-02" },
  ]);
  using query = openLedgerQuery(folder);
  expect(stationsOf(folder)).toEqual(["LINE-01", "LINE-02"]);
  const found = unitEntries(query, { station: "LINE-01", sequence: 2 })!;
  using reader = openLedgerReader(folder);
  const stored = reader.read(0, 10).find(({ entry }) => entry.kind === "unit" && entry.body.sequence === 2)!;
  const text = unitLines(found).join("\n");
  for (const expected of [
    "unit 2 of LINE-01: fail; SEAL_TORN, confidence 0.900",
    stored.hash,
    "SIMULATED",
    file!,
    fileHash!,
    marked!,
    markedHash!,
  ])
    expect(text).toContain(expected);
  expect(text).not.toContain("other.webp");
  expect(unitEntries(query, { station: "LINE-01", sequence: 3 })).toBeUndefined();
  // A record that names a picture of which no entry speaks must not look as if it had been kept.
  expect(unitLines({ ...found, evidence: [] }).join("\n")).toContain(`${file}: no entry says that it was kept`);
});
