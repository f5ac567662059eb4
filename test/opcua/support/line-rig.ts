import type { Committed } from "../../../src/domain/ledger-entry.ts";
import type { LineOptions } from "../../../src/line/line.ts";
import type { StationSetup } from "../../../src/opcua/messages.ts";
import { type Log, silentLog } from "../../../src/platform/log.ts";
import { aLine, type MemoryLedger as LineLedger, type TestLine } from "../../support/line.ts";
import { createMemoryLedger, type MemoryLedger } from "../../support/memory-ledger.ts";
import { aRig, aSetup, type Rig, until } from "./rig.ts";

/** A real line behind a real server: what a client calls, the line does, and what it writes, the client sees. */
export interface LineRig extends AsyncDisposable {
  readonly rig: Rig;
  readonly t: TestLine;
  readonly shared: MemoryLedger;
  /** Resolves when everything that the line has written is in the address space. */
  shown(): Promise<void>;
}

/** `shared` continues the ledger of an earlier one, as a program does that was started again. */
export async function aLineRig(
  pki: string,
  from?: Pick<LineRig, "shared" | "t">,
  {
    line = {},
    station = {},
    log = silentLog,
  }: { readonly line?: Partial<LineOptions>; readonly station?: Partial<StationSetup>; readonly log?: Log } = {},
): Promise<LineRig> {
  const shared = from?.shared ?? createMemoryLedger();
  const committed: Committed[] = from ? [...from.t.ledger.committed] : [];
  const ledger: LineLedger = {
    committed,
    fail: undefined,
    until: Promise.resolve(),
    async append(drafts) {
      const added = shared.append(...drafts);
      committed.push(...added);
      rig.server.nudge();
      return added;
    },
    of: (kind) => committed.map((c) => c.entry).filter((e) => e.kind === kind) as never,
  };
  const setup = { stations: aSetup().stations.map((s) => ({ ...s, ...station })) };
  const rig: Rig = await aRig(pki, setup, { ledger: shared, carryOut: (command) => t.line.command(command), log });
  const t = aLine(line, { ledger, ...(from && { clock: from.t.clock }) });
  return {
    rig,
    t,
    shared,
    async shown() {
      await t.settle();
      await until(async () => (await rig.read("Ledger/EntryCount")).value.value === shared.reader.head.offset);
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}
