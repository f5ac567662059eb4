import type { EvidenceBody, PictureReport, ShelfChange } from "../domain/evidence.ts";
import type { EntryDraft } from "../domain/ledger-entry.ts";
import type { Log } from "../platform/log.ts";
import type { ClosedUnits } from "./closed-units.ts";
import type { Sequencer } from "./sequencer.ts";

/** Writes what became of evidence pictures behind the units that name them. */
export interface EvidenceDesk {
  /** A judgement came that names a picture: what became of it will be told. */
  expect(file: string): void;
  /** @param committed called when the entry is on disk */
  take(what: PictureReport | ShelfChange, committed?: () => void): void;
  /** The program ended before it heard what became of these pictures: each gets its entry. To be called once, first. */
  loseOpen(): void;
  /** Pictures that are under way. */
  readonly expected: number;
}

/** Far more than a vision process has under way. */
const maximumExpected = 256;

export function createEvidenceDesk(
  station: string,
  deps: {
    readonly sequencer: Sequencer;
    readonly closed: ClosedUnits;
    /** Station time, UTC ms. */
    readonly now: () => number;
    readonly log: Log;
  },
): EvidenceDesk {
  const { sequencer, closed, now, log } = deps;
  const draft = (body: EvidenceBody, time: number): EntryDraft => ({
    station,
    kind: "evidence",
    time,
    by: "line",
    body,
  });

  const expected = new Set<string>();

  return {
    expect(file) {
      expected.add(file);
      if (expected.size > maximumExpected) expected.delete(expected.values().next().value!);
    },
    take(what, committed) {
      if ("file" in what && what.file !== undefined) expected.delete(what.file);
      const at = now();
      sequencer.push({
        ready: () => true,
        produce() {
          if (!("triggerId" in what)) return [draft(what, at)];
          const { triggerId, ...outcome } = what;
          // Its unit stands before it in the order, so by now it has its sequence.
          const unit = closed.find(triggerId);
          if (unit && unit.sequence > 0) return [draft({ ...outcome, sequence: unit.sequence }, at)];
          log.warn("an evidence picture belongs to no recorded unit; its file stays until its day expires", {
            triggerId,
            file: outcome.file,
          });
          return [];
        },
        ...(committed && { committed }),
      });
    },
    loseOpen() {
      const at = now();
      sequencer.push({
        ready: () => true,
        produce: ({ evidence }) =>
          evidence.open.map((picture) => draft({ event: "dropped", ...picture, reason: "restart" }, at)),
      });
    },
    get expected() {
      return expected.size;
    },
  };
}
