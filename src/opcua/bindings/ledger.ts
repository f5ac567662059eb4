import { ledgerVariables } from "../../../nodeset/variables.ts";
import { group } from "../binding.ts";
import { timeOf } from "../snapshot.ts";

/** HeadSequence, HeadHash and EntryCount belong together: set in one turn, with the time of the commit. */
export const ledgerGroup = group("Ledger", ledgerVariables, {
  on: { page: "changed" },
  at: (s) => s.ledger.committedAt ?? timeOf(s),
  values: {
    LedgerId: ({ ledger }) => ledger.ledgerId,
    HeadSequence: ({ state }) => state.sequence,
    HeadHash: ({ ledger }) => ledger.hash,
    EntryCount: ({ ledger }) => ledger.offset,
    OldestTime: ({ ledger }) => ledger.oldestTime,
  },
});
