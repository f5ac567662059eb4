import type { ClientSession } from "node-opcua";
import type { LineOptions } from "../../../src/line/line.ts";
import { createCommandPort } from "../../../src/opcua/commands.ts";
import type { StationSetup } from "../../../src/opcua/messages.ts";
import { createInspectionServer } from "../../../src/opcua/server.ts";
import { silentLog } from "../../../src/platform/log.ts";
import { aLine, memoryLedger, type TestLine } from "../../support/line.ts";
import { createMemoryLedger } from "../../support/memory-ledger.ts";
import { aClient, aSetup } from "./rig.ts";

/** A real line behind a real server: what a client calls is done, and what the line writes is shown. */
export interface LineRig extends AsyncDisposable {
  readonly t: TestLine;
  readonly session: ClientSession;
  /** Everything that the line has written is in the address space. */
  shown(): Promise<void>;
}

export async function aLineRig(
  pki: string,
  line: Partial<LineOptions>,
  station: Partial<StationSetup> = {},
): Promise<LineRig> {
  const readable = createMemoryLedger();
  const ledger = memoryLedger();
  const append = ledger.append.bind(ledger);
  ledger.append = async (drafts) => {
    const committed = await append(drafts);
    readable.append(...drafts);
    return committed;
  };
  const t = aLine(line, { ledger });
  await t.settle();
  const port = createCommandPort((id, command) => {
    void t.line.command(command).then((answer) => port.answered(id, answer));
    return true;
  }, 2_000);
  const setup = aSetup({ pkiFolder: pki });
  const server = await createInspectionServer(
    { ...setup, stations: [{ ...setup.stations[0]!, ...station }] },
    { reader: readable.reader, commands: port, log: silentLog, onFailure: () => undefined },
  );
  const client = await aClient(server.endpoints[0]!, pki);
  const { session } = client;
  return {
    t,
    session,
    async shown() {
      await t.settle();
      server.nudge();
      for (;;) {
        const { value } = await session.read({ nodeId: "ns=3;s=LINE-01/Ledger/EntryCount" });
        if (value.value === readable.reader.head.offset) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
