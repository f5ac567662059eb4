import { StatusCodes } from "node-opcua";
import { lastUnitVariables } from "../../../nodeset/variables.ts";
import type { UnitRecord } from "../../domain/unit-record.ts";
import { group, type Known } from "../binding.ts";
import type { StationSnapshot } from "../snapshot.ts";
import { unitFacts } from "../unit-facts.ts";

type Facts = ReturnType<typeof unitFacts>;
const ofUnit =
  <V>(value: (unit: UnitRecord, facts: Facts) => Known<V>) =>
  ({ state: { lastUnit } }: StationSnapshot): Known<V> =>
    lastUnit && value(lastUnit.unit, unitFacts(lastUnit.unit));
const orNone = <V>(value: V | undefined) => value ?? StatusCodes.BadNoData;

/** One publication per unit, so that a client that samples every change misses none. */
export const lastUnitGroup = group("LastUnit", lastUnitVariables, {
  on: { unit: "always" },
  at: ({ state }) => state.lastUnit?.unit.triggeredAt ?? 0,
  values: {
    Sequence: ofUnit((unit) => unit.sequence),
    LotSequence: ofUnit((unit) => unit.lotSequence),
    UnitKind: ofUnit((_, facts) => facts.kind),
    UnitKindText: ofUnit((_, facts) => facts.kindText),
    UnitId: ofUnit((unit) => unit.unitId ?? ""),
    Verdict: ofUnit((_, facts) => facts.verdictCode),
    VerdictText: ofUnit((_, facts) => facts.verdictText),
    Reason: ofUnit((_, facts) => facts.reason),
    DefectClass: ofUnit((_, facts) => facts.defectClass),
    Confidence: ofUnit((_, facts) => orNone(facts.confidence)),
    TriggeredAt: ofUnit((unit) => unit.triggeredAt),
    ExposedAt: ofUnit((_, facts) => orNone(facts.exposedAt)),
    DecidedAt: ofUnit((unit) => unit.decidedAt),
    LatencyMs: ofUnit((unit) => unit.latencyMs),
    ImageRef: ofUnit((unit) => unit.imageRef ?? ""),
  },
});
