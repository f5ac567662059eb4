import type { EntryBodies } from "../../../src/domain/ledger-entry.ts";
import { conformance } from "./support.ts";

/** A kind without a row is a compile error: what the suites see must have everything that a ledger can hold. */
const kinds: Readonly<Record<keyof EntryBodies, true>> = {
  unit: true,
  minute: true,
  lot: true,
  context: true,
  pending: true,
  shift: true,
  state: true,
  camera: true,
  model: true,
  recipe: true,
  down: true,
  gap: true,
  clock: true,
  late: true,
  alarm: true,
  cluster: true,
  acknowledgement: true,
  job: true,
  challenge: true,
  evidence: true,
  selfTest: true,
};

conformance("the subject of the conformance suites", (the) => {
  // A suite over an empty ledger would pass by seeing nothing.
  test("its ledger holds some hundred entries, of every kind", () => {
    const { entries } = the().subject;
    expect(entries.length).toBeGreaterThan(300);
    const found = new Set(entries.map(({ kind }) => kind));
    expect(Object.keys(kinds).filter((kind) => !found.has(kind as keyof EntryBodies))).toEqual([]);
  });

  test("the address space is filled from it", async () => {
    const { session, subject } = the();
    const { value } = await session.read({ nodeId: "ns=3;s=LINE-01/LastUnit/Sequence" });
    const units = subject.entries.filter(({ kind }) => kind === "unit");
    expect(value.value).toBe(units.length);
  });
});
