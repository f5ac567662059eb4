import { StatusCodes } from "node-opcua";
import { evidenceVariables } from "../../../nodeset/evidence-model.ts";
import { group } from "../binding.ts";

export const evidenceGroup = group("Evidence", evidenceVariables, {
  on: { evidence: "changed" },
  at: ({ state }) => state.lastTime,
  values: {
    KeptCount: ({ state }) => state.evidence.kept,
    DroppedCount: ({ state }) => state.evidence.dropped,
    UsedMb: ({ state }) => Math.round(state.evidence.bytes / 1e4) / 100,
    OldestTime: ({ state }) => state.evidence.oldest ?? StatusCodes.BadNoData,
    Stopped: ({ state }) => state.evidence.stopped,
  },
});
