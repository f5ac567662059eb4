import type { Answer, Command } from "../../../src/domain/command.ts";
import type { Consumer } from "../../../src/domain/consumer.ts";
import type { EntryDraft } from "../../../src/domain/ledger-entry.ts";
import { openLedgerReader } from "../../../src/ledger/reader.ts";
import { openLedgerWriter } from "../../../src/ledger/writer.ts";
import { createAcknowledgementDesk } from "../../../src/line/acknowledgement-desk.ts";
import { createSequencer } from "../../../src/line/sequencer.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { silentLog } from "../../../src/platform/log.ts";
import { replay } from "../../../src/projections/replay.ts";
import { emptyStation } from "../../../src/projections/station-state.ts";

/** The part of a line that writes units and acknowledgements, on a ledger on disk. */
export interface Core extends AsyncDisposable {
  /** Resolves when they are on disk. */
  append(...drafts: readonly EntryDraft[]): Promise<void>;
  carryOut(command: Command): Promise<Answer>;
}

/** @param onCommitted to tell the server that there is more */
export async function aCore(
  folder: string,
  consumers: readonly Consumer[],
  onCommitted: () => void,
  station = "LINE-01",
): Promise<Core> {
  const writer = await openLedgerWriter(folder, { clock: systemClock });
  using reader = openLedgerReader(folder);
  const { stations } = await replay(reader, async () => undefined);
  const sequencer = createSequencer(
    stations[station] ?? emptyStation(station),
    (drafts) => writer.append(drafts),
    onCommitted,
    (error) => {
      throw error;
    },
    silentLog,
  );
  const desk = createAcknowledgementDesk(
    { station, consumers },
    { sequencer, clock: systemClock, now: () => sequencer.state.lastTime },
  );
  return {
    append: (...drafts) =>
      new Promise((committed) => {
        sequencer.push({ ready: () => true, produce: () => drafts, committed });
      }),
    carryOut(command) {
      if (command.kind !== "acknowledgeResults") throw new RangeError(`this core does not carry out ${command.kind}`);
      return desk.command(command);
    },
    async [Symbol.asyncDispose]() {
      desk.flush();
      await sequencer.drained();
      await writer[Symbol.asyncDispose]();
    },
  };
}
