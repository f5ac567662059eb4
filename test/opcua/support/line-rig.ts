import type { Committed } from "../../../src/domain/ledger-entry.ts";
import { aLine, type MemoryLedger as LineLedger, type TestLine } from "../../support/line.ts";
import { createMemoryLedger, type MemoryLedger } from "../../support/memory-ledger.ts";
import { aRig, type Rig } from "./rig.ts";

/** A real line behind a real server: what a client calls, the line does, and what it writes, the client sees. */
export interface LineRig extends AsyncDisposable {
  readonly rig: Rig;
  readonly t: TestLine;
  readonly shared: MemoryLedger;
}

/** `shared` continues the ledger of an earlier one, as a program does that was started again. */
export async function aLineRig(pki: string, from?: Pick<LineRig, "shared" | "t">): Promise<LineRig> {
  const shared = from?.shared ?? createMemoryLedger();
  const committed: Committed[] = from ? [...from.t.ledger.committed] : [];
  const ledger: LineLedger = {
    committed,
    fail: undefined,
    async append(drafts) {
      const added = shared.append(...drafts);
      committed.push(...added);
      rig.server.nudge();
      return added;
    },
    of: (kind) => committed.map((c) => c.entry).filter((e) => e.kind === kind) as never,
  };
  const rig: Rig = await aRig(pki, {}, { ledger: shared, carryOut: (command) => t.line.command(command) });
  const t = aLine({}, { ledger, ...(from && { clock: from.t.clock }) });
  return { rig, t, shared, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}
